from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from kfpops.diagnose.present import FULL, present
from kfpops.model.finding import ObjectRef
from kfpops.render.document import Bullets, Heading
from kfpops.render.markdown import to_markdown
from kfpops.render.text import to_text
from tests.diagnose.samples import OOM, PULLING, QUOTA, of_a_namespace, of_a_run
from tests.golden import matches_golden

GOLDEN = Path(__file__).parent / "golden"


def test_a_healthy_run_is_one_line() -> None:
    assert present(of_a_run(state="succeeded")).blocks == ()


def test_a_failed_run_as_text() -> None:
    matches_golden(to_text(present(of_a_run(OOM, waiting=(PULLING,), gaps=True))), GOLDEN / "run.txt")


def test_a_failed_run_as_markdown() -> None:
    matches_golden(to_markdown(present(of_a_run(OOM, waiting=(PULLING,), gaps=True))), GOLDEN / "run.md")


def test_a_namespace_as_text() -> None:
    other = replace(OOM, title="Step embed ran out of memory (limit 2Gi)")
    matches_golden(to_text(present(of_a_namespace(QUOTA, OOM, other, waiting=(PULLING,) * 5))), GOLDEN / "namespace.txt")


def test_everything_in_full_detail() -> None:
    text = to_text(present(of_a_run(OOM), FULL))
    assert "limit_bytes    419430400" in text
    assert "request_bytes  unknown" in text


def test_forty_objects_are_three_and_a_number() -> None:
    text = to_text(present(of_a_namespace(QUOTA)), 200)
    assert "resourcequota team-a, pod p-0, pod p-1 and 410 more" in text
    assert "p-3" not in text
    assert "pod p-411" in to_text(present(of_a_namespace(QUOTA), FULL))


def test_things_that_wait_for_the_same_are_one_line() -> None:
    many = tuple(replace(PULLING, object=ObjectRef("Pod", f"p-{n}", "team-a")) for n in range(20))
    blocks = present(of_a_namespace(state="running", waiting=(*many, replace(PULLING, waits_for="volumes")))).blocks
    heading, bullets = blocks
    assert isinstance(heading, Heading)
    assert isinstance(bullets, Bullets)
    assert len(bullets.items) == 2
    assert bullets.items[0].startswith("pod p-0, pod p-1, pod p-2 and 17 more wait for the image")


def test_many_findings_are_told_in_short() -> None:
    many = tuple(replace(OOM, title=f"Step s{n} ran out of memory") for n in range(6))
    text = to_text(present(of_a_namespace(*many)))
    assert "set_memory_limit" in text
    assert "kubectl" not in text
    assert "exit status 137" not in text
    assert "exit status 137" in to_text(present(of_a_namespace(*many), FULL))
