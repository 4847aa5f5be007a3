"""`make prove`: that clean-up loses nothing live, tried in every way that can be thought of. Prints how many ways that were.

    python tools/prove.py [--one-of N] [--histories N] [SCENARIO...]

The protocol's model; the schedules of the small worlds (tests/cleanup/world/), a process for each core; random histories.
`--one-of 1` tries each and every schedule, which takes most of an hour. KFPOPS_PROVE_SEED repeats histories.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from hypothesis import HealthCheck, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.cleanup.world.explore import Tally
from tests.cleanup.world.histories import Histories
from tests.cleanup.world.proof import prove_part
from tests.cleanup.world.protocol_search import search
from tests.cleanup.world.protocol_state import Rules
from tests.cleanup.world.scenarios import SCENARIOS

LEAST_SCHEDULES, LEAST_STEPS, SHOWN, PARTS = 10_000, 100_000, 5, 4


def main() -> int:
    asked = _asked()
    failed = protocol() + schedules(asked.scenarios or [s.name for s in SCENARIOS], asked.one_of, not asked.scenarios)
    failed += at_random(asked.histories) if asked.histories else 0
    print("FAILED" if failed else "Nothing live was lost.")
    return 1 if failed else 0


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--one-of", type=int, default=6)
    parser.add_argument("--histories", type=int, default=1000)
    parser.add_argument("scenarios", nargs="*")
    return parser.parse_args()


def protocol() -> int:
    found = search(Rules())
    print(f"protocol: {found.states:,} states; lost: {', '.join(found.trace) or 'nothing'}", flush=True)
    return bool(found.trace)


def schedules(names: list[str], one_of: int, whole: bool) -> int:
    """How many scenarios are wrong; one more when fewer schedules were tried than promised."""
    began, total, wrong = time.monotonic(), Tally(), 0
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        parts = {name: [pool.submit(prove_part, name, one_of, part, PARTS) for part in range(PARTS)] for name in names}
        for name, futures in parts.items():
            tally = Tally()
            for future in futures:
                tally.merge(future.result())
            total.merge(tally)
            wrong += bool(tally.wrong)
            tell(name, tally)
    total.wrong.clear()
    tell(f"all, in {time.monotonic() - began:.0f} s", total)
    return wrong + (whole and total.schedules < LEAST_SCHEDULES)


def tell(name: str, tally: Tally) -> None:
    counts = ", ".join(f"{number:,} {what}" for what, number in tally.counts().items())
    ends = ", ".join(f"{number:,} {end}" for end, number in tally.ends.most_common())
    print(f"{name}: {counts}; ended: {ends}; wrong: {len(tally.wrong)}", flush=True)
    for _, schedule, wrong in tally.wrong[:SHOWN]:
        print(f"    {dict(schedule.steps)} killed at {sorted(schedule.kills)}: {'; '.join(wrong)}", flush=True)


def at_random(histories: int) -> int:
    began, number = time.monotonic(), int(os.environ.get("KFPOPS_PROVE_SEED") or time.time())
    print(f"histories: {histories:,}, KFPOPS_PROVE_SEED={number}", flush=True)
    run_state_machine_as_test(
        seed(number)(Histories),
        settings=settings(
            max_examples=histories, stateful_step_count=50, database=None, deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
    counted = Histories.counted
    told = ", ".join(f"{value:,} {name}" for name, value in counted.items())
    print(f"histories: {told}; ended: {Histories.ends}; {time.monotonic() - began:.0f} s", flush=True)
    return counted["rules"] + counted["steps"] < LEAST_STEPS


if __name__ == "__main__":
    sys.exit(main())
