"""User code that ended with a Python exception: a missing package, a failed import, packages that do not fit, all else."""

from __future__ import annotations

from kfpops.diagnose.cause import Cause, Match
from kfpops.diagnose.evidence import clip
from kfpops.diagnose.exits import exit_facts
from kfpops.diagnose.facts import Facts
from kfpops.diagnose.import_fix import import_advice, import_title, mismatch_advice, missing_advice
from kfpops.diagnose.step import Step
from kfpops.diagnose.user_code import PLATFORM, ended_by, group_key, place_facts, quotation, retry_advice, retry_facts
from kfpops.knowledge.binary_errors import read_mismatch
from kfpops.knowledge.import_errors import ImportFailure, read_import_failure
from kfpops.knowledge.killed_child import signal_of_child
from kfpops.knowledge.system_libraries import DRIVER_LIBRARIES
from kfpops.knowledge.traceback import Traceback
from kfpops.model.finding import Advice, Confidence

_LONGEST_TITLE = 160


def _sure(traceback: Traceback) -> Confidence:
    return "certain" if traceback.certain else "likely"


def _import_failure(step: Step) -> ImportFailure | None:
    ended = ended_by(step)
    found = read_import_failure(ended[1]) if ended else None
    # Libraries of the GPU's driver come from the node, not from any image.
    return None if found and found.library and found.library.startswith(DRIVER_LIBRARIES) else found


def _missing_package(step: Step, facts: Facts) -> Match | None:
    ended = ended_by(step)
    found = _import_failure(step)
    if ended is None or found is None or found.trouble != "missing" or found.provider is None:
        return None
    package = found.provider.distribution
    named = f" ({package})" if package and package != found.module else ""
    what = "Python module" if found.provider.standard else "Python package"
    return Match(
        title=f"{step.subject} needs the {what} {found.module}{named}, which is not installed",
        confidence=_sure(ended[1]),
        objects=(step.ref("main"),),
        evidence=quotation(*ended),
        advice=missing_advice(step, found),
        facts={"module": found.module, "package": package, **exit_facts(step), **place_facts(ended[1])},
        key=group_key(step, found.module),
    )


def _import_error(step: Step, facts: Facts) -> Match | None:
    ended = ended_by(step)
    found = _import_failure(step)
    if ended is None or found is None or found.trouble == "missing":
        return None
    return Match(
        title=f"{step.subject} {import_title(found)}",
        confidence=_sure(ended[1]),
        objects=(step.ref("main"),),
        evidence=quotation(*ended),
        advice=import_advice(step, found),
        facts={
            "module": found.module,
            "name": found.name,
            "library": found.library,
            "package": found.provider.distribution if found.provider else None,
            **exit_facts(step),
            **place_facts(ended[1]),
        },
        key=group_key(step, found.module, found.name, found.library),
    )


def _binary_incompatible(step: Step, facts: Facts) -> Match | None:
    ended = ended_by(step)
    found = read_mismatch(ended[1]) if ended else None
    if ended is None or found is None:
        return None
    wanted = f" ({found.wanted})" if found.wanted else ""
    return Match(
        title=f"{step.subject} has compiled packages that do not fit together{wanted}",
        confidence=_sure(ended[1]),
        objects=(step.ref("main"),),
        evidence=quotation(*ended),
        advice=mismatch_advice(step, found),
        facts={"exception": ended[1].name, "wanted": found.wanted, **exit_facts(step), **place_facts(ended[1])},
        key=group_key(step, found.misfit, found.wanted),
    )


def _exception(step: Step, facts: Facts) -> Match | None:
    ended = ended_by(step)
    # Python's word for SIGINT: the signal is the matter.
    if ended is None or ended[1].name == "KeyboardInterrupt":
        return None
    traceback = ended[1]
    origin = traceback.origin
    behind = f", because of {origin.summary}" if origin is not traceback else ""
    place = place_facts(traceback)
    return Match(
        title=_clip(f"{step.subject} failed with {traceback.summary}{behind}"),
        confidence=_sure(traceback),
        objects=(step.ref("main"),),
        evidence=quotation(*ended),
        advice=(_correct(step, origin), *retry_advice(step, facts)),
        facts={
            "exception": traceback.name,
            "cause_exception": origin.name if origin is not traceback else None,
            "signal": signal_of_child(traceback.message),
            **place,
            **exit_facts(step),
            **retry_facts(step, facts),
        },
        key=group_key(step, traceback.name, place.get("function"), place.get("line")),
    )


def _clip(title: str) -> str:
    return title if len(title) <= _LONGEST_TITLE else title[: _LONGEST_TITLE - 1] + "…"


def _correct(step: Step, origin: Traceback) -> Advice:
    frame = origin.user_frame
    logs = f"kubectl -n {step.namespace} logs {step.pod_name} -c main" if step.pod else None
    if frame is None:
        return Advice(
            f"Correct what leads to {clip(origin.summary, 200)}; no line of your own code stands in it.", kubectl=logs
        )
    where = f"in {frame.function}" if frame.function not in ("", "<module>") else f"in {frame.file.rpartition('/')[2]}"
    if frame.code.startswith("raise "):
        text = f"The component itself raises this {where}: correct what it checks there, or the values that it is given."
        return Advice(text, kubectl=logs)
    line = f"the line `{frame.code}`" if frame.code else f"line {frame.line}"
    return Advice(f"Correct {line} {where}, or what is passed to it: {clip(origin.summary, 200)}", kubectl=logs)


CAUSES: tuple[Cause, ...] = (
    Cause(
        id="python/missing-package",
        title="A Python package is not installed",
        meaning="The program imported a module that is neither in the image nor in packages_to_install.",
        remedy="Name the distribution in packages_to_install, or install it in the image.",
        look=_missing_package,
        yields_to=(*PLATFORM, "install/*", "python/binary-incompatible"),
    ),
    Cause(
        id="python/import-error",
        title="An import failed",
        meaning="The module is there, but not the name that was imported from it; or a shared library of the system is not.",
        remedy="Use the version that the code was written for, or install the library in the image.",
        look=_import_error,
        yields_to=(*PLATFORM, "install/*", "gpu/*", "python/binary-incompatible"),
    ),
    Cause(
        id="python/binary-incompatible",
        title="Compiled packages do not fit together",
        meaning="A package was compiled against another generation of NumPy, protobuf, a C library or another package.",
        remedy="Install versions that belong together; pin the one that is too new.",
        look=_binary_incompatible,
        yields_to=(*PLATFORM, "install/*", "gpu/*"),
    ),
    Cause(
        id="python/exception",
        title="User code raised an exception",
        meaning="The program ended with an exception of its own.",
        remedy="Correct the line that is named, or the value that it met.",
        look=_exception,
        yields_to=(
            *PLATFORM,
            *("install/*", "gpu/*", "network/*", "credentials/*"),
            *("python/missing-package", "python/import-error", "python/binary-incompatible"),
        ),
    ),
)
