from __future__ import annotations

import pytest

from kfpops.cleanup.live import OutOfOrder
from kfpops.cleanup.policy.policy import DAY, Kinds, Policy
from kfpops.cleanup.targets.uploads import judge_upload, judged_uploads
from kfpops.cleanup.verdict import Verdict
from kfpops.model.bucket import Upload
from tests.cleanup.building import (
    ALL_KINDS,
    NOW,
    OLD,
    ROOT_PATH,
    a_run,
    an_artifact,
    an_inventory,
    deleted,
    judged_by,
    log_key,
    path,
    run_id,
    uri_of,
)

KEPT, GONE, UNFINISHED = a_run(1), deleted(2), a_run(3, finished=False)
FAILED = a_run(4, retryable=True)
INVENTORY = an_inventory([KEPT, GONE, UNFINISHED, FAILED], [an_artifact(KEPT)])


def told(key: str, kinds: Kinds = ALL_KINDS, began_at: float = OLD) -> Verdict:
    """By both ways."""
    marks, terms = judged_by(INVENTORY, Policy(kinds=kinds))
    upload = Upload(key, "id", began_at)
    verdict = judge_upload(upload, marks, terms)
    assert list(judged_uploads([[upload]], marks, terms)) == [(upload, verdict)]
    return verdict


@pytest.mark.parametrize(
    "key, reason",
    [
        pytest.param(f"{path(UNFINISHED.root)}/fit/x/model", "run-unfinished", id="below an unfinished run"),
        pytest.param(f"{ROOT_PATH}/other/{UNFINISHED.id}/fit/x", "run-unfinished", id="of an unfinished run, elsewhere"),
        pytest.param(path(uri_of(KEPT)), "run-kept", id="in the place of an artifact that stays"),
        pytest.param(f"{path(uri_of(KEPT))}/part", "run-kept", id="in the folder of an artifact that stays"),
        pytest.param(f"{path(FAILED.root)}/fit/x/model", "may-be-retried", id="below a run that may be retried"),
        pytest.param("exports/a.csv", "outside-roots", id="below no root"),
        pytest.param(f"{ROOT_PATH}/notes", "not-run-shaped", id="not in a run's shape"),
        pytest.param("pipelines/x", "protected-prefix", id="protected"),
        pytest.param(log_key(KEPT.workflow), "logs-of-kept-run", id="a log of a kept run"),
    ],
)
def test_what_stays(key: str, reason: str) -> None:
    verdict = told(key)
    assert (verdict.goes, verdict.reason) == (False, reason)


def test_what_goes_by_its_age() -> None:
    for key in (f"{path(GONE.root)}/fit/x/m", f"{path(KEPT.root)}/fit/x/m", log_key(GONE.workflow)):
        assert told(key)[:3] == (True, "abandoned", "upload-abandoned")
        assert told(key, Kinds(uploads=2 * DAY, orphans=0.0, argo_logs=0.0), NOW - 1.5 * DAY)[:3] == (False, "live", "young")


def test_what_the_policy_does_not_ask_for() -> None:
    assert told(f"{path(GONE.root)}/fit/x/m", Kinds(orphans=0.0))[:3] == (False, "abandoned", "kind-not-asked")
    unknown = f"{ROOT_PATH}/train/{run_id(9)}/fit/m"
    assert told(unknown, Kinds(orphans=0.0, uploads=0.0)).goes is False
    assert told(unknown).goes is True


def test_several_uploads_of_one_key_and_keys_that_fall() -> None:
    marks, terms = judged_by(INVENTORY, Policy(kinds=ALL_KINDS))
    same = [Upload("b", "1", OLD), Upload("b", "2", OLD)]
    assert len(list(judged_uploads([same], marks, terms))) == 2
    with pytest.raises(OutOfOrder):
        list(judged_uploads([same, [Upload("a", "3", OLD)]], marks, terms))
