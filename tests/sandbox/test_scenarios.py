"""The scenarios that are shipped: each opens, is small, and is explained as it says."""

from __future__ import annotations

from pathlib import Path

import pytest

from kfpops.capture.open import open_cluster
from kfpops.diagnose.causes import all_causes
from kfpops.diagnose.engine import diagnose
from kfpops.diagnose.gather import gather_run
from kfpops.errors import NotFound
from kfpops.sandbox.scenarios import Scenario, find_scenario, scenarios

RECORDINGS = Path(__file__).parents[1] / "recordings"


def test_an_unknown_scenario_names_the_near_one() -> None:
    with pytest.raises(NotFound) as raised:
        find_scenario("demo:pending-gpus")
    assert raised.value.message == 'There is no scenario "pending-gpus".'
    assert raised.value.hint.startswith("Did you mean pending-gpu? There are: cache-hole, exception, ")


def test_a_scenario_is_found_with_and_without_its_prefix() -> None:
    assert find_scenario("oom") is find_scenario("demo:oom")
    assert find_scenario("oom").command == "kfpops diagnose run 'similarity-matrix full' --from demo:oom"


def test_all_are_there() -> None:
    assert [s.name for s in scenarios()] == [
        "cache-hole",
        "exception",
        "healthy",
        "image",
        "oom",
        "package",
        "pending-gpu",
        "pods-gone",
        "quota",
        "secret",
        "store-down",
    ]


def test_they_are_small() -> None:
    assert max(s.recording.stat().st_size for s in scenarios()) < 80_000
    assert sum(s.recording.stat().st_size for s in scenarios()) < 700_000


@pytest.mark.parametrize("scenario", scenarios(), ids=lambda s: s.name)
def test_each_is_a_recording_of_the_tests(scenario: Scenario) -> None:
    assert scenario.recording.read_bytes() == (RECORDINGS / scenario.recorded_as).read_bytes()


@pytest.mark.parametrize("scenario", scenarios(), ids=lambda s: s.name)
def test_each_is_explained_as_it_says(scenario: Scenario) -> None:
    assert scenario.question[:2] == ("diagnose", "run")
    cluster = open_cluster(scenario.recording, name=f"demo:{scenario.name}")
    findings = diagnose(gather_run(cluster, scenario.question[2]), all_causes()).findings
    assert [f.cause for f in findings[:1]] == ([scenario.cause] if scenario.cause else [])
