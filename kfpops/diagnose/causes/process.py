"""Programs that ended without an exception: by a signal, a crash, a time limit, or with an exit code and no word."""

from __future__ import annotations

from kfpops.diagnose import evidence
from kfpops.diagnose.cause import Cause, Match
from kfpops.diagnose.deadline import Deadline, deadline_of
from kfpops.diagnose.evidence import clip
from kfpops.diagnose.exits import Exit, exit_of, was_stopped
from kfpops.diagnose.facts import Facts
from kfpops.diagnose.import_fix import runs_python_component
from kfpops.diagnose.step import Step, StepState
from kfpops.diagnose.unexplained import unexplained
from kfpops.diagnose.user_code import group_key, retry_advice, retry_facts
from kfpops.knowledge.exit_status import CRASHES, SIGKILL, SIGTERM, signal_name
from kfpops.knowledge.sdk import kubernetes_call, task_variable
from kfpops.model.finding import Advice, Evidence

# A container that waits for its next start has failed, too.
_STATES: frozenset[StepState] = frozenset({"failed", "waiting"})
# The kubelet's own reasons to kill a container: probes, and what it says when it does.
_KILLERS = ("Unhealthy", "Killing", "ExceededGracePeriod")
_FATAL = ("Fatal Python error", "terminate called", "what():", "Aborted", "Segmentation fault", "Illegal instruction",
          "Assertion", "*** ", "Bus error", "Floating point exception", "core dumped", "panic:")  # fmt: skip
_LAST_WORDS = 8
# What programs mean by these, by convention: getopt and argparse; shells (POSIX, "Exit Status for Commands").
_CONVENTIONS = {
    2: "Many programs end with 2 when their arguments are wrong.",
    126: "Shells end with 126 when a file is there, but cannot be run.",
    127: "Shells end with 127 when a command is not found.",
}


def _ended_by_signal(step: Step, facts: Facts) -> Exit | None:
    found = exit_of(step)
    if found is None or found.signal is None or found.reason == "OOMKilled" or was_stopped(step, facts):
        return None
    return found


def _signal(step: Step, facts: Facts) -> Match | None:
    found = _ended_by_signal(step, facts)
    if found is None or found.signal is None or found.signal in CRASHES or found.signal == SIGTERM:
        return None
    killers = step.events_with(*_KILLERS)
    probe = any("probe" in e.message for e in killers)
    by = " by the kubelet, because its liveness probe failed" if probe else ""
    text = (
        f"{signal_name(found.signal)} came from another process, and no lack of memory is recorded. Look for who sends it:"
    )
    text += " a watchdog or launcher inside the program, a liveness probe, or something on the node."
    if probe:
        text = "The container's liveness probe failed. Give the probe more time, or correct what it asks."
    elif found.signal == SIGKILL:
        text += " A kill for memory that the container runtime missed looks the same: if it recurs, watch the step's memory."
    return Match(
        title=f"{step.subject} was killed ({signal_name(found.signal)}){by or ', not for memory'}",
        confidence="likely",
        objects=(step.ref(found.container),),
        evidence=(*found.evidence, *_last_words(step, 3), *(evidence.of_event(e) for e in killers[-2:])),
        advice=(Advice(text), *retry_advice(step, facts)),
        facts={**found.facts, "by": "liveness probe" if probe else None, **retry_facts(step, facts)},
        key=group_key(step, found.signal),
    )


def _crashed(step: Step, facts: Facts) -> Match | None:
    found = _ended_by_signal(step, facts)
    if found is None or found.signal not in CRASHES:
        return None
    name = signal_name(found.signal)
    text = (
        "Native code crashed: a compiled package, not Python itself. PYTHONFAULTHANDLER=1 makes Python print where it was;"
    )
    text += " then use another version of the package that it was in."
    if name == "SIGILL":
        text = "The program uses instructions that the node's processor lacks (AVX, most often). Use a build of the package"
        text += " for older processors, or run on other nodes."
    code = f"{task_variable(step.task)}.set_env_variable('PYTHONFAULTHANDLER', '1')"
    said = _fatal_words(step)
    return Match(
        title=f"{step.subject} crashed in native code ({name}): {CRASHES[found.signal]}",
        confidence="certain",
        objects=(step.ref(found.container),),
        evidence=(*found.evidence, *(said or _last_words(step, 3))),
        advice=(Advice(text, sdk=code if step.task is not None else None), *retry_advice(step, facts)),
        facts={**found.facts, **retry_facts(step, facts)},
        key=group_key(step, found.signal),
    )


def _terminated(step: Step, facts: Facts) -> Match | None:
    found = _ended_by_signal(step, facts)
    if found is None or found.signal != SIGTERM or deadline_of(step, facts) is not None:
        return None
    text = "It was asked to stop (SIGTERM), and nothing that is left says by whom: a drained or lost node, a person, or a"
    text += " program in the container. Such ends pass; let KFP try again, or find who stops it."
    return Match(
        title=f"{step.subject} was told to stop (SIGTERM)",
        confidence="likely",
        objects=(step.ref(found.container),),
        evidence=(*found.evidence, *_last_words(step, 3)),
        advice=(Advice(text), *retry_advice(step, facts, transient=True)),
        facts={**found.facts, **retry_facts(step, facts)},
        key=group_key(step, found.signal),
    )


def _deadline(step: Step, facts: Facts) -> Match | None:
    limit = deadline_of(step, facts)
    if limit is None:
        return None
    size = f" of {limit.seconds} s" if limit.seconds else ""
    began = step.pod is None or any(s.state.running or s.state.terminated for s in step.statuses)
    whose = "the run's" if limit.of == "run" else "its"
    found = exit_of(step)
    return Match(
        title=f"{step.subject} {'ran longer than' if began else 'had not started at the end of'} {whose} time limit{size}",
        confidence="certain",
        objects=(step.ref("main"),),
        evidence=(*limit.evidence, *(found.evidence if found else ())),
        advice=(_more_time(step, limit, began),),
        facts={"deadline_seconds": limit.seconds, **(found.facts if found else {})},
        key=(step.run_id, "run") if limit.of == "run" else group_key(step, limit.seconds),
    )


def _more_time(step: Step, limit: Deadline, began: bool) -> Advice:
    if limit.of == "run":
        text = (
            "The time limit of the whole run ended it (activeDeadlineSeconds of its workflow). Raise that limit, or make the"
        )
        return Advice(f"{text} run shorter; kubernetes.set_timeout limits single steps and does not raise it.")
    text = f"Give {step.label} more time with kubernetes.set_timeout, or make it quicker."
    if not began:
        text = f"The limit counts from the pod's start on its node: pulling images and mounting volumes belong to it. {text}"
    seconds = limit.seconds * 2 if limit.seconds else 3600
    return Advice(text, sdk=kubernetes_call("set_timeout", step.task, seconds=seconds))


def _exit_code(step: Step, facts: Facts) -> Match | None:
    found = exit_of(step)
    if was_stopped(step, facts) or _not_asked(step, facts):
        return None
    if found is None:
        return unexplained(step)
    status = found.inner if found.inner is not None else found.code
    log = step.log
    if log is None:
        silent, text = (
            "its log could not be read",
            "Read the log if it is kept anywhere else, or run the step again and watch it.",
        )
    else:
        words = [line.strip() for line in log.own_lines if line.strip()]
        silent = f"its log names no reason; its last line: {clip(words[-1], 100)}" if words else "it wrote nothing"
        text = f"The program chose to end with status {status}, without a traceback. {_how_to_tell(step)}"
        text += f" {meaning}" if (meaning := _CONVENTIONS.get(status)) else ""
    logs = f"kubectl -n {step.namespace} logs {step.pod_name} -c {found.container}" if step.pod else None
    logged = log.logged if log else None
    seen = (evidence.of_log(log, [logged.summary]),) if log and logged else ()
    if logged:
        text += f" It printed {logged.name} earlier, and perhaps handled it."
    return Match(
        title=f"{step.subject} ended with exit code {status}, and {silent}",
        confidence="likely" if log is not None else "possible",
        objects=(step.ref(found.container),),
        evidence=(*found.evidence, *_last_words(step, _LAST_WORDS), *seen),
        advice=(Advice(text, kubectl=logs), *retry_advice(step, facts)),
        facts={**found.facts, **retry_facts(step, facts)},
        key=group_key(step, found.code, found.inner),
    )


def _how_to_tell(step: Step) -> str:
    if runs_python_component(step):
        return (
            "Let it say why: print the reason to stderr before sys.exit, and do not catch exceptions without logging them."
        )
    return "Its last lines may tell; a shell script names the command that failed when it runs with `set -x`."


def _not_asked(step: Step, facts: Facts) -> bool:
    """Whether nobody asked for the log, because there were too many: then nothing is known, and `missing` says so."""
    sources = {m.source for m in facts.missing} if step.log is None else set()
    return "logs" in sources and f"logs of {step.pod_name}" not in sources


def _last_words(step: Step, count: int) -> tuple[Evidence, ...]:
    lines = [line for line in step.log.own_lines if line.strip()][-count:] if step.log else []
    return (evidence.of_log(step.log, lines),) if step.log and lines else ()


def _fatal_words(step: Step) -> tuple[Evidence, ...]:
    lines = [line for line in step.log.own_lines[-60:] if line.lstrip().startswith(_FATAL)] if step.log else []
    return (evidence.of_log(step.log, [clip(line) for line in lines[-5:]]),) if step.log and lines else ()


# What else ends a program by a signal, and says so.
_OTHERS = ("memory/*", "kfp/*", "volume/*", "run/*", "node/*", "scheduling/*", "workflow/*", "config/*", "image/*", "gpu/*")
_SAID = ("python/*", "install/*", "network/*", "credentials/*")

CAUSES: tuple[Cause, ...] = (
    Cause(
        id="process/signal",
        title="A program was killed",
        meaning="A signal from outside ended the program, and it was not for lack of memory.",
        remedy="Find who sends it: a watchdog, a liveness probe, another process in the container.",
        look=_signal,
        when=_STATES,
        yields_to=(*_OTHERS, *_SAID, "process/deadline"),
    ),
    Cause(
        id="process/crashed",
        title="A program crashed in native code",
        meaning="Compiled code did what the processor or the C library does not allow.",
        remedy="PYTHONFAULTHANDLER=1 tells where; then use another version of that package.",
        look=_crashed,
        when=_STATES,
        yields_to=(*_OTHERS, *_SAID),
    ),
    Cause(
        id="process/terminated",
        title="A program was told to stop",
        meaning="SIGTERM ended it, and nothing that is left says who sent it.",
        remedy="Let KFP try again, or find who stops it.",
        look=_terminated,
        when=_STATES,
        yields_to=(*_OTHERS, *_SAID, "process/deadline"),
    ),
    Cause(
        id="process/deadline",
        title="A time limit was over",
        meaning="The limit of the step (set_timeout) or of the run ended it.",
        remedy="Raise the limit with kubernetes.set_timeout, or make the step quicker.",
        look=_deadline,
        yields_to=("run/cancelled", "run/pod-deleted", "kfp/*"),
    ),
    Cause(
        id="process/exit-code",
        title="A program ended with an exit code, and nothing says why",
        meaning="It chose to end with that code, and nothing that could be read tells the reason.",
        remedy="Let it print its reason to stderr before it ends.",
        look=_exit_code,
        when=_STATES,
        yields_to=("*",),
    ),
)
