"""Logs as pods of KFP 2.17 write them, put together from a program's own lines."""

from __future__ import annotations

ARGO = 'time=2026-11-21T09:55:19.927Z level=INFO msg="capturing logs" argo=true\n'
LAUNCHER = (
    "I1121 09:55:20.008582      15 main.go:67] Setting log level to: '1'\n"
    "I1121 09:55:20.009684      15 cache.go:89] Connecting to cache endpoint ml-pipeline.kubeflow.svc.cluster.local:8887\n"
)
_MODULE = "/tmp/tmp.S/ephemeral_component.py"
EXECUTOR = f"""\
[KFP Executor 2026-11-21 09:55:20,750 INFO]: Looking for component `train` in --component_module_path `{_MODULE}`
[KFP Executor 2026-11-21 09:55:20,751 INFO]: Loading KFP component "train" from {_MODULE} (directory "/tmp/tmp.S")
[KFP Executor 2026-11-21 09:55:20,751 INFO]: Got executor_input:
{{
    "inputs": {{
        "parameterValues": {{
            "depth": 6
        }}
    }},
    "outputs": {{
        "outputFile": "/minio/mlpipeline/v2/output_metadata.json"
    }}
}}
"""
FINISHED = (
    "[KFP Executor 2026-11-21 09:51:45,354 INFO]: Wrote executor output file to /minio/mlpipeline/v2/output_metadata.json.\n"
)
# The frames of KFP's executor, down to the user's function.
TOP = """\
Traceback (most recent call last):
  File "<frozen runpy>", line 198, in _run_module_as_main
  File "<frozen runpy>", line 88, in _run_code
  File "/usr/local/lib/python3.11/dist-packages/kfp/dsl/executor_main.py", line 109, in <module>
    executor_main()
  File "/usr/local/lib/python3.11/dist-packages/kfp/dsl/executor_main.py", line 101, in executor_main
    output_file = executor.execute()
                  ^^^^^^^^^^^^^^^^^^
  File "/usr/local/lib/python3.11/dist-packages/kfp/dsl/executor.py", line 453, in execute
    result = self.func(**func_kwargs)
             ^^^^^^^^^^^^^^^^^^^^^^^^
"""


def uncaught(exception: str, code: str = "work()", deeper: str = "") -> str:
    """The traceback of an exception that nobody caught; `deeper` are frames below the user's."""
    return f'{TOP}  File "/tmp/tmp.S/ephemeral_component.py", line 9, in train\n    {code}\n{deeper}{exception}\n'


def caught(exception: str, code: str = "work()") -> str:
    """A traceback that the component printed itself."""
    header = "Traceback (most recent call last):\n"
    return f'{header}  File "/tmp/tmp.S/ephemeral_component.py", line 7, in train\n    {code}\n{exception}\n'


def ended(how: str) -> str:
    """The launcher's and Argo's lines about a program that ended with `how`: `exit status 1`, `signal: killed`."""
    return (
        f"E1121 09:55:20.774205      15 launcher_v2.go:449] Component failed to execute successfully: {how}\n"
        "I1121 09:55:20.774333      15 launcher_v2.go:867] Executing uploadOutputArtifacts attempt: 1\n"
        "I1121 09:55:21.090967      15 launcher_v2.go:206] publish success.\n"
        f"F1121 09:55:21.099585      15 main.go:59] failed to execute component: {how}\n"
        'time=2026-11-21T09:55:21.950Z level=INFO msg="sub-process exited" argo=true error="exit status 1"\n'
        "Error: exit status 1\n"
    )


def python_log(own: str, how: str = "exit status 1", inputs: str = "") -> str:
    """The log of a Python component that wrote `own`; `inputs` are lines of its parameters as JSON."""
    executor = EXECUTOR.replace('"depth": 6', inputs) if inputs else EXECUTOR
    return ARGO + LAUNCHER + executor + own + (ended(how) if how else "")


def container_log(own: str, how: str = "exit status 1") -> str:
    """The log of a container component, or of a Python component whose packages could not be installed."""
    return ARGO + LAUNCHER + own + (ended(how) if how else "")
