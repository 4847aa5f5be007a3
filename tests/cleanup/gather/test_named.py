"""What a pin means that is no URI."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kfpops.cleanup.gather.named import named_places
from kfpops.errors import Unreachable
from tests.cleanup.gather.lines import GONE, MADE, USED, a_kfp, a_lineage, a_run, artifact, out, the_cluster

ONE, TWO = artifact("1").uri, artifact("2").uri.replace(MADE, GONE)


@pytest.mark.parametrize(
    "target",
    [
        pytest.param("77", id="no such artifact"),
        pytest.param("44444444-aaaa-4aaa-8aaa-000000000001", id="no such run"),
        pytest.param("nobody/load/data", id="no run of that name"),
        pytest.param(f"{MADE}/other/data", id="no such task"),
        pytest.param(f"{MADE}/load/model", id="no such output"),
        pytest.param("44444444-aaaa-4aaa-8aaa-000000000001/load/data", id="an output of no run"),
    ],
)
def test_nothing_is_called_so(target: str) -> None:
    assert list(named_places(the_cluster(), target)) == []


@pytest.mark.parametrize(
    "target, places",
    [
        pytest.param("1", [ONE], id="an artifact"),
        pytest.param("artifact:2", [TWO], id="an artifact, said to be one"),
        pytest.param(MADE, [MADE], id="a run"),
        pytest.param(GONE.upper(), [GONE], id="a run that KFP has deleted"),
        pytest.param(f"{MADE}/load/data", [ONE], id="an output"),
        pytest.param(f"{GONE}/load/data", [TWO], id="an output of a deleted run"),
        pytest.param("name of 1/load/data", [ONE], id="by the run's name"),
    ],
)
def test_places(target: str, places: list[str]) -> None:
    assert list(named_places(the_cluster(), target)) == places


def test_a_name_with_a_slash() -> None:
    kfp = a_kfp(known=(a_run(MADE, name="team/nightly"),))
    assert list(named_places(the_cluster(kfp=kfp), "team/nightly/load/data")) == [ONE]


def test_all_runs_of_one_name_are_meant() -> None:
    kfp = a_kfp(known=(a_run(MADE, name="nightly"), a_run(GONE, name="nightly"), a_run(USED, name="nightly")))
    assert list(named_places(the_cluster(kfp=kfp), "nightly/load/data")) == [ONE, TWO]


def test_an_artifact_without_a_uri_has_no_place() -> None:
    lineage = a_lineage(known_artifacts=(replace(artifact("1"), uri=""),), events=(out("1", "4"),))
    assert list(named_places(the_cluster(lineage), "1")) == []


def test_who_cannot_be_asked() -> None:
    with pytest.raises(Unreachable):
        named_places(the_cluster(lineage=a_lineage(error=Unreachable("It is down."))), "1")
    with pytest.raises(Unreachable, match="no lineage store"):
        named_places(replace(the_cluster(), lineage=None), "1")
    with pytest.raises(Unreachable, match="no KFP API"):
        named_places(the_cluster(pipelines=None), "nightly/load/data")
