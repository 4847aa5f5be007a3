"""Pods and what they take from Secrets and ConfigMaps."""

from __future__ import annotations

from kfpops.knowledge.config_reference import held_by, keys_of, variables_from
from kfpops.knowledge.config_text import MissingReference
from kfpops.model.namespaced import ConfigMap, Secret
from tests.builders import a_pod, kube

SECRET = MissingReference("Secret", "api", "token")
POD = a_pod(
    spec={
        "volumes": [{"name": "cert", "secret": {"secretName": "warehouse"}}, {"name": "conf", "configMap": {"name": "app"}}]
    },
    main={
        "env": [
            {"name": "TOKEN", "valueFrom": {"secretKeyRef": {"name": "api", "key": "token"}}},
            {"name": "OTHER", "valueFrom": {"secretKeyRef": {"name": "other", "key": "token"}}},
            {"name": "PLAIN", "value": "x"},
        ]
    },
)


def test_the_holder_behind_a_volume() -> None:
    assert held_by(POD, MissingReference("Secret", "", "k", "cert")) == "warehouse"
    assert held_by(POD, MissingReference("ConfigMap", "", "k", "conf")) == "app"
    assert held_by(POD, MissingReference("Secret", "", "k", "unknown")) == "unknown"


def test_keys_only_of_the_same_namespace() -> None:
    here = kube(Secret, {"metadata": {"name": "api", "namespace": "kubeflow"}, "keys": ["user"]})
    there = kube(ConfigMap, {"metadata": {"name": "app", "namespace": "other"}, "data": {"a": "1"}})
    assert keys_of(SECRET, "kubeflow", [here], None) == ("user",)
    assert keys_of(SECRET, "kubeflow", None, None) is None
    assert keys_of(MissingReference("ConfigMap", "app"), "kubeflow", None, [there]) is None
    assert keys_of(MissingReference("ConfigMap", "app"), "other", None, [there]) == ("a",)


def test_variables_of_that_holder_only() -> None:
    main = next(c for c in POD.spec.containers if c.name == "main")
    assert variables_from(main, SECRET) == (("token", "TOKEN"),)
