"""Tests of kfpops.lineage.diff.component."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from kfpops.knowledge.redaction import MARKER
from kfpops.lineage.diff.component import NOT_COMPARED, compare_components, may_change_results, source
from kfpops.model.pipeline_ir import ContainerSpec
from tests.lineage.two_runs import CODE, a_pipeline

INSTALL = 'python3 -m pip install --quiet --no-warn-script-location \'pandas==2.2\' && "$0" "$@"'


def settings(a: Mapping[str, object], b: Mapping[str, object]) -> dict[str, tuple[object, object]]:
    found = compare_components(a_pipeline({"train": a}), a_pipeline({"train": b}), "train").settings
    return {c.name: (c.a, c.b) for c in found}


def test_what_is_in_one_pipeline_only_is_not_compared() -> None:
    assert compare_components(None, a_pipeline({"train": {}}), "train") == NOT_COMPARED
    assert compare_components(a_pipeline({"train": {}}), a_pipeline({"other": {}}), "train") == NOT_COMPARED


def test_the_same_component_is_no_difference() -> None:
    ir = a_pipeline({"prepare/train": {}})
    found = compare_components(ir, ir, "prepare/train")
    assert (found.settings, found.code, found.compared) == ((), None, True)


@pytest.mark.parametrize(
    "a, b, expected",
    [
        pytest.param({"image": "a:1"}, {"image": "a:2"}, {"image": ("a:1", "a:2")}, id="image"),
        pytest.param(
            {"env": [{"name": "MODE", "value": "slow"}, {"name": "OLD", "value": "1"}]},
            {"env": [{"name": "MODE", "value": "fast"}]},
            {"env MODE": ("slow", "fast"), "env OLD": ("1", None)},
            id="environment by name",
        ),
        pytest.param(
            {"resources": {"resourceMemoryLimit": "1Gi", "memoryLimit": 1.07}},
            {"resources": {"resourceMemoryLimit": "2Gi", "memoryLimit": 2.14}},
            {"memory limit": ("1Gi", "2Gi")},
            id="the number that SDKs write beside the quantity is not told twice",
        ),
        pytest.param(
            {"resources": {"cpuRequest": 0.5}}, {"resources": {"cpuRequest": 1}}, {"cpu request": (0.5, 1.0)}, id="old SDKs"
        ),
        pytest.param(
            {},
            {"resources": {"accelerator": {"resourceType": "nvidia.com/gpu", "resourceCount": "2"}}},
            {"accelerator": (None, "nvidia.com/gpu"), "accelerators": (None, "2")},
            id="a GPU more",
        ),
        pytest.param(
            {"task": {"cachingOptions": {"enableCache": True}}},
            {"task": {"retryPolicy": {"maxRetryCount": 3}}},
            {"caching": (True, False), "retries": (0, 3)},
            id="options of the task",
        ),
        pytest.param(
            {"command": ["sh", "-c", INSTALL, "x", CODE]},
            {"command": ["sh", "-c", INSTALL.replace("2.2", "2.3"), "x", CODE]},
            {"packages": (["pandas==2.2"], ["pandas==2.3"])},
            id="packages, not the shell that installs them",
        ),
        pytest.param(
            {"command": ["tar", "x", "a"], "args": ["v"]},
            {"command": ["tar", "c", "a"], "args": ["v"]},
            {"command": (["tar", "x", "a"], ["tar", "c", "a"])},
            id="the words of a command that is no Python component",
        ),
    ],
)
def test_settings(a: Mapping[str, object], b: Mapping[str, object], expected: Mapping[str, object]) -> None:
    assert settings(a, b) == expected


def test_a_password_in_the_environment_is_hidden() -> None:
    values = [{"env": [{"name": "DB_PASSWORD", "value": v}]} for v in ("hunter-2-hunter", "hunter-3-hunter")]
    assert settings(*values) == {"env DB_PASSWORD": (MARKER, MARKER)}


def test_code_is_told_as_a_unified_diff() -> None:
    a, b = (
        a_pipeline({"train": {}}),
        a_pipeline({"train": {"code": CODE.replace("print(rows)", "print(rows + 1)\n    return")}}),
    )
    code = compare_components(a, b, "train").code
    assert code is not None
    assert (code.added, code.removed) == (2, 1)
    lines = code.diff.splitlines()
    assert lines[:2] == ["--- a/train.py", "+++ b/train.py"]
    assert lines[-3:] == ["-    print(rows)", "+    print(rows + 1)", "+    return"]


def test_credentials_in_code_are_hidden() -> None:
    secret = "    token = 'ghp_0123456789abcdefghijABCDEFGHIJ012345'\n"
    found = compare_components(a_pipeline({"t": {}}), a_pipeline({"t": {"code": CODE + secret}}), "t").code
    assert found is not None
    assert "ghp_" not in found.diff
    assert MARKER in found.diff


def test_only_python_components_have_a_source() -> None:
    args = ("--function_to_execute", "train")
    assert source(None) == ""
    assert source(ContainerSpec(command=("sh", CODE))) == ""
    assert source(ContainerSpec(command=("python3", "-m", "kfp.dsl.executor_main"), args=args)) == ""
    assert source(ContainerSpec(command=("sh", CODE), args=args)) == CODE


def test_resources_do_not_change_results() -> None:
    assert [may_change_results(n) for n in ("image", "env MODE", "memory limit", "caching")] == [True, True, False, False]
