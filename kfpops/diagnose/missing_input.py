"""An input artifact whose object is not in the store: imported by a wrong URI, deleted, or a hit on an old cache entry."""

from __future__ import annotations

from kfpops.diagnose import evidence
from kfpops.diagnose.cache_hole import cache_advice, cache_origin
from kfpops.diagnose.cause import Match
from kfpops.diagnose.facts import Facts
from kfpops.diagnose.kfp_said import said_by_kfp
from kfpops.diagnose.step import Step
from kfpops.knowledge.executor_input import InputArtifact, input_artifacts, local_paths
from kfpops.knowledge.traceback import is_missing_file
from kfpops.model.finding import Advice, Confidence, Evidence


def look_for_missing_input(step: Step, facts: Facts) -> Match | None:
    """The launcher says so; or the program did not find the file; or it failed otherwise, and the store lacks this input."""
    said = said_by_kfp(step)
    if said is not None and said[0].trouble == "artifact-missing":
        return _missing_match(step, facts, said[0].uri or "", said[1])
    log = step.log
    traceback = log.traceback if log else None
    if log is None or traceback is None:
        return None
    inputs = input_artifacts(step.main_spec.command if step.main_spec else (), log.inputs)
    paths = local_paths(traceback.message) if is_missing_file(traceback) else ()
    lost = next((a for a in inputs if any(_is_lost(a, path, facts) for path in paths)), None)
    # Where an object is gone the launcher gives the program nothing, without a word: it fails in its own way.
    lost = lost or next((a for a in inputs if facts.around.objects_missing.get(a.uri)), None)
    if lost is None:
        return None
    return _missing_match(
        step,
        facts,
        lost.uri,
        (evidence.of_log(log, [f"{traceback.exception}: {traceback.message}"]), *_asked(lost, facts)),
        lost.name,
        _confidence(found_no_file=bool(paths), gone=facts.around.objects_missing.get(lost.uri) is True),
    )


def _confidence(*, found_no_file: bool, gone: bool) -> Confidence:
    """A program that fails otherwise may fail for a reason of its own, whatever became of its input."""
    return "possible" if not found_no_file else "certain" if gone else "likely"


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
    step: Step, facts: Facts, uri: str, quoted: tuple[Evidence, ...], name: str = "", confidence: Confidence = "certain"
) -> Match:
    what = f"the input {name}" if name else "an input"
    origin = cache_origin(facts, step.run_id, uri)
    of = f" (taken from the cache{f' of run {origin[1][:8]}' if origin[1] else ''})" if origin else ""
    return Match(
        title=f"{step.subject} failed: {what}{of} does not exist in the object store",
        confidence=confidence,
        objects=(step.ref("main"),),
        evidence=quoted,
        advice=cache_advice(*origin) if origin else (_advice(step, uri),),
        facts={"uri": uri or None, "origin_run": origin[1] or None if origin else None},
        key=(uri,),
    )


def _advice(step: Step, uri: str) -> Advice:
    text = f"Nothing is at {uri}. "
    # KFP puts outputs at <root>/<pipeline>/<run id>/<task>/<random>/<name>.
    maker = uri.partition(f"/{step.run_id}/")[2].partition("/")[0] if step.run_id else ""
    if maker:
        text += f"Step {maker} of this run should have written it: it ended without writing to its output's path, or the "
        text += "object was deleted since. Let it write there, then retry the run."
    else:
        text += "Correct the URI where it is imported, or make the artifact again: run the step that wrote it without the "
        text += "cache (set_caching_options(False)) if it was cleaned up."
    return Advice(text)
