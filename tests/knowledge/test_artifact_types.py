from __future__ import annotations

import pytest

from kfpops.knowledge.artifact_types import OF_KFP, meant_type


@pytest.mark.parametrize("name", [*OF_KFP, "google.VertexModel", "my.Model", "Report", "system.*", "*Model", "system.[MD]*"])
def test_names_that_stay_as_they_are(name: str) -> None:
    assert meant_type(name) is None


@pytest.mark.parametrize(
    "written, meant",
    [
        ("model", "system.Model"),
        ("Dataset", "system.Dataset"),
        ("system.model", "system.Model"),
        ("System.Model", "system.Model"),
        ("system.Modle", "system.Model"),
        ("html", "system.HTML"),
        ("system.Xyzzy", "system.Artifact"),
    ],
)
def test_names_that_miss_one_of_kfps(written: str, meant: str) -> None:
    assert meant_type(written) == meant
