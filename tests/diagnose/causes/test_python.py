"""Python exceptions that ended user code: which kind, which line, what to change."""

from __future__ import annotations

import pytest

from kfpops.diagnose.causes import all_causes
from kfpops.diagnose.causes.python import CAUSES
from kfpops.diagnose.facts import RunCase
from kfpops.diagnose.step import Step
from kfpops.model.pipeline_ir import Component, ComponentRef, Dag, PipelineIR, RetryPolicy, TaskSpec
from kfpops.model.run import Run
from tests.builders import RUN_ID, a_pod, a_step, a_workflow, terminated
from tests.diagnose.causes.looking import findings, names, the
from tests.log_samples import FINISHED, caught, container_log, python_log, uncaught

PIP = "ERROR: No matching distribution found for x==9\n"


def failed(log: str | None, **more: object) -> Step:
    return a_step(pod=a_pod(phase="Failed", statuses=(terminated(1),)), log=log, **more)  # type: ignore[arg-type]


def raised(exception: str, code: str = "work()", deeper: str = "") -> Step:
    return failed(python_log(uncaught(exception, code, deeper)))


@pytest.mark.parametrize(
    "step",
    [
        pytest.param(failed(None), id="no log"),
        pytest.param(failed(python_log("0 s of 600\n")), id="an exit without a word"),
        pytest.param(failed(python_log(caught("ImportError: x") + "going on\n")), id="a traceback that was handled"),
        pytest.param(failed(python_log(caught("ImportError: x") + FINISHED, how="")), id="the component came to its end"),
        pytest.param(failed(container_log(PIP)), id="pip gave up"),
        pytest.param(failed(python_log(uncaught("KeyboardInterrupt"), "signal: interrupt")), id="interrupted from outside"),
        pytest.param(
            a_step(
                log="Traceback (most recent call last):\n  File \"/app/x.py\", line 1, in <module>\nKeyError: 'x'\n",
                role="driver",
            ),
            id="a driver's log quotes user code",
        ),
        pytest.param(a_step("succeeded", log=python_log(uncaught("KeyError: 'a'"))), id="it succeeded at last"),
    ],
)
def test_no_exception(step: Step) -> None:
    assert names(CAUSES, step) == []


def test_an_exception_with_its_place() -> None:
    found = the(CAUSES, raised("KeyError: 'currency'", 'print(columns["currency"])'))
    assert found.title == "Step train failed with KeyError: 'currency'"
    assert (found.cause, found.confidence) == ("python/exception", "certain")
    assert dict(found.facts) == {
        "exception": "KeyError",
        "cause_exception": None,
        "signal": None,
        "file": "ephemeral_component.py",
        "line": 9,
        "function": "train",
        "exit_code": 1,
        "inner_exit_code": 1,
    }
    assert found.objects[0].container == "main"
    assert found.evidence[0].text.endswith("    print(columns[\"currency\"])\nKeyError: 'currency'")
    assert 'print(columns["currency"])' in found.advice[0].text


def test_an_exception_after_the_pod_is_gone() -> None:
    found = the(CAUSES, a_step(message="main: Error (exit code 1)", log=python_log(uncaught("KeyError: 'a'"))))
    assert (found.facts["exit_code"], found.facts["exception"]) == (1, "KeyError")


def test_an_exception_that_may_only_have_been_printed_is_likely() -> None:
    found = the(CAUSES, failed(python_log(caught("ValueError: bad row"))))
    assert (found.cause, found.confidence) == ("python/exception", "likely")


def test_classes_of_the_component_are_named_without_their_place() -> None:
    found = the(CAUSES, raised("ephemeral_component.train.<locals>.Boom: x", "raise Boom('x')"))
    assert found.facts["exception"] == "Boom"
    assert "The component itself raises this in train" in found.advice[0].text


def test_a_command_that_failed_names_what_it_failed_of() -> None:
    child = (
        'Traceback (most recent call last):\n  File "/app/train.py", line 3, in <module>\n    main()\nValueError: bad row\n'
    )
    report = uncaught("subprocess.CalledProcessError: Command '['python']' returned non-zero exit status 1.", "run(x)")
    found = the(CAUSES, failed(python_log(child + report)))
    assert (found.facts["exception"], found.facts["cause_exception"]) == ("CalledProcessError", "ValueError")
    assert found.title.endswith("because of ValueError: bad row")


def test_a_command_that_died_of_a_signal() -> None:
    found = the(CAUSES, raised("subprocess.CalledProcessError: Command 'x' died with <Signals.SIGSEGV: 11>."))
    assert found.facts["signal"] == 11


@pytest.mark.parametrize(
    ("message", "code", "module", "package"),
    [
        ("No module named 'sklearn'", "from sklearn.ensemble import X", "sklearn", "scikit-learn"),
        ("No module named 'bs4'", "import bs4", "bs4", "beautifulsoup4"),
        ("No module named 'google'", "from google.cloud import storage", "google", "google-cloud-storage"),
    ],
)
def test_a_missing_package(message: str, code: str, module: str, package: str) -> None:
    found = the(CAUSES, raised(f"ModuleNotFoundError: {message}", code))
    assert found.cause == "python/missing-package"
    assert (found.facts["module"], found.facts["package"], found.facts["exit_code"]) == (module, package, 1)
    assert found.advice[0].sdk == f"@dsl.component(packages_to_install=['{package}'])"


def test_a_missing_package_of_a_plain_container_is_installed_in_its_image() -> None:
    script = 'Traceback (most recent call last):\n  File "/app/t.py", line 1, in <module>\n    import yaml\n'
    found = the(CAUSES, failed(container_log(f"{script}ModuleNotFoundError: No module named 'yaml'\n")))
    assert "RUN pip install PyYAML" in found.advice[0].text


@pytest.mark.parametrize(
    ("exception", "cause"),
    [
        ("ImportError: cannot import name 'x' from 'json' (/usr/lib/python3.11/json/__init__.py)", "python/import-error"),
        ("ImportError: libGL.so.1: cannot open shared object file: No such file", "python/import-error"),
        ("ModuleNotFoundError: No module named 'torch._six'", "python/import-error"),
        ("ImportError: /x/_C.so: undefined symbol: _ZN3c10", "python/binary-incompatible"),
        ("ValueError: numpy.dtype size changed, may indicate binary incompatibility.", "python/binary-incompatible"),
        ("TypeError: Descriptors cannot be created directly.", "python/binary-incompatible"),
        ("TypeError: unsupported operand type(s) for +: 'float' and 'str'", "python/exception"),
        ("MemoryError", "memory/python-memory-error"),
        ("torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2 GiB", "memory/gpu-out-of-memory"),
        ("RuntimeError: No CUDA GPUs are available", "gpu/no-device"),
        ("ImportError: libcuda.so.1: cannot open shared object file", "gpu/no-device"),
        ("urllib.error.HTTPError: HTTP Error 403: Forbidden", "credentials/denied"),
        ("requests.exceptions.ReadTimeout: HTTPConnectionPool(host='a.ml', port=80): Read timed out.", "network/timeout"),
    ],
)
def test_of_all_causes_one_explains_it(exception: str, cause: str) -> None:
    assert names(all_causes(), raised(exception)) == [cause]


def _case(policy: str) -> RunCase:
    retry = RetryPolicy(max_retry_count=4)
    root = Component(dag=Dag(tasks={"train": TaskSpec(ComponentRef("comp"), retry_policy=retry)}))
    defaults = {"retryStrategy": {"limit": "2", "retryPolicy": policy}} if policy else {}
    workflow = a_workflow(phase="Failed", spec={"templateDefaults": defaults})
    run = Run(RUN_ID, "nightly", "FAILED", pipeline=PipelineIR(root=root))
    return RunCase(RUN_ID, "nightly", "kubeflow", run=run, workflow=workflow)


def test_retries_that_were_asked_for_and_not_made() -> None:
    found = the(CAUSES, raised("ConnectionError: warming up", "raise ConnectionError('warming up')"), case=_case("OnError"))
    assert (found.cause, found.facts["max_retries"], found.facts["attempts"]) == ("python/exception", 4, 1)
    assert "retryPolicy" in found.advice[-1].text


def test_retries_that_the_installation_allows_need_no_word() -> None:
    found = the(CAUSES, raised("ConnectionError: warming up"), case=_case(""))
    assert len(found.advice) == 1


def test_the_same_exception_in_many_iterations_is_one_finding() -> None:
    log = python_log(uncaught("KeyError: 'a'"))
    pods = [a_pod(f"p{i}", phase="Failed", statuses=(terminated(1),)) for i in range(3)]
    steps = [a_step(pod=pod, log=log, id=pod.metadata.name, iterations=(i,)) for i, pod in enumerate(pods)]
    (found,) = findings(CAUSES, *steps)
    assert [o.name for o in found.objects] == ["p0", "p1", "p2"]
