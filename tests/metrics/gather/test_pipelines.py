"""The number of pipelines."""

from __future__ import annotations

import pytest

from kfpops.errors import NotInBundle
from kfpops.metrics.family import Series
from kfpops.metrics.gather.pipelines import count
from tests.fakes import FakePipelines


def test_a_number_that_nobody_knows_is_not_told() -> None:
    broken = FakePipelines(broken=NotInBundle("The bundle was made of single runs."))
    assert count(broken, "team-a", lambda: "kubeflow") == {}


@pytest.mark.parametrize(("asked", "where"), [("", "kubeflow"), ("team-a", "team-a")])
def test_pipelines_of_a_namespace(asked: str, where: str) -> None:
    found = count(FakePipelines(pipelines=3), asked, lambda: "kubeflow")
    assert found == {Series("kfp_pipelines", (where,)): 3.0}
