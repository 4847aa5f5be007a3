"""From what the user means to nodes; when there is none, to what is near."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from kfpops.errors import KfpopsError, NotFound, Unreachable, UsageError
from kfpops.lineage.gather import Reach, find_start, gather_lineage
from kfpops.lineage.start import parse_run, parse_start
from kfpops.model.diagnosis import Source
from tests.fakes import a_cluster
from tests.lineage.worlds import MemoryLineage, Recorder

RUN, RUN_2 = "6ecc4362-cbd5-4be0-8117-f1fdc08b3309", "30150d77-0eaf-47b8-97e1-cde628522aa6"
ROOT = "minio://mlpipeline/v2/artifacts/training"


class Names:
    """Runs by name, as the KFP API knows them."""

    def __init__(self, known: Mapping[str, str], error: KfpopsError | None = None) -> None:
        self.known, self.error, self.asked = known, error, 0

    def __call__(self, text: str) -> tuple[str, str]:
        self.asked += 1
        if self.error:
            raise self.error
        if text not in self.known:
            raise NotFound(f'No run is called "{text}".', "Did you mean another?")
        return self.known[text], "team"


KFP = Names({"nightly": RUN, RUN: RUN, "nightly/tuesday": RUN_2, "nightl": RUN})


def store() -> Recorder:
    """Run one: `make` puts out a1 and a2; a loop `for-loop-2` trains a3 … a5; `inner/report` puts out a6. Run two: a7."""
    made = Recorder()
    root = made.run(RUN)
    made.task(root, "make", outputs={"data": made.artifact(f"{ROOT}/1/data"), "log": made.artifact(f"{ROOT}/1/log")})
    loop = made.dag(root, "for-loop-2")
    for n in range(3):
        model = made.artifact(f"{ROOT}/2/{n}/model")
        made.task(made.dag(loop, "for-loop-2", n), "train", {"data": "1"}, {"model": model})
    inner = made.dag(root, "inner")
    made.alter(made.task(inner, "report", outputs={"html": made.artifact("s3://other/report.html")}), name="Weekly report")
    made.task(root, "waiting")
    made.task(made.run(RUN_2), "train", outputs={"model": made.artifact("minio://mlpipeline/dir/")})
    return made


STORE = store()


def found(text: str, names: Names = KFP, port: MemoryLineage | None = None) -> str:
    return " ".join(find_start(port or STORE.lineage(), parse_start(text), names))


@pytest.mark.parametrize(
    "text, said, hint",
    [
        pytest.param("404", "No artifact has the id 404", "The newest artifact is 7", id="beyond the newest"),
        pytest.param("9", "No artifact has the id 9", "execution 9 (task train): write execution:9", id="an execution's id"),
        pytest.param(RUN, "No artifact has the id", f"kfpops lineage run {RUN}", id="a run's id"),
        pytest.param("execution:404", "No execution has the id 404", "The newest step has the id 14", id="no execution"),
        pytest.param("nightly/tain/model", 'no task "tain"', "Its tasks are for-loop-2/train, waiting", id="a near task"),
        pytest.param("nightly/make/dta", 'no output "dta"', "Its outputs are data, log", id="an output that is near"),
        pytest.param("nightly/waiting/x", 'no output "x"', "no artifacts (its state is COMPLETE)", id="no outputs yet"),
        pytest.param("weekly/make/data", 'No run is called "weekly"', "Did you mean", id="no such run"),
        pytest.param("nightly/inner/model", 'no output "model"', "Its outputs are html", id="not what is inside either"),
    ],
)
def test_what_is_not_there_names_what_is_near(text: str, said: str, hint: str) -> None:
    with pytest.raises(NotFound) as caught:
        found(text)
    assert said in caught.value.message
    assert hint in caught.value.hint


def test_an_id_of_the_other_kind_is_told() -> None:
    made = Recorder()
    made.artifact()
    with pytest.raises(NotFound) as caught:
        found("execution:1", port=made.lineage())
    assert caught.value.hint == "There is an artifact 1: write artifact:1."


def test_an_empty_store_says_so() -> None:
    for text, hint in (("7", "no artifacts"), ("execution:7", "no steps"), ("s3://b/x", "nothing in s3://b")):
        with pytest.raises(NotFound) as caught:
            found(text, port=MemoryLineage())
        assert hint in caught.value.hint


@pytest.mark.parametrize(
    "text, nodes",
    [
        pytest.param("7", "artifact:7", id="a number"),
        pytest.param("execution:7", "execution:7", id="an execution"),
        pytest.param(f"{ROOT}/1/data", "artifact:1", id="exactly there"),
        pytest.param(f"{ROOT}/1/data/", "artifact:1", id="with a slash that the store lacks"),
        pytest.param("minio://mlpipeline/dir", "artifact:7", id="without a slash that the store has"),
        pytest.param(f"{ROOT}/1", "artifact:1 artifact:2", id="a folder"),
        pytest.param(f"{ROOT}/1/", "artifact:1 artifact:2", id="a folder with its slash"),
        pytest.param(f"{ROOT}/1/da", "artifact:1", id="the beginning of a name"),
        pytest.param("nightly/make/data", "artifact:1", id="run, task, output"),
        pytest.param(
            "nightly/train/model", "artifact:3 artifact:4 artifact:5", id="the last part of a path: all iterations"
        ),
        pytest.param("nightly/for-loop-2/train/model", "artifact:3 artifact:4 artifact:5", id="a path without iteration"),
        pytest.param("nightly/for-loop-2[1]/train/model", "artifact:4", id="one iteration"),
        pytest.param("nightly/for-loop-2[1]/model", "artifact:4", id="what a step inside an iteration put out"),
        pytest.param("nightly/inner/html", "artifact:6", id="what a step inside a sub-pipeline put out"),
        pytest.param("nightly/Weekly report/html", "artifact:6", id="the name that the UI shows"),
        pytest.param("nightly/tuesday/train/model", "artifact:7", id="a run with a slash in its name"),
        pytest.param(f"{RUN.upper()}/make/data", "artifact:1", id="a whole run id"),
    ],
)
def test_what_is_there_is_found(text: str, nodes: str) -> None:
    assert found(text) == nodes


def test_a_folder_is_not_another_that_begins_so() -> None:
    made = Recorder()
    made.artifact("s3://b/run-1/x"), made.artifact("s3://b/run-10/x")
    assert found("s3://b/run-1", port=made.lineage()) == "artifact:1"
    assert found("s3://b/run-", port=made.lineage()) == "artifact:1 artifact:2"


def test_a_server_that_cannot_filter_is_helped() -> None:
    class Careless(MemoryLineage):
        def find_artifacts(self, query):  # type: ignore[no-untyped-def]
            return iter(self.known_artifacts)

    assert found(f"{ROOT}/1", port=Careless(STORE.artifacts)) == "artifact:1 artifact:2"


def test_no_more_starts_are_read_than_the_limit_and_one() -> None:
    graph = gather_lineage(a_cluster(lineage=STORE.lineage()), parse_start(ROOT), Reach(limit=2), KFP)
    assert (len(graph.distance), graph.truncated) == (2, True)


def test_a_run_that_kfp_forgot_is_found_in_the_store_without_asking_kfp() -> None:
    names = Names({}, Unreachable("No KFP API."))
    assert len(find_start(STORE.lineage(), parse_run(RUN), names)) == 12
    assert found(f"{RUN}/make/data", names) == "artifact:1"
    assert names.asked == 0


def test_a_run_that_nobody_knows() -> None:
    unknown = RUN.replace("6", "7")
    with pytest.raises(NotFound, match="No run is called"):
        find_start(STORE.lineage(), parse_run(unknown), KFP)
    with pytest.raises(NotFound, match="The lineage store knows nothing of run"):
        find_start(STORE.lineage(), parse_run(unknown), Names({unknown: unknown}))


def test_a_name_of_several_runs_is_refused_as_the_runs_say_it() -> None:
    names = Names({}, UsageError("Several runs are called nightly."))
    with pytest.raises(UsageError, match="Several runs"):
        found("nightly/make/data", names)


def test_an_api_that_does_not_answer_is_no_missing_run() -> None:
    with pytest.raises(Unreachable):
        found("nightly/make/data", Names({}, Unreachable("No KFP API.")))


def test_without_a_store_the_way_to_one_is_told() -> None:
    cluster = a_cluster()
    with pytest.raises(Unreachable) as caught:
        gather_lineage(cluster, parse_start("7"), Reach(), KFP)
    assert "--metadata-url" in caught.value.hint
    with pytest.raises(Unreachable, match="bundle"):
        gather_lineage(replace(cluster, source=Source("bundle", "x")), parse_start("7"), Reach(), KFP)


def test_an_output_whose_row_is_gone() -> None:
    made = store()
    made.forget(artifact="1")
    with pytest.raises(NotFound, match="only events name them"):
        gather_lineage(a_cluster(lineage=made.lineage()), parse_start("nightly/make/data"), Reach(), KFP)


def test_the_graph_says_where_it_comes_from() -> None:
    cluster = a_cluster(lineage=STORE.lineage())
    graph = gather_lineage(cluster, parse_start("7"), Reach(), KFP)
    assert (graph.source, graph.start) == (cluster.source, ("artifact:7",))
