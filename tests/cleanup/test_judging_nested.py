"""Marks that lie in each other in ways that no usual KFP makes: the careful reading counts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kfpops.cleanup.live import judge
from kfpops.cleanup.mark import Mark
from kfpops.cleanup.policy.policy import Policy
from kfpops.cleanup.targets.argo_logs import read_format
from kfpops.cleanup.terms import Terms
from tests.cleanup.building import (
    ALL_KINDS,
    BUCKET,
    a_run,
    all_of,
    an_inventory,
    an_object,
    deleted,
    judged_by,
    listed,
    run_id,
)

KEPT = Mark("r/p/1", "run", False, "live", "run-kept", run_id(1))
UNFINISHED = Mark("r/p/3", "run", False, "live", "run-unfinished", run_id(3))
GONE = Mark("r/p/2", "run", True, "orphan", "run-deleted", run_id(2))
NAMED = Mark("r/p/1/t/m", "artifact", True, "expired", "artifact-expired", run_id(1), "rule")
PINNED = Mark("r", "pin", False, "live", "pinned", "pins file")
RUNS = (a_run(1), deleted(2), a_run(3, finished=False))


def terms(*formats: str, roots: tuple[str, ...] = ("r",)) -> Terms:
    inventory = an_inventory(RUNS, roots=tuple(f"minio://{BUCKET}/{root}" for root in roots), logs=())
    return replace(judged_by(inventory, Policy(kinds=ALL_KINDS))[1], logs=tuple(map(read_format, formats)))


@pytest.mark.parametrize(
    "key, marks, reason",
    [
        pytest.param(
            "r/p/3/x/1/f", [UNFINISHED, KEPT._replace(path="r/p/3/x/1")], "run-unfinished", id="kept in unfinished"
        ),
        pytest.param(
            "r/p/1/x/3/f", [KEPT, UNFINISHED._replace(path="r/p/1/x/3")], "run-unfinished", id="unfinished in kept"
        ),
        pytest.param(
            "r/p/2/x/3/f", [GONE, UNFINISHED._replace(path="r/p/2/x/3")], "run-unfinished", id="unfinished in gone"
        ),
        pytest.param("r/p/1/t/m/f", [KEPT, NAMED, PINNED], "pinned", id="a pin around it"),
        pytest.param("r/p/1/f", [KEPT, UNFINISHED._replace(path="r/p/1")], "run-unfinished", id="two runs on one root"),
    ],
)
def test_what_stays(key: str, marks: list[Mark], reason: str) -> None:
    verdict = judge(an_object(key), marks, terms())
    assert (verdict.goes, verdict.reason) == (False, reason)


@pytest.mark.parametrize(
    "key, marks, reason",
    [
        pytest.param("r/p/1/t/m/f", [KEPT, NAMED], "artifact-expired", id="named in a kept run"),
        pytest.param("r/p/1/f", [KEPT, NAMED._replace(path="r/p")], "partial-output", id="named by more than the run"),
        pytest.param("r/p/1/f", [KEPT, NAMED._replace(path="r/p/1")], "partial-output", id="named by as much as the run"),
        pytest.param("r/p/2/t/f", [GONE, NAMED._replace(path="r/p/2/t")], "run-deleted", id="named in a run that goes"),
    ],
)
def test_what_goes(key: str, marks: list[Mark], reason: str) -> None:
    verdict = judge(an_object(key), marks, terms())
    assert (verdict.goes, verdict.reason) == (True, reason)


def test_a_run_below_no_root_stays_where_logs_may_be() -> None:
    key = "elsewhere/lone-1/2/lone-1-system-container-impl-1/f"
    marks = [GONE._replace(path="elsewhere/lone-1/2")]
    found = terms("elsewhere/{{workflow.name}}/2/{{pod.name}}")
    assert judge(an_object(key), marks, found).reason == "outside-roots"
    assert judge(an_object(key), [], found).reason == "logs-of-deleted-run"


def test_what_may_be_read_as_a_log_of_a_kept_run_stays() -> None:
    key = f"r/p/2/{RUNS[0].workflow}/{RUNS[0].workflow}-system-container-impl-1/main.log"
    found = terms("r/p/2/{{workflow.name}}/{{pod.name}}")
    assert judge(an_object(key), [GONE], terms()).goes
    verdict = judge(an_object(key), [GONE], found)
    assert (verdict.goes, verdict.reason) == (False, "logs-of-kept-run")
    assert not all_of([[an_object(key)]], [GONE], found)[0]


def test_pods_whose_log_is_one_object_are_told_apart() -> None:
    """Without a folder for each pod, a folder holds logs of several."""
    pods = [f"l/lone-1/lone-1-{template}-1" for template in ("hello", "system-container-impl", "zz")]
    goes, keeps = all_of(listed(pods), [], terms("l/{{workflow.name}}/{{pod.name}}"))
    assert [obj.key for obj, _ in goes] == [pods[1]]
    assert keeps == {("foreign", "logs-owner-unknown"): (2, 20)}


def test_the_inner_of_two_roots_tells_the_shape() -> None:
    key = f"r/a/p/{run_id(9)}/t/f"
    assert judge(an_object(key), [], terms(roots=("r",))).reason == "not-run-shaped"
    assert judge(an_object(key), [], terms(roots=("r", "r/a"))).reason == "run-unknown"
    assert judge(an_object(f"r/p/{run_id(9)}/t/f"), [], terms(roots=("r", "r/a"))).reason == "run-unknown"
