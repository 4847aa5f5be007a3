"""What a family of causes finds in some facts, and logs as KFP's launcher ends them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kfpops.diagnose.cause import Cause
from kfpops.diagnose.engine import diagnose
from kfpops.diagnose.step import Step
from kfpops.model.finding import Finding
from tests.builders import some_facts


def findings(causes: Sequence[Cause], *steps: Step, **more: Any) -> list[Finding]:
    """Findings about these steps, best first; `more` are the run's case, the subject's kind, or fields of Surroundings."""
    return list(diagnose(some_facts(*steps, **more), causes).findings)


def names(causes: Sequence[Cause], *steps: Step, **more: Any) -> list[str]:
    return [f.cause for f in findings(causes, *steps, **more)]


def the(causes: Sequence[Cause], *steps: Step, **more: Any) -> Finding:
    """The one finding."""
    (found,) = findings(causes, *steps, **more)
    return found


def launcher_log(own: str, ending: str) -> str:
    """A step's log: what its program wrote, then the launcher's word for how it ended ("exit status 1")."""
    return (
        f"I1121 09:53:42.355161      16 main.go:67] Setting log level to: '1'\n{own}\n"
        f"E1121 09:53:45.954429      16 launcher_v2.go:449] Component failed to execute successfully: {ending}\n"
        "I1121 09:53:47.322188      16 launcher_v2.go:206] publish success.\n"
        f"F1121 09:53:47.742941      16 main.go:59] failed to execute component: {ending}\n"
        "Error: exit status 1\n"
    )


def launcher_error(text: str) -> str:
    """A log whose last word is an error of KFP's own."""
    return f"F1121 09:53:47.742941      16 main.go:59] failed to execute component: {text}\nError: exit status 1\n"


def driver_error(text: str) -> str:
    frame = "driver.Container(pipelineName=p, runID=1, taskName=train, componentSpec) failed: "
    return f"F1121 09:52:09.303891      20 main.go:127] KFP driver: {frame}{text}\nError: exit status 1\n"


def a_traceback(last: str) -> str:
    """A traceback of the user's code that ends with this line."""
    return (
        "[KFP Executor 2026-11-21 09:53:42,673 INFO]: Looking for component `train` in --component_module_path `/tmp/x.py`\n"
        "Traceback (most recent call last):\n"
        '  File "/tmp/tmp.oAEICMORUJ/ephemeral_component.py", line 17, in train\n'
        "    work()\n"
        f"{last}"
    )
