"""The blocks of one task."""

from __future__ import annotations

from kfpops.cache.explanation import Caveat, Part, Presence, TaskExplanation
from kfpops.cache.present_task import task_blocks
from kfpops.render.document import Bullets, Heading, Paragraph, Table

TASK = TaskExplanation(
    "train",
    "7",
    "CACHED",
    "hit",
    "Taken from the cache.",
    parts=(Part("image", "", "ab" * 32, "python:3.11"),),
    objects=(Presence("model", "s3://b/model", "present"), Presence("log", "s3://b/log", "unknown")),
    warnings=(Caveat("image-tag", "It has a tag."),),
)


def test_what_nothing_shows_a_change_of_is_not_told_here() -> None:
    blocks = task_blocks(TASK, full=True, parts=True)
    assert blocks[0] == Paragraph("Taken from the cache.")
    assert not any(isinstance(block, Heading | Bullets) for block in blocks)


def test_parts_and_objects_that_are_there_are_told_when_asked_for() -> None:
    def tables(*, full: bool, parts: bool) -> list[tuple[str, int]]:
        found = [b for b in task_blocks(TASK, full=full, parts=parts) if isinstance(b, Table)]
        return [(table.columns[0], len(table.rows)) for table in found]

    assert tables(full=False, parts=False) == [("OUTPUT", 1)]
    assert tables(full=True, parts=True) == [("OUTPUT", 2), ("PART", 1)]
