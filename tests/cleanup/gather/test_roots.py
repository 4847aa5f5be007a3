"""The roots that are cleaned: the policy's, else those of the cluster's configuration."""

from __future__ import annotations

from typing import Any

import pytest

from kfpops.cleanup.gather.gaps import Gaps
from kfpops.cleanup.gather.roots import DEFAULT, check_roots, find_roots
from kfpops.cleanup.inventory import Gap, RunFact
from kfpops.cleanup.policy.policy import Policy
from kfpops.errors import Unreachable
from tests.cleanup.building import a_run, deleted
from tests.cleanup.gather.lines import the_cluster
from tests.cleanup.gather.test_namespaces import launcher
from tests.fakes import FakeKubernetes


def found(
    *objects: Any, policy: Policy | None = None, users: tuple[str, ...] = ()
) -> tuple[tuple[str, ...], tuple[Gap, ...]]:
    gaps = Gaps()
    roots = find_roots(the_cluster(objects=objects), policy or Policy(), users, "kubeflow", gaps)
    return roots, tuple(gaps.found)


@pytest.mark.parametrize(
    "objects",
    [
        pytest.param((), id="no ConfigMap"),
        pytest.param((launcher("kubeflow"),), id="a ConfigMap without a root"),
        pytest.param((launcher("kubeflow", defaultPipelineRoot=" "),), id="an empty root"),
        pytest.param((launcher("web", defaultPipelineRoot="s3://other/x"),), id="a root of another namespace"),
    ],
)
def test_kfps_own_root(objects: tuple[Any, ...]) -> None:
    assert found(*objects) == ((DEFAULT,), ())


def test_a_configured_root_without_its_query_and_last_slash() -> None:
    root = launcher("kubeflow", defaultPipelineRoot="s3://data/kfp/?region=eu&endpoint=x:9000")
    assert found(root) == (("s3://data/kfp",), ())


def test_a_root_that_tells_no_place_is_told_and_left_alone() -> None:
    roots, (gap,) = found(launcher("kubeflow", defaultPipelineRoot="minio://b/{{workflow.name}}"))
    assert roots == ()
    assert not gap.fatal
    assert "tells no place" in gap.why


def test_the_policys_roots_ask_nobody() -> None:
    kubernetes = FakeKubernetes()
    gaps = Gaps()
    policy = Policy(roots=("s3://a/b/", "s3://a/b", "gs://c"))
    assert find_roots(the_cluster(kubernetes=kubernetes), policy, (), "kubeflow", gaps) == ("s3://a/b", "gs://c")
    assert kubernetes.asked == []


def checked(roots: tuple[str, ...], *runs: RunFact, **policy: Any) -> list[Gap]:
    gaps = Gaps()
    check_roots(roots, runs, Policy(**policy), gaps)
    return gaps.found


def test_roots_of_known_schemes_are_no_gap() -> None:
    assert checked(("s3://a/b", "azblob://c/d"), a_run(1), a_run(2, root=""), deleted(3, root="gs://x/y")) == []
    assert checked(("weird://a",), a_run(1, root="weird://a/b"), external_schemes=("weird",)) == []


def test_a_root_of_an_unknown_scheme_is_a_fatal_gap() -> None:
    (gap,) = checked(("weird://a", "weird://b"))
    assert (gap.fatal, "weird://a (a pipeline root)" in gap.why) == (True, True)
    (gap,) = checked((), a_run(1), a_run(2, root="weird://a/b"), a_run(3, root="weird://a/c"))
    assert (gap.fatal, f"the root of run {a_run(2).id}" in gap.why) == (True, True)


def test_users_have_roots_of_their_own() -> None:
    objects = (
        launcher("kubeflow", defaultPipelineRoot="s3://kfp/own"),
        launcher("team-a", defaultPipelineRoot="minio://mlpipeline/private-artifacts/team-a/v2/artifacts"),
        launcher("team-b"),
    )
    roots, gaps = found(*objects, users=("team-a", "team-b", "team-c"))
    private = "minio://mlpipeline/private-artifacts"
    assert roots == (
        f"{private}/team-a/v2/artifacts",
        DEFAULT,
        f"{private}/team-b/v2/artifacts",
        f"{private}/team-c/v2/artifacts",
    )
    assert gaps == ()


def test_a_configuration_that_cannot_be_read_is_a_fatal_gap() -> None:
    gaps = Gaps()
    broken = FakeKubernetes(refusals={"configmaps": Unreachable("It is down.")})
    find_roots(the_cluster(kubernetes=broken), Policy(), (), "kubeflow", gaps)
    (gap,) = gaps.found
    assert (gap.fatal, gap.why) == (True, "It is down.")
    assert "`roots` of the policy" in gap.hint
