"""The manifests of `cronjobs/`: what they ask for, what they may do, and that the commands in them are ours."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from kfpops.cleanup.policy.read import read_policy
from kfpops.cli.exit_codes import EXIT_CODES
from kfpops.cli.main import root

FOLDER = Path(__file__).parent.parent / "cronjobs"
USER = 65532
Manifest = dict[str, Any]


def manifests() -> list[Manifest]:
    return [document for path in sorted(FOLDER.glob("*.yaml")) for document in yaml.safe_load_all(path.read_text())]


def of(kind: str) -> list[Any]:
    return [pytest.param(one, id=one["metadata"]["name"]) for one in manifests() if one["kind"] == kind]


def named(kind: str, name: str) -> Manifest:
    return next(one for one in manifests() if (one["kind"], one["metadata"]["name"]) == (kind, name))


def pod_of(job: Manifest) -> Manifest:
    found: Manifest = job["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    return found


def test_each_thing_is_there_once_and_says_whose_it_is() -> None:
    found = [(one["apiVersion"], one["kind"], one["metadata"]["name"]) for one in manifests()]
    assert len(set(found)) == len(found)
    for one in manifests():
        assert one["metadata"]["labels"]["app.kubernetes.io/name"] == "kfpops"
        assert ("namespace" in one["metadata"]) is not one["kind"].startswith("Cluster")


def test_clean_up_only_plans_until_it_is_switched_on() -> None:
    assert named("CronJob", "kfpops-cleanup-apply")["spec"]["suspend"] is True
    assert "suspend" not in named("CronJob", "kfpops-cleanup-plan")["spec"]


def test_the_policy_takes_orphans_only() -> None:
    text = named("ConfigMap", "kfpops-cleanup-policy")["data"]["policy.yaml"]
    policy = read_policy(text, "policy.yaml")
    kinds = policy.kinds
    assert kinds.orphans is not None
    assert {name for name in kinds.__slots__ if getattr(kinds, name) not in (None, False)} == {"orphans"}
    assert (policy.rules, policy.budget) == ((), ())


def test_apply_takes_the_plan_that_plan_writes() -> None:
    plan, apply = (pod_of(named("CronJob", f"kfpops-cleanup-{name}")) for name in ("plan", "apply"))
    written = next(a.partition("=")[2] for a in plan["containers"][0]["args"] if a.startswith("--output="))
    assert written in apply["containers"][0]["args"]
    assert plan["volumes"][0] == apply["volumes"][0]
    assert named("PersistentVolumeClaim", plan["volumes"][0]["persistentVolumeClaim"]["claimName"])


@pytest.mark.parametrize("job", of("CronJob"))
def test_the_arguments_are_those_of_the_command(job: Manifest, tmp_path: Path) -> None:
    (tmp_path / "plan.jsonl").touch()
    args = [argument.replace("/data/", f"{tmp_path}/") for argument in pod_of(job)["containers"][0]["args"]]
    context = root.make_context("kfpops", args)
    while isinstance(context.command, click.Group):
        rest = [*context._protected_args, *context.args]
        name, command, rest = context.command.resolve_command(context, rest)
        assert command is not None
        context = command.make_context(name, rest, parent=context)
    assert context.command_path == f"kfpops cleanup {job['metadata']['name'].rpartition('-')[2]}"


@pytest.mark.parametrize("job", of("CronJob"))
def test_runs_do_not_pile_up(job: Manifest) -> None:
    spec, inner = job["spec"], job["spec"]["jobTemplate"]["spec"]
    assert spec["concurrencyPolicy"] == "Forbid"
    assert spec["timeZone"]
    assert spec["startingDeadlineSeconds"] >= 600
    assert {spec["successfulJobsHistoryLimit"], spec["failedJobsHistoryLimit"]} == {3}
    assert 3600 < inner["activeDeadlineSeconds"] < 86400
    assert 0 < inner["backoffLimit"] <= 3


@pytest.mark.parametrize("job", of("CronJob"))
def test_what_cannot_help_is_not_tried_again(job: Manifest) -> None:
    """Usage, a refused plan and a bug; a server that is away (3) and what is to go on (5) are."""
    inner, pod = job["spec"]["jobTemplate"]["spec"], pod_of(job)
    never, drained = inner["podFailurePolicy"]["rules"]
    assert never["action"] == "FailJob"
    assert never["onExitCodes"]["operator"] == "In"
    assert never["onExitCodes"]["values"] == [2, 4, 70]
    assert set(never["onExitCodes"]["values"]) <= {code for code, *_ in EXIT_CODES}
    assert never["onExitCodes"]["containerName"] == pod["containers"][0]["name"]
    assert (drained["action"], drained["onPodConditions"][0]["type"]) == ("Ignore", "DisruptionTarget")
    assert pod["restartPolicy"] == "Never"


@pytest.mark.parametrize("job", of("CronJob"))
def test_pods_are_as_the_restricted_standard_wants_them(job: Manifest) -> None:
    pod = pod_of(job)
    whole = pod["securityContext"]
    assert (whole["runAsNonRoot"], whole["runAsUser"], whole["runAsGroup"], whole["fsGroup"]) == (True, USER, USER, USER)
    assert whole["seccompProfile"] == {"type": "RuntimeDefault"}
    assert not any(pod.get(name) for name in ("hostNetwork", "hostPID", "hostIPC", "initContainers"))
    for container in pod["containers"]:
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        assert "ports" not in container
        assert "command" not in container
    assert {kind for volume in pod["volumes"] for kind in volume} <= {
        "name",
        "persistentVolumeClaim",
        "configMap",
        "emptyDir",
    }


@pytest.mark.parametrize("job", of("CronJob"))
def test_what_is_written_has_a_place_and_an_end(job: Manifest) -> None:
    pod = pod_of(job)
    container = pod["containers"][0]
    mounts = {mount["mountPath"]: mount["name"] for mount in container["volumeMounts"]}
    volumes = {volume["name"]: volume for volume in pod["volumes"]}
    assert set(mounts.values()) == set(volumes)
    assert volumes[mounts["/tmp"]]["emptyDir"]["sizeLimit"]
    assert container["resources"]["limits"].keys() >= {"memory", "ephemeral-storage"}
    assert container["resources"]["requests"].keys() >= {"cpu", "memory"}
    assert not container["image"].endswith(":latest")


def test_who_may_do_what() -> None:
    """Exactly what the two commands ask for in a cluster: their requests were read in the API server's answers."""
    read = {
        ("", "namespaces", "kubeflow", "get"),
        *(("", "services", name, "get") for name in ("seaweedfs", "minio-service")),
        *(("", "configmaps", "kfp-launcher", verb) for verb in ("get", "list")),
        *(("", "configmaps", name, "list") for name in ("workflow-controller-configmap", "artifact-repositories")),
        ("", "secrets", "mlpipeline-minio-artifact", "get"),
    }
    everywhere = {
        ("serving.kserve.io", "inferenceservices", "", "list"),
        ("apps", "deployments", "", "list"),
        ("apps", "statefulsets", "", "list"),
    }
    lock = {("coordination.k8s.io", "leases", "", verb) for verb in ("get", "create", "update")}
    ended = {("argoproj.io", "workflows", "", "list"), ("", "pods", "", "list")}
    assert rights("kfpops-cleanup-plan") == (read, everywhere)
    assert rights("kfpops-cleanup-apply") == (read | lock, everywhere | ended)


@pytest.mark.parametrize("job", of("CronJob"))
def test_each_runs_as_its_own_account(job: Manifest) -> None:
    assert pod_of(job)["serviceAccountName"] == job["metadata"]["name"]
    assert named("ServiceAccount", job["metadata"]["name"])


def rights(account: str) -> tuple[set[tuple[str, ...]], set[tuple[str, ...]]]:
    """Group, resource, name and verb: in KFP's namespace, and everywhere."""
    return set(granted("RoleBinding", account)), set(granted("ClusterRoleBinding", account))


def granted(kind: str, account: str) -> Iterator[tuple[str, ...]]:
    for binding in manifests():
        if binding["kind"] != kind or account not in [subject["name"] for subject in binding["subjects"]]:
            continue
        for rule in named(binding["roleRef"]["kind"], binding["roleRef"]["name"])["rules"]:
            for group in rule["apiGroups"]:
                for resource in rule["resources"]:
                    for name in rule.get("resourceNames", [""]):
                        yield from ((group, resource, name, verb) for verb in rule["verbs"])


def test_the_page_lists_the_same_rights() -> None:
    text = (FOLDER.parent / "docs" / "cronjobs.md").read_text()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.count("|") == 6]
    for column, account in ((3, "kfpops-cleanup-plan"), (4, "kfpops-cleanup-apply")):
        told = [(where, right) for where, right, *more in rows if more[column - 2] == "yes"]
        here, everywhere = rights(account)
        assert {r for where, right in told if where == "KFP's namespace" for r in _written(right)} == {r[1:] for r in here}
        assert {r for where, right in told if where == "everywhere" for r in _written(right)} == {r[1:] for r in everywhere}


def _written(right: str) -> Iterator[tuple[str, str, str]]:
    """`get, list configmaps `a`, `b`` → (configmaps, a, get) …"""
    names = right.split("`")[1::2]
    words = right.partition("`")[0].replace(",", " ").split()
    verbs = [word for word in words if word in ("get", "list", "create", "update")]
    for resource in words[len(verbs) :]:
        yield from ((resource, name, verb) for name in names or [""] for verb in verbs)
