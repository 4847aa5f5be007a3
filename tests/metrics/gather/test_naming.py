from __future__ import annotations

import pytest

from kfpops.errors import Unreachable
from kfpops.metrics.gather.naming import Names
from kfpops.model.run import RecurringRun, Run
from tests.fakes import FakePipelines


class Counting(FakePipelines):
    calls = 0

    def recurring_runs(self, namespace: str) -> tuple[RecurringRun, ...]:
        self.calls += 1
        self._check()
        return tuple(self.recurring)


def _names(kfp: FakePipelines) -> Names:
    return Names(kfp, lambda: "kubeflow")


def test_runs_of_no_schedule_ask_nothing() -> None:
    kfp = Counting()
    seen = _names(kfp).seen(Run("a", "a", pipeline_name="train"), "")
    assert (seen.namespace, seen.pipeline, seen.recurring, kfp.calls) == ("kubeflow", "train", "", 0)


def test_the_namespace_is_the_runs_own_or_that_of_the_list() -> None:
    names = _names(Counting())
    assert names.seen(Run("a", "a", namespace="team-b"), "team-a").namespace == "team-b"
    assert names.seen(Run("a", "a"), "team-a").namespace == "team-a"


def test_a_new_schedule_is_asked_for_once_and_a_deleted_one_too() -> None:
    kfp = Counting(recurring=(RecurringRun("rr1", "nightly", True),))
    names = _names(kfp)
    for _ in range(3):
        assert names.seen(Run("a", "a", recurring_run_id="rr1"), "").recurring == "nightly"
        assert names.seen(Run("b", "b", recurring_run_id="gone"), "").recurring == ""
    assert kfp.calls == 2


def test_a_kfp_that_does_not_answer_leaves_no_empty_name() -> None:
    kfp = Counting(recurring=(RecurringRun("rr1", "nightly", True),), broken=Unreachable("down"))
    names = _names(kfp)
    with pytest.raises(Unreachable):
        names.seen(Run("a", "a", recurring_run_id="rr1"), "")
    kfp.broken = None
    assert names.seen(Run("a", "a", recurring_run_id="rr1"), "").recurring == "nightly"
