"""docs/cleanup-policy.md, and the example in the README, say what is so."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from kfpops.cleanup.inventory import RunFact
from kfpops.cleanup.policy.read import POLICY, read_policy
from kfpops.cleanup.policy.read_kinds import LIMITS, ORPHANS, VERSIONS
from kfpops.cleanup.policy.read_rule import KEEP, SELECT
from kfpops.cleanup.policy.retention import says
from kfpops.errors import UsageError
from tests.cleanup.policy.runs import NOW, a_run, many

PAGE = (Path(__file__).parents[3] / "docs" / "cleanup-policy.md").read_text(encoding="utf-8")
README = (Path(__file__).parents[3] / "README.md").read_text(encoding="utf-8")
_BLOCK = re.compile(r"```yaml\n(.*?)```", re.DOTALL)
BLOCKS = _BLOCK.findall(PAGE)
EXAMPLE = next(block for block in _BLOCK.findall(README) if "orphans:" in block)


@pytest.mark.parametrize("text", [*BLOCKS, pytest.param(EXAMPLE, id="README")])
def test_every_block_is_a_policy(text: str) -> None:
    assert read_policy(text, "page").source == text


@pytest.mark.parametrize("key", [*POLICY, *SELECT, *KEEP, *LIMITS, *ORPHANS, *VERSIONS])
def test_every_key_is_told_of(key: str) -> None:
    assert key == "schema" or re.search(rf"\b{key}\b", PAGE)


def rows() -> Iterator[tuple[RunFact, str]]:
    """The runs of the page's table, and why each stays; "" of those that are given up."""
    for name, when, state, accuracy, tag, why in re.findall(r"^\| (r\d) " + r"\|([^|]*)" * 5 + r"\|$", PAGE, re.MULTILINE):
        metrics = {"accuracy": float(accuracy)} if accuracy.strip() else {}
        tags = tuple(tag.split())
        yield a_run(name, when.strip(), state=state.strip(), metrics=metrics, tags=tags), why.strip()


def test_the_example_comes_out_as_it_says() -> None:
    told = {run.id: why for run, why in rows()}
    runs = many(*(run for run, _ in rows()))
    found = says(runs, read_policy(BLOCKS[0], "page"), NOW)
    assert len(told) == 8
    assert {run_id: say.why if say.keeps else "" for run_id, (say, *_) in found.items()} == told
    assert {run_id for run_id, every in found.items() if len(every) > 1} == {"r2"}


def test_the_mistakes_are_told_as_it_says() -> None:
    text = "grace: 24h\nrules:\n- name: a\n  keep: {lsat: 3}\n\n\n\nbudget:\n  team-a: 500GB\n"
    with pytest.raises(UsageError) as refused:
        read_policy(text, "policy.yaml")
    for line in refused.value.message.splitlines():
        assert line.partition(" Write bytes")[0] in PAGE
