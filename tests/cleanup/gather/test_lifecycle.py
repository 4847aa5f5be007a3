"""Rules, and what of KFP and the store bears on them, read through the ports."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from kfpops.cleanup.gather.lifecycle import gather_check, gather_rules
from kfpops.errors import Forbidden, UsageError
from kfpops.model.bucket import BucketObject
from kfpops.model.meta import Metadata
from kfpops.model.namespaced import ConfigMap
from kfpops.model.run import KfpHealth
from kfpops.model.workload import Deployment
from kfpops.ports import Cluster
from tests.builders import NOW
from tests.cleanup.lifecycle.buckets import RuledBucket
from tests.cleanup.lifecycle.test_rules import a_rule
from tests.fakes import FakeKubernetes, FakePipelines, a_cluster
from tests.lineage.memory import MemoryLineage

SPEC = BucketObject("pipelines/681d812e", 64, "e", NOW.timestamp() - 86400.0)
LOG = BucketObject("logs/a", 1, "e", 0.0)


class _Users(FakePipelines):
    def health(self) -> KfpHealth:
        return KfpHealth("2.16.1", multi_user=True)


def a_config(**data: str) -> ConfigMap:
    return ConfigMap(Metadata(name="pipeline-install-config", namespace="kubeflow"), data)


def a_store(image: str) -> Deployment:
    pod = {"spec": {"containers": [{"name": "main", "image": image}]}}
    metadata = {"name": "seaweedfs", "namespace": "kubeflow"}
    return msgspec.convert({"metadata": metadata, "spec": {"template": pod}}, Deployment)


def a_place(bucket: RuledBucket, *objects: object, users: bool = False, refusals: object = None) -> Cluster:
    kubernetes = FakeKubernetes(objects, refusals=refusals or {})  # type: ignore[arg-type]
    pipelines = _Users() if users else FakePipelines()
    return replace(a_cluster(kubernetes, pipelines, lineage=MemoryLineage()), bucket=lambda uri: bucket)


def test_without_a_store_there_is_nothing_to_say() -> None:
    with pytest.raises(UsageError, match="no object store here"):
        gather_rules(a_cluster(pipelines=FakePipelines()), ("minio://mlpipeline",))


def test_rules_that_spare_what_is_live(tmp_path: Path) -> None:
    bucket = RuledBucket(objects=(SPEC, LOG), rules=(a_rule(prefix="logs/", expire_days=1),))
    check = gather_check(a_place(bucket), "", tmp_path)
    assert (check.dangers, check.incomplete) == ((), False)


def test_a_rule_for_the_whole_bucket_takes_the_specifications(tmp_path: Path) -> None:
    bucket = RuledBucket(objects=(SPEC,), rules=(a_rule(expire_days=30),))
    [danger] = gather_check(a_place(bucket), "", tmp_path).dangers
    assert (danger.breaks, danger.examples[0].path, danger.examples[0].measured) == ("specifications", "pipelines", True)


def test_a_bucket_without_specifications_has_none_to_lose(tmp_path: Path) -> None:
    assert gather_check(a_place(RuledBucket(rules=(a_rule(expire_days=30),))), "", tmp_path).dangers == ()


def test_a_pinned_place_that_a_rule_will_delete(tmp_path: Path) -> None:
    model = BucketObject("models/churn/1", 9, "e", NOW.timestamp())
    bucket = RuledBucket(objects=(model,), rules=(a_rule(prefix="models/", expire_days=7),))
    [danger] = gather_check(a_place(bucket), "s3://mlpipeline/models/churn\n", tmp_path).dangers
    assert danger.breaks == "pinned"
    assert 7 <= (danger.days(NOW.timestamp()) or 0) < 8


def test_what_kfp_will_write_and_what_its_store_did(tmp_path: Path) -> None:
    config = a_config(ARTIFACT_RETENTION_DAYS="30", bucketName="mlpipeline")
    cluster = a_place(RuledBucket(), config, a_store("chrislusf/seaweedfs:4.00"), users=True)
    installed, [rules], _ = gather_rules(cluster, ("minio://mlpipeline/v2/artifacts",))
    assert (installed.version, installed.store, installed.store_version, installed.retention) == (
        "2.16.1",
        "seaweedfs",
        "4.00",
        "30",
    )
    assert [rule.expire_days for rule in rules.coming] == [30]


def test_what_may_not_be_read_is_said_and_does_not_hide_the_rest(tmp_path: Path) -> None:
    refusals = {"configmaps": Forbidden("No.", needs="list configmaps"), "deployments": Forbidden("No.")}
    check = gather_check(a_place(RuledBucket(), refusals=refusals), "", tmp_path)
    assert any("pipeline-install-config" in gap for gap in check.gaps)


def test_each_bucket_is_asked_once() -> None:
    opened: list[str] = []

    def bucket(uri: str) -> RuledBucket:
        opened.append(uri)
        return RuledBucket()

    cluster = replace(a_cluster(pipelines=FakePipelines()), bucket=bucket)
    _, rules, _ = gather_rules(cluster, ("minio://mlpipeline/v2", "s3://mlpipeline/private", "azfoo://x/y"))
    assert (len(rules), opened) == (1, ["minio://mlpipeline/v2"])
