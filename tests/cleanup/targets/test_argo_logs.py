from __future__ import annotations

import pytest

from kfpops.cleanup.claims import Claims, claims_of
from kfpops.cleanup.policy.policy import Kinds, Policy, Rule
from kfpops.cleanup.targets.argo_logs import judge_log, read_format
from tests.cleanup.building import ALL_KINDS, LOG_FORMAT, NOW, a_run, an_inventory, deleted, log_key

USUAL = read_format(LOG_FORMAT)
DAY = "{{workflow.creationTimestamp.Y}}/{{workflow.creationTimestamp.m}}/{{workflow.creationTimestamp.d}}"


@pytest.mark.parametrize(
    "key_format",
    [
        pytest.param("logs/{{workflow.labels.team}}/{{workflow.name}}", id="a label may hold anything"),
        pytest.param("logs/{{workflow.parameters.x}}/{{pod.name}}", id="a parameter"),
        pytest.param("logs/{{=workflow.name}}", id="an expression"),
        pytest.param("logs/{{workflow.namespace}}/" + DAY, id="nothing that tells whose"),
        pytest.param("logs/{{workflow.name", id="cut off"),
        pytest.param("logs/all", id="no variables"),
    ],
)
def test_formats_that_cannot_be_read(key_format: str) -> None:
    form = read_format(key_format)
    assert form.path.startswith("logs")
    assert form.read("logs/a/train-1/main.log") is None


@pytest.mark.parametrize(
    "key_format, key, workflow, pod",
    [
        ("", "train-1/train-1-system-container-impl-7/main.log", "train-1", "train-1-system-container-impl-7"),
        (LOG_FORMAT, log_key("train-1"), "train-1", "train-1-system-container-impl-1"),
        pytest.param(
            "artifacts/{{workflow.name}}/" + DAY + "/{{pod.name}}",
            "artifacts/a.b/2026/01/02/pod/main.log",
            "a.b",
            "pod",
            id="before KFP 2.15",
        ),
        pytest.param("{{pod.name}}/{{workflow.name}}", "p/w/main.log", "w", "p", id="the other way round"),
        pytest.param("{{ workflow.name }}/{{workflow.name}}/{{pod.name}}", "w/w/p/x", "w", "p", id="twice the same"),
        pytest.param("l-{{workflow.name}}/x", "l-w/x/p/main.log", "w", "", id="without a pod"),
        pytest.param(
            "{{pod.name}}", "w-1-retry-system-container-impl-7/main.log", "w-1", "w-1-retry-system-container-impl-7",
            id="the pod tells the workflow",
        ),
        pytest.param("/logs/{{workflow.name}}/", "logs/w/main.log", "w", "", id="slashes around it"),
    ],
)  # fmt: skip
def test_formats_that_can_be_read(key_format: str, key: str, workflow: str, pod: str) -> None:
    found = read_format(key_format).read(key)
    assert found is not None
    assert (found.workflow, found.pod) == (workflow, pod)


@pytest.mark.parametrize(
    "key",
    [
        pytest.param("private-artifacts/team-a/v2/artifacts/train/x/y/z", id="artifacts beside logs"),
        pytest.param("private-artifacts/team-a/w/2026/1/02/pod/main.log", id="no date"),
        pytest.param("private-artifacts/team-a/w/2026/01/02", id="cut off"),
        pytest.param("elsewhere/private-artifacts/team-a/w/2026/01/02/pod/main.log", id="not at the beginning"),
    ],
)
def test_keys_that_are_not_of_the_format(key: str) -> None:
    assert USUAL.read(key) is None


def test_the_place_is_what_stands_before_the_variables() -> None:
    assert USUAL.path == "private-artifacts"
    assert read_format("a/b-{{workflow.name}}").path == "a"
    assert read_format("").path == ""


KEPT, GONE = a_run(1), deleted(2)


def known(policy: Policy = Policy(kinds=ALL_KINDS)) -> Claims:  # noqa: B008
    return claims_of(an_inventory([KEPT, GONE]), policy, NOW)


def told(
    key: str, claims: Claims, kinds: Kinds = ALL_KINDS, *, all_known: bool = True, key_format: str = LOG_FORMAT
) -> tuple[bool, str, str]:
    verdict, _ = judge_log(key, (read_format(key_format),), claims, kinds, all_known=all_known)
    return verdict.goes, verdict.label, verdict.reason


@pytest.mark.parametrize(
    "key",
    [
        pytest.param(log_key(KEPT.workflow), id="a step's"),
        pytest.param(log_key(KEPT.workflow, "hello"), id="some pod's"),
        pytest.param(f"private-artifacts/x/y/{KEPT.workflow}/main.log", id="of no known format, but its name is there"),
        pytest.param(
            f"private-artifacts/{KEPT.workflow}-system-dag-driver-12/main.log", id="a pod's name, of no known format"
        ),
    ],
)
def test_logs_of_a_kept_run_stay(key: str) -> None:
    assert told(key, known()) == (False, "live", "logs-of-kept-run")
    assert told(key, known(), key_format="{{workflow.labels.x}}") == (False, "live", "logs-of-kept-run")


@pytest.mark.parametrize(
    "key",
    [
        pytest.param(log_key("other-1", "hello"), id="a pod that is none of KFP's"),
        pytest.param(log_key("other-1").replace("/other-1-", "/another-1-"), id="a pod of another workflow"),
        pytest.param("private-artifacts/team-a/notes.txt", id="no log at all"),
    ],
)
def test_logs_of_nobody_stay(key: str) -> None:
    assert told(key, known()) == (False, "foreign", "logs-owner-unknown")


def test_an_unknown_workflow_stays_when_some_run_has_not_told_its_own() -> None:
    assert told(log_key("other-1"), known(), all_known=False) == (False, "foreign", "logs-owner-unknown")


def test_a_name_that_two_runs_had_counts_for_the_one_that_stays() -> None:
    claims = claims_of(an_inventory([KEPT, deleted(2, workflow=KEPT.workflow)]), Policy(), NOW)
    assert told(log_key(KEPT.workflow), claims)[0] is False


@pytest.mark.parametrize(
    "template",
    ["system-dag-driver", "system-container-driver", "system-importer", "metadata-0-1-retry-system-container-impl"],
)
def test_logs_of_a_run_without_a_trace_go(template: str) -> None:
    assert told(log_key("other-1", template), known()) == (True, "orphan", "logs-of-deleted-run")


def test_logs_of_runs_that_go() -> None:
    assert told(log_key(GONE.workflow, "hello"), known(), all_known=False) == (True, "orphan", "logs-of-deleted-run")
    expired = known(Policy(rules=(Rule("all"),)))
    assert told(log_key(KEPT.workflow), expired) == (True, "expired", "logs-of-expired-run")
    assert told(log_key(KEPT.workflow), expired, Kinds()) == (False, "expired", "kind-not-asked")
