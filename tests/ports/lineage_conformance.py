"""What every back end of `ports.Lineage` must answer about the world of `tests.ports.lineage_world`.

To put a back end through it: fill it with the world, and call each check with it and what is known of the world.

    @pytest.mark.parametrize("check", lineage_conformance.CHECKS)
    def test_lineage(check, mine, known): check(mine, known)

`EMPTY` holds the checks for a store with nothing in it, `EXACT` those for values that only ML Metadata's back ends share.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor

import pytest

from kfpops.errors import NotFound
from kfpops.model.lineage import Artifact, ArtifactQuery, Event, Execution, ExecutionQuery
from kfpops.ports import Lineage
from tests.ports.lineage_of_runs import OF_RUNS
from tests.ports.lineage_searches import SEARCHES
from tests.ports.lineage_world import ABSENT, CONSUMERS, FIRST, INPUTS, LOOP, RAW, SECOND, SHARED, THIRD, WIDE, Known

NO_IDS = ("", "0", "007", " 7", "+7", "-1", "1.0", "seven", "٣", "9" * 30, "' OR 1=1", "\x00", "987654321")
Check = Callable[[Lineage, Known], None]


def leaves_out_what_is_no_id(port: Lineage, known: Known) -> None:
    assert list(port.artifacts(NO_IDS)) == []
    assert list(port.executions(NO_IDS)) == []
    assert list(port.events_of_artifacts(NO_IDS)) == []
    assert list(port.events_of_executions(NO_IDS)) == []
    assert list(port.runs([*NO_IDS, ABSENT])) == []
    assert (
        list(port.artifacts_at(["", "gs://nobody/nothing", "gs://%", "\\", "' OR 1=1", "gs://\x00", RAW.upper(), f"{RAW} "]))
        == []
    )


def answers_nothing_for_nothing(port: Lineage, known: Known) -> None:
    assert list(port.artifacts([])) == []
    assert list(port.executions([])) == []
    assert list(port.events_of_artifacts([])) == []
    assert list(port.events_of_executions([])) == []
    assert list(port.artifacts_at([])) == []
    assert list(port.runs([])) == []


def gives_each_once_in_the_order_asked_for(port: Lineage, known: Known) -> None:
    wanted = known.all("a.model", "a.raw", "a.data")
    assert [a.id for a in port.artifacts([*wanted, "987654321", *wanted])] == wanted
    wanted = known.all("e.twice", "e.load", "e.other")
    assert [e.id for e in port.executions([*wanted, "987654321", *wanted])] == wanted
    assert [r.run_id for r in port.runs([THIRD, ABSENT, FIRST, THIRD])] == [THIRD, FIRST]


def tells_an_artifact(port: Lineage, known: Known) -> None:
    raw, model = port.artifacts(known.all("a.raw", "a.model"))
    assert (raw.type, raw.uri, raw.name) == ("system.Dataset", RAW, "orders")
    assert raw.properties == {"rows": 7, "source": "bank", "verified": True}
    assert (model.type, model.name) == ("system.Model", "model")
    assert raw.created_at is not None
    assert model.created_at is not None
    assert raw.created_at < model.created_at


def tells_a_metric_by_its_name(port: Lineage, known: Known) -> None:
    (metrics,) = port.artifacts([known["a.metrics"]])
    assert (metrics.type, metrics.properties["accuracy"]) == ("system.Metrics", 0.91)


def tells_an_execution(port: Lineage, known: Known) -> None:
    root, load, importer, failed = port.executions(known.all("e.root", "e.load", "e.importer", "e.failed"))
    assert (root.kind, root.type, root.task, root.parent_id, root.run_id) == ("dag", "system.DAGExecution", "", "", FIRST)
    assert (load.kind, load.type, load.state, load.task) == ("container", "system.ContainerExecution", "COMPLETE", "load")
    assert (load.parent_id, load.iteration, load.fingerprint) == (root.id, None, "f" * 64)
    assert load.inputs == {"day": "monday", "limit": 3.0}
    assert isinstance(load.inputs["limit"], float)
    assert (importer.kind, importer.type) == ("importer", "system.ImporterExecution")
    assert failed.state == "FAILED"
    (train,) = port.executions([known["e.train"]])
    assert train.outputs == {"loss": 0.25, "notes": ["a", {"b": 1.0}, None]}


def tells_states_in_ml_metadatas_words(port: Lineage, known: Known) -> None:
    # KFP's own API finds a task that has touched nothing only with its run.
    for run_id in (THIRD, LOOP):
        port.executions_of_run(run_id)
    found = port.executions(known.all("e.cached", "e.skipped", "e.loop", "e.train"))
    assert [e.state for e in found] == ["CACHED", "CANCELED", "RUNNING", "COMPLETE"]


def tells_iterations_and_what_is_around_them(port: Lineage, known: Known) -> None:
    score, iteration = port.executions(known.all("e.score1", "e.iteration1"))
    assert (score.parent_id, iteration.iteration, iteration.kind) == (iteration.id, 1, "dag")
    assert iteration.parent_id == known["e.loop"]
    (first,) = port.executions([known["e.iteration0"]])
    assert first.iteration == 0


def joins_artifacts_and_executions(port: Lineage, known: Known) -> None:
    found = {(e.execution_id, e.kind, e.port) for e in port.events_of_artifacts([known["a.data"]])}
    out, into = known.all("e.load", "e.cached", "e.twice"), known.all("e.failed", "e.train")
    assert found == {(id, "output", "data") for id in out} | {(id, "input", "data") for id in into}
    found = {(e.artifact_id, e.kind, e.port) for e in port.events_of_executions([known["e.train"]])}
    inputs = {(known["a.data"], "input", "data"), (known["a.raw"], "input", "orders")}
    assert found == inputs | {(known["a.model"], "output", "model")}


def tells_the_same_events_from_both_ends(port: Lineage, known: Known) -> None:
    artifacts = sorted({e.artifact_id for e in port.events_of_executions(known.all("e.merge", "e.train", "e.group"))})
    backwards = [e for e in port.events_of_artifacts(artifacts) if e.execution_id == known["e.merge"]]
    forwards = port.events_of_executions([known["e.merge"]])
    assert set(forwards) == set(backwards)
    assert len(forwards) == len(backwards) == INPUTS + 1


def keeps_outputs_of_a_group_and_its_leaf(port: Lineage, known: Known) -> None:
    found = {(e.execution_id, e.port) for e in port.events_of_artifacts([known["a.made"]]) if e.kind == "output"}
    assert found == {(known["e.leaf"], "made"), (known["e.group"], "result")}


def reads_events_of_other_writers(port: Lineage, known: Known) -> None:
    found = {(e.execution_id, e.kind, e.port) for e in port.events_of_artifacts([known["a.endless"]])}
    assert found == {(known["e.batch"], "input", ""), (known["e.back"], "output", "declared")}
    assert list(port.events_of_artifacts([known["a.broken"]])) == []


def follows_a_circle(port: Lineage, known: Known) -> None:
    found = {(e.artifact_id, e.execution_id, e.kind) for e in port.events_of_artifacts(known.all("a.lost", "a.weird"))}
    lost, weird, batch, back = known.all("a.lost", "a.weird", "e.batch", "e.back")
    assert found == {(weird, batch, "output"), (weird, back, "input"), (lost, back, "output"), (lost, batch, "input")}


def asks_for_more_than_a_request_holds(port: Lineage, known: Known) -> None:
    parts = known.all(*(f"a.part{n}" for n in range(INPUTS)))
    assert [a.id for a in port.artifacts(parts)] == parts
    assert len(port.events_of_artifacts(parts)) == INPUTS
    uses = known.all(*(f"e.use{n}" for n in range(CONSUMERS)))
    assert [e.task for e in port.executions(uses)] == [f"use-{n}" for n in range(CONSUMERS)]
    assert len(port.events_of_executions(uses)) == CONSUMERS
    assert len(port.artifacts_at([f"minio://mlpipeline/parts/{n}" for n in range(INPUTS)])) == INPUTS
    events = port.events_of_artifacts([known["a.popular"]])
    assert {e.execution_id for e in events if e.kind == "input"} == set(uses)


def finds_all_artifacts_of_a_uri(port: Lineage, known: Known) -> None:
    assert {a.id for a in port.artifacts_at([RAW])} == set(known.all("a.raw", "a.reimported"))
    found = port.artifacts_at([SHARED, RAW, SHARED])
    assert {a.id for a in found} == set(known.all("a.raw", "a.reimported", "a.shared0", "a.shared1"))
    assert [a.id for a in found] == _by_id(a.id for a in found)


def keeps_artifacts_without_a_uri_apart(port: Lineage, known: Known) -> None:
    lost, empty = port.artifacts(known.all("a.lost", "a.empty"))
    assert (lost.uri, empty.uri) == ("", "")
    assert (lost.name, empty.name) == ("lost", "nowhere")


def knows_runs(port: Lineage, known: Known) -> None:
    first, third = port.runs([FIRST, THIRD])
    assert (first.pipeline, third.pipeline) == ("train-daily", "score-weekly")
    assert first.root == f"minio://mlpipeline/v2/artifacts/train-daily/{FIRST}"
    assert third.root == "s3://elsewhere/root"
    assert first.namespace == third.namespace == "kubeflow"
    assert first.created_at is not None
    assert third.created_at is not None
    assert first.created_at < third.created_at


def gives_a_runs_executions_oldest_first(port: Lineage, known: Known) -> None:
    found = port.executions_of_run(SECOND)
    assert {e.id for e in found} >= set(known.all("e.cached", "e.same"))
    assert [e.task for e in found] == ["", "load", "importer"]
    assert len(port.executions_of_run(WIDE)) == CONSUMERS + 2
    assert [e.id for e in port.executions_of_run(LOOP)][1:3] == known.all("e.loop", "e.iteration0")


def says_that_there_is_no_run(port: Lineage, known: Known) -> None:
    for run_id in (ABSENT, "train-daily"):
        with pytest.raises(NotFound):
            port.executions_of_run(run_id)


def gives_the_first_of_many_without_reading_all(port: Lineage, known: Known) -> None:
    found = port.find_artifacts(ArtifactQuery())
    assert next(found).id
    found = port.find_executions(ExecutionQuery())
    assert next(found).id


def answers_several_threads(port: Lineage, known: Known) -> None:
    names = [f"a.part{n}" for n in range(24)]
    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(lambda name: port.artifacts([known[name]])[0].name, names))
    assert found == [f"part-{n}" for n in range(24)]


def tells_its_health(port: Lineage, known: Known) -> None:
    health = port.health()
    assert health.back_end in ("mlmd-grpc", "mlmd-grpc-web", "mlmd-database", "kfp-api", "bundle")
    assert health.address


def keeps_names_of_types_that_kfp_does_not_have(port: Lineage, known: Known) -> None:
    (weird,), (batch,) = port.artifacts([known["a.weird"]]), port.executions([known["e.batch"]])
    assert (weird.type, weird.name, weird.state) == ("acme.Weird", "own-name", "LIVE")
    assert (batch.type, batch.kind, batch.task) == ("acme.Batch", "other", "batch")


def tells_what_a_cached_execution_was_taken_from(port: Lineage, known: Known) -> None:
    cached, twice = port.executions(known.all("e.cached", "e.twice"))
    assert (cached.cached_from, twice.cached_from) == (known["e.load"], known["e.cached"])


def reads_what_no_text_and_no_number_should_be(port: Lineage, known: Known) -> None:
    endless, broken = port.artifacts(known.all("a.endless", "a.broken"))
    assert endless.properties == {"bottom": "-Infinity", "note": "", "top": "Infinity"}
    assert (broken.uri, broken.properties) == ("minio://mlpipeline/caf�", {"note": "��"})


def gives_events_in_the_order_in_which_they_were_written(port: Lineage, known: Known) -> None:
    events = port.events_of_executions([known["e.merge"]])
    assert [e.port for e in events] == [*(f"part-{n}" for n in range(INPUTS)), "popular"]
    assert all(e.at is not None for e in events)
    assert [e.at for e in events] == sorted(e.at for e in events if e.at)


def an_empty_store_answers_nothing(port: Lineage, known: Known) -> None:
    assert list(port.artifacts(["1"])) == []
    assert list(port.executions(["1"])) == []
    assert list(port.events_of_artifacts(["1"])) == []
    assert list(port.events_of_executions(["1"])) == []
    assert list(port.artifacts_at([RAW])) == []
    assert list(port.runs([FIRST])) == []
    assert list(port.all_runs()) == []
    assert list(port.artifacts_of_run(FIRST)) == []
    assert list(port.find_artifacts(ArtifactQuery(type="Model", name="x"))) == []
    assert list(port.find_executions(ExecutionQuery(pipeline="train-daily", task="load"))) == []
    with pytest.raises(NotFound):
        port.executions_of_run(FIRST)


CHECKS: tuple[Check, ...] = (
    leaves_out_what_is_no_id,
    answers_nothing_for_nothing,
    gives_each_once_in_the_order_asked_for,
    tells_an_artifact,
    tells_a_metric_by_its_name,
    tells_an_execution,
    tells_states_in_ml_metadatas_words,
    tells_iterations_and_what_is_around_them,
    joins_artifacts_and_executions,
    tells_the_same_events_from_both_ends,
    keeps_outputs_of_a_group_and_its_leaf,
    reads_events_of_other_writers,
    follows_a_circle,
    asks_for_more_than_a_request_holds,
    finds_all_artifacts_of_a_uri,
    keeps_artifacts_without_a_uri_apart,
    knows_runs,
    gives_a_runs_executions_oldest_first,
    *OF_RUNS,
    says_that_there_is_no_run,
    *SEARCHES,
    gives_the_first_of_many_without_reading_all,
    answers_several_threads,
    tells_its_health,
)
EXACT: tuple[Check, ...] = (
    keeps_names_of_types_that_kfp_does_not_have,
    tells_what_a_cached_execution_was_taken_from,
    reads_what_no_text_and_no_number_should_be,
    gives_events_in_the_order_in_which_they_were_written,
)
EMPTY: tuple[Check, ...] = (an_empty_store_answers_nothing, answers_nothing_for_nothing, leaves_out_what_is_no_id)


def _by_id(ids: Iterable[str]) -> list[str]:
    return sorted(ids, key=lambda id: (int(id), id) if id.isdecimal() else (0, id))


def everything(port: Lineage) -> tuple[tuple[Artifact, ...], tuple[Execution, ...], tuple[Event, ...]]:
    """All that the port can be brought to tell: to compare one back end with another."""
    artifacts = tuple(port.find_artifacts(ArtifactQuery()))
    events = tuple(port.events_of_artifacts([a.id for a in artifacts]))
    ids = _by_id({e.execution_id for e in events} | {e.id for e in port.find_executions(ExecutionQuery())})
    return (
        artifacts,
        tuple(port.executions(ids)),
        tuple(sorted(events, key=lambda e: (e.artifact_id, e.execution_id, e.kind, e.port, str(e.at)))),
    )
