"""KFP itself: its driver, launcher, metadata, API and object store, and what they cannot find."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from kfpops.diagnose import evidence
from kfpops.diagnose.cause import Cause, Look, Match
from kfpops.diagnose.facts import Facts
from kfpops.diagnose.kfp_services import Program, program_behind
from kfpops.diagnose.step import Step, StepState
from kfpops.knowledge.argo_message import parse_failure
from kfpops.knowledge.executor_input import InputArtifact, input_artifacts, local_paths
from kfpops.knowledge.kfp_errors import KfpError, Service, Trouble, bad_quantity, parse_kfp_error
from kfpops.knowledge.traceback import is_missing_file
from kfpops.model.finding import Advice, Confidence, Evidence, Fact, ObjectRef

_STATES: frozenset[StepState] = frozenset({"failed"})
_ARGOS = ("init", "wait", "supervisor")
_SERVICE_NAMES: dict[Service, str] = {
    "metadata": "ML Metadata (metadata-grpc-service)",
    "api": "KFP's API server (ml-pipeline)",
    "store": "the object store",
}


def _errors(step: Step) -> Iterable[tuple[KfpError, tuple[Evidence, ...]]]:
    """What KFP's own programs say. Where the user's program failed, their complaints are its consequences."""
    log = step.log
    if log is not None:
        if log.exit_status not in (None, 0) or log.signal_name is not None:
            return
        for text in reversed(log.klog_errors):
            if (found := parse_kfp_error(text)) is not None:
                yield found, (evidence.of_log(log, [text]),)
    # What a program leaves as its termination message is its own; of KFP's programs the log has more.
    failure = parse_failure(step.message) if step.message.startswith(_ARGOS) else None
    if failure is not None and (found := parse_kfp_error(failure.text)) is not None:
        yield found, evidence.of_node(step)
    for status in step.statuses:
        done = status.state.terminated
        if done is None or not done.message or done.exit_code == 0 or status.name not in _ARGOS:
            continue
        if (found := parse_kfp_error(done.message)) is not None:
            yield found, (evidence.of_container(step, status),)


_Tell = Callable[[Step, Facts, KfpError], tuple[str, tuple[Advice, ...], dict[str, Fact]]]


def _error(step: Step) -> tuple[KfpError, tuple[Evidence, ...]] | None:
    return next(iter(_errors(step)), None)


def _says(trouble: Trouble, tell: _Tell) -> Look:
    def look(step: Step, facts: Facts) -> Match | None:
        said = _error(step)
        if said is None or said[0].trouble != trouble:
            return None
        title, advice, numbers = tell(step, facts, said[0])
        key = (step.pipeline or step.workflow, step.task, *numbers.values())
        return Match(title, "certain", (step.ref("main"),), said[1], advice, numbers, key)

    return look


def _unreachable(trouble: Trouble, service: Service) -> Look:
    def look(step: Step, facts: Facts) -> Match | None:
        said = _error(step)
        if said is None or said[0].trouble != trouble:
            return None
        error, quoted = said
        program = program_behind(facts, service, error.host)
        down = program is not None and program.down
        who = _SERVICE_NAMES[service]
        where = f" at {error.host}" if error.host else ""
        why = f": {program.kind} {program.name} has no ready pod" if program and down else ""
        advice = (
            program.advice()
            if program
            else Advice(f"Bring {who}{where} back, then retry the run: {evidence.clip(error.text)}")
        )
        return Match(
            title=f"KFP could not reach {who}{where}{why}",
            confidence="certain",
            objects=_objects(step, program),
            evidence=(*quoted, *((program.evidence,) if program else ())),
            advice=(advice,),
            facts={"host": error.host, "bucket": error.bucket},
            key=(service, error.host),
        )

    return look


def _objects(step: Step, program: Program | None) -> tuple[ObjectRef, ...]:
    return (program.ref, step.ref()) if program and program.down else (step.ref(), *((program.ref,) if program else ()))


def _denied(step: Step, facts: Facts, error: KfpError) -> tuple[str, tuple[Advice, ...], dict[str, Fact]]:
    text = (
        "Check the credentials that KFP uses: the Secret that the ConfigMap kfp-launcher names (mlpipeline-minio-artifact "
    )
    text += f"by default), and whether they may use the bucket {error.bucket or 'of the run root'}."
    look = f"kubectl -n {step.namespace} get configmap kfp-launcher -o yaml"
    where = f" (bucket {error.bucket})" if error.bucket else ""
    title = f"{step.subject} failed: the object store refused KFP's credentials{where}"
    return title, (Advice(text, kubectl=look),), {"bucket": error.bucket, "uri": error.uri, "host": error.host}


def _bucket_missing(step: Step, facts: Facts, error: KfpError) -> tuple[str, tuple[Advice, ...], dict[str, Fact]]:
    bucket = error.bucket or "of the run root"
    text = (
        f"Create the bucket {bucket}, or correct the URI or pipeline root that names it. Writing may make a bucket, reading "
    )
    text += "never does."
    title = f"{step.subject} failed: the bucket {bucket} does not exist"
    return title, (Advice(text),), {"bucket": error.bucket, "uri": error.uri}


def _output_missing(step: Step, facts: Facts, error: KfpError) -> tuple[str, tuple[Advice, ...], dict[str, Fact]]:
    name = error.output or "an output"
    text = f"The program ended well but did not write its output {name}. Write it to the path that KFP gives "
    text += f"(dsl.OutputPath for {name}, or the placeholder in the command) on every way through the program, or do not "
    text += "declare it."
    return f"{step.subject} did not write its output {name}", (Advice(text),), {"output": error.output}


# KFP's object store, config.go: the address is of none of its providers.
_SCHEME = re.compile(r"no provider scheme found in artifact URI: (\S+)")
# KFP's driver, resolve.go.
_MISMATCH = re.compile(r'input parameter "([^"]+)" type mismatch: expect (\w+), got (\w+)')


def _input_unresolved(step: Step, facts: Facts, error: KfpError) -> tuple[str, tuple[Advice, ...], dict[str, Fact]]:
    if wrong := _MISMATCH.search(error.text):
        name = wrong[1]
        text = (
            f"The component takes {name} as {wrong[2]} and was given a {wrong[3]}. Items of a list that a step makes arrive "
        )
        text += f"as texts: declare `{name}: str` in the component and convert it there, or correct the value."
        return f"{step.subject} failed: its input {name} is of another type", (Advice(text),), {"input": name}
    text = (
        f"KFP's driver could not find an input of {step.label}: {evidence.clip(error.text)}. Check that the step before it "
    )
    text += "has run and wrote that output; a step that was skipped has none."
    return f"{step.subject} failed: an input could not be resolved", (Advice(text),), {}


def _driver_failed(step: Step, facts: Facts, error: KfpError) -> tuple[str, tuple[Advice, ...], dict[str, Fact]]:
    if "quantities must match" in error.text or "ParseQuantity" in error.text:
        bad = bad_quantity(step.log.lines) if step.log else None
        what = f"the {bad.resource} setting is {bad.value!r}" if bad else "a setting of memory or cpu"
        source = f" (parameter {bad.parameter})" if bad and bad.parameter else ""
        text = f"{what}{source} is no quantity of Kubernetes. " if not bad else f"{what}{source}, which is no quantity. "
        text += "Give memory as '512Mi' or '2Gi', cpu as '500m' or '2'."
        code = f"run parameter {bad.parameter} = '2Gi'" if bad and bad.parameter and bad.resource == "memory" else None
        text = text[0].upper() + text[1:] + (f" For example: {code}." if code else "")
        value = bad.value if bad else None
        title = (
            f"{step.subject} failed: {what}, which is no quantity"
            if bad
            else f"{step.subject} failed: a resource is no quantity"
        )
        return title, (Advice(text),), {"value": value, "resource": bad.resource if bad else None}
    text = f"KFP's driver said: {evidence.clip(error.text)}."
    if "same task name" in error.text:
        text = "The driver was retried and wrote a second record of the same task to ML Metadata, which the steps after it "
        text += "cannot read (kubeflow/pipelines #13591). Start the run anew instead of retrying it."
    return f"{step.subject} failed in KFP's driver", (Advice(text),), {}


def _launcher_failed(step: Step, facts: Facts, error: KfpError) -> tuple[str, tuple[Advice, ...], dict[str, Fact]]:
    numbers: dict[str, Fact] = {"uri": error.uri, "bucket": error.bucket, "output": error.output}
    if "expected bucket prefix" in error.text:
        text = (
            f"The step set the output's uri by hand to {error.uri}, which is not below the run's root; since KFP 2.17 the "
        )
        text += (
            "launcher refuses that. Leave .uri as it is and write to .path, or start the run with a pipeline root above it."
        )
        title = f"{step.subject} failed: its output {error.output} lies outside the run's root"
        return title, (Advice(text),), numbers
    if unknown := _SCHEME.search(error.text):
        text = f"KFP does not know addresses like {unknown[1]}: import what is under gs://, s3:// or minio://, or let a "
        text += "component of your own fetch it."
        return f"{step.subject} failed: KFP cannot read {unknown[1]}", (Advice(text),), numbers | {"uri": unknown[1]}
    if "Invalid region" in error.text:
        text = f"KFP knows no region or endpoint for the bucket {error.bucket}: name it under `providers` in the ConfigMap "
        text += "kfp-launcher of the namespace, or use a bucket that is there already; and check that the bucket exists."
        edit = f"kubectl -n {step.namespace} edit configmap kfp-launcher"
        title = f"{step.subject} failed: KFP is not set up for the bucket {error.bucket}"
        return title, (Advice(text, kubectl=edit),), numbers
    text = f"KFP's launcher said: {evidence.clip(error.text)}."
    return f"{step.subject} failed in KFP's launcher", (Advice(text),), numbers


def _artifact_missing(step: Step, facts: Facts) -> Match | None:
    said = _error(step)
    if said is not None and said[0].trouble == "artifact-missing":
        return _missing_match(step, said[0].uri or "", said[1])
    log = step.log
    traceback = log.traceback if log else None
    if log is None or traceback is None or not is_missing_file(traceback):
        return None
    paths = local_paths(traceback.message)
    if not paths:
        return None
    inputs = input_artifacts(step.main_spec.command if step.main_spec else (), log.inputs)
    lost = next((a for a in inputs if any(_is_lost(a, path, facts) for path in paths)), None)
    if lost is None:
        return None
    return _missing_match(
        step,
        lost.uri,
        (evidence.of_log(log, [f"{traceback.exception}: {traceback.message}"]), *_asked(lost, facts)),
        lost.name,
        "certain" if facts.around.objects_missing.get(lost.uri) else "likely",
    )


def _asked(artifact: InputArtifact, facts: Facts) -> tuple[Evidence, ...]:
    gone = facts.around.objects_missing.get(artifact.uri)
    return (Evidence(f"store/{artifact.uri}", "no object and no prefix of this name"),) if gone else ()


def _is_lost(artifact: InputArtifact, path: str, facts: Facts) -> bool:
    """The path is the artifact itself. A file within an artifact may be missing although the artifact is there."""
    known = facts.around.objects_missing.get(artifact.uri)
    own = path.rstrip("/") == artifact.path.rstrip("/")
    inside = path.startswith(artifact.path.rstrip("/") + "/")
    return (own and known is not False) or (inside and known is True)


def _missing_match(
    step: Step, uri: str, quoted: tuple[Evidence, ...], name: str = "", confidence: Confidence = "certain"
) -> Match:
    what = f"the input {name}" if name else "an input"
    text = f"Nothing is at {uri}. "
    # KFP puts outputs at <root>/<pipeline>/<run id>/<task>/<random>/<name>.
    maker = uri.partition(f"/{step.run_id}/")[2].partition("/")[0] if step.run_id else ""
    if maker:
        text += f"Step {maker} of this run should have written it: it ended without writing to its output's path, or the "
        text += "object was deleted since. Let it write there, then retry the run."
    else:
        text += "Correct the URI where it is imported, or make the artifact again: run the step that wrote it without the "
        text += "cache (set_caching_options(False)) if it was cleaned up."
    return Match(
        title=f"{step.subject} failed: {what} does not exist in the object store",
        confidence=confidence,
        objects=(step.ref("main"),),
        evidence=quoted,
        advice=(Advice(text),),
        facts={"uri": uri or None},
        key=(uri,),
    )


# What names the cause more exactly than KFP's own programs do.
_EXACT = ("admission/*", "config/*", "image/*", "volume/*", "memory/*", "node/*", "scheduling/preempted")
_ABOUT: tuple[tuple[str, str, Look, tuple[str, ...], str, str], ...] = (
    ("input-unresolved", "A step's input could not be resolved", _says("input-unresolved", _input_unresolved), (),
     "KFP's driver did not find the parameter or artifact that a step takes from another.",
     "See that the step before wrote it, and was not skipped."),
    ("metadata-unreachable", "ML Metadata cannot be reached", _unreachable("metadata-unreachable", "metadata"), (),
     "Driver or launcher could not read or write KFP's lineage store.", "Bring metadata-grpc-deployment back, then retry."),
    ("api-unreachable", "KFP's API cannot be reached", _unreachable("api-unreachable", "api"), (),
     "Driver or launcher could not reach the API server, for the cache for example.", "Bring ml-pipeline back, then retry."),
    ("store-unreachable", "The object store cannot be reached", _unreachable("store-unreachable", "store"), (),
     "Argo or KFP could not read or write objects: logs, inputs or outputs.", "Bring the store back, then retry."),
    ("store-denied", "The object store refuses KFP's credentials", _says("store-denied", _denied), (),
     "KFP's own transfers were refused, not the user's calls.", "Check the Secret that kfp-launcher names."),
    ("bucket-missing", "A bucket does not exist", _says("bucket-missing", _bucket_missing), (),
     "A URI or the pipeline root names a bucket that the store does not have.", "Create it, or correct the URI."),
    ("artifact-missing", "An input artifact does not exist", _artifact_missing, (),
     "The object behind an input is not in the store: imported by a wrong URI, or deleted.",
     "Correct the URI or make it again."),
    ("output-missing", "A declared output was not written", _says("output-missing", _output_missing), (),
     "The program ended well without writing an output that it declares.", "Write it, or do not declare it."),
    ("driver-failed", "KFP's driver failed", _says("driver-failed", _driver_failed), _EXACT,
     "The pod that prepares a step failed before the step could start.", "See what it said."),
    ("launcher-failed", "KFP's launcher failed", _says("launcher-failed", _launcher_failed), _EXACT,
     "The program that runs the user's command failed itself: inputs, outputs or their transfer.", "See what it said."),
)  # fmt: skip

CAUSES: tuple[Cause, ...] = tuple(
    Cause(id=f"kfp/{name}", title=title, meaning=meaning, remedy=remedy, look=look, when=_STATES, yields_to=yields)
    for name, title, look, yields, meaning, remedy in _ABOUT
)
