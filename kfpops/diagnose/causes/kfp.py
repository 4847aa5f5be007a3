"""KFP itself: its driver, launcher, metadata, API and object store, and what they cannot find."""

from __future__ import annotations

import re
from collections.abc import Callable

from kfpops.diagnose import evidence
from kfpops.diagnose.cache_hole import survey_cache_holes
from kfpops.diagnose.cause import Cause, Look, Match, Survey, looks_at_nothing, surveys_nothing
from kfpops.diagnose.facts import Facts
from kfpops.diagnose.kfp_said import said_by_kfp
from kfpops.diagnose.kfp_services import Program, program_behind
from kfpops.diagnose.missing_input import look_for_missing_input
from kfpops.diagnose.overwritten import survey_overwritten
from kfpops.diagnose.step import Step, StepState
from kfpops.knowledge.kfp_errors import KfpError, Service, Trouble, bad_quantity
from kfpops.model.finding import Advice, Fact, ObjectRef

_STATES: frozenset[StepState] = frozenset({"failed"})
_SERVICE_NAMES: dict[Service, str] = {
    "metadata": "ML Metadata (metadata-grpc-service)",
    "api": "KFP's API server (ml-pipeline)",
    "store": "the object store",
}


_Tell = Callable[[Step, Facts, KfpError], tuple[str, tuple[Advice, ...], dict[str, Fact]]]


def _says(trouble: Trouble, tell: _Tell) -> Look:
    def look(step: Step, facts: Facts) -> Match | None:
        said = said_by_kfp(step)
        if said is None or said[0].trouble != trouble:
            return None
        title, advice, numbers = tell(step, facts, said[0])
        key = (step.pipeline or step.workflow, step.task, *numbers.values())
        return Match(title, "certain", (step.ref("main"),), said[1], advice, numbers, key)

    return look


def _unreachable(trouble: Trouble, service: Service) -> Look:
    def look(step: Step, facts: Facts) -> Match | None:
        said = said_by_kfp(step)
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
    ("artifact-missing", "An artifact does not exist in the object store", look_for_missing_input, (),
     "The object behind an input, or behind what came from the cache, is gone: deleted, or imported by a wrong URI.",
     "Correct the URI or make it again."),
    ("outputs-overwritten", "Outputs of a run overwrote each other", looks_at_nothing, (),
     "Iterations of a loop, or steps side by side, wrote to the same URI: only the last one's bytes are left.",
     "Let each write to its own place; KFP before 2.4 does it wrong by itself."),
    ("output-missing", "A declared output was not written", _says("output-missing", _output_missing), (),
     "The program ended well without writing an output that it declares.", "Write it, or do not declare it."),
    ("driver-failed", "KFP's driver failed", _says("driver-failed", _driver_failed), _EXACT,
     "The pod that prepares a step failed before the step could start.", "See what it said."),
    ("launcher-failed", "KFP's launcher failed", _says("launcher-failed", _launcher_failed), _EXACT,
     "The program that runs the user's command failed itself: inputs, outputs or their transfer.", "See what it said."),
)  # fmt: skip

_SURVEYS: dict[str, Survey] = {"artifact-missing": survey_cache_holes, "outputs-overwritten": survey_overwritten}
CAUSES: tuple[Cause, ...] = tuple(
    Cause(
        id=f"kfp/{name}",
        title=title,
        meaning=meaning,
        remedy=remedy,
        look=look,
        survey=_SURVEYS.get(name, surveys_nothing),
        when=_STATES,
        yields_to=yields,
    )
    for name, title, look, yields, meaning, remedy in _ABOUT
)
