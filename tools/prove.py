"""`make prove`: that clean-up loses nothing live, tried in every way that can be thought of. Prints how many ways that were.

    python tools/prove.py [--one-of N] [--histories N] [SCENARIO...]

The protocol's model; the schedules of the small worlds and random histories (tests/cleanup/world/), a process for each core.
Fails when anything was lost, and when fewer schedules or steps were tried than promised. `--one-of 1` tries each and every
schedule. KFPOPS_PROVE_SEED repeats histories.
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
from tests.cleanup.world.histories import Counted, Histories
from tests.cleanup.world.proof import prove_part
from tests.cleanup.world.protocol_search import search
from tests.cleanup.world.protocol_state import Rules
from tests.cleanup.world.scenarios import SCENARIOS

LEAST_SCHEDULES, LEAST_STEPS, SHOWN, PARTS = 10_000, 100_000, 5, 4
STEPS = 50
"""Rules in a history, at most: it may be shorter."""


def main() -> int:
    asked = _asked()
    whole = not asked.scenarios
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        failed = protocol() + schedules(pool, asked.scenarios or [s.name for s in SCENARIOS], asked.one_of, whole)
        failed += histories(pool, asked.histories, whole) if asked.histories else 0
    print("FAILED" if failed else "Nothing live was lost.")
    return 1 if failed else 0


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--one-of", type=int, default=3)
    parser.add_argument("--histories", type=int, default=2800)
    parser.add_argument("scenarios", nargs="*")
    return parser.parse_args()


def protocol() -> int:
    found = search(Rules())
    print(f"protocol: {found.states:,} states; lost: {', '.join(found.trace) or 'nothing'}", flush=True)
    return bool(found.trace)


def schedules(pool: ProcessPoolExecutor, names: list[str], one_of: int, whole: bool) -> int:
    """How many scenarios are wrong; one more when fewer schedules were tried than promised."""
    began, total, wrong = time.monotonic(), Tally(), 0
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
    return wrong + (whole and too_few("schedules", total.schedules, LEAST_SCHEDULES))


def too_few(what: str, tried: int, least: int) -> bool:
    if tried < least:
        print(f"Only {tried:,} {what} were tried, and {least:,} are promised.", flush=True)
    return tried < least


def tell(name: str, tally: Tally) -> None:
    counts = ", ".join(f"{number:,} {what}" for what, number in tally.counts().items())
    ends = ", ".join(f"{number:,} {end}" for end, number in tally.ends.most_common())
    print(f"{name}: {counts}; ended: {ends}; wrong: {len(tally.wrong)}", flush=True)
    for _, schedule, wrong in tally.wrong[:SHOWN]:
        print(f"    {dict(schedule.steps)} killed at {sorted(schedule.kills)}: {'; '.join(wrong)}", flush=True)


def histories(pool: ProcessPoolExecutor, number: int, whole: bool) -> int:
    """Whether fewer steps were tried than promised. Raises what a history raises that loses something."""
    began, first = time.monotonic(), int(os.environ.get("KFPOPS_PROVE_SEED") or time.time())
    print(f"histories: {number:,}, KFPOPS_PROVE_SEED={first}", flush=True)
    total = Counted()
    for future in [pool.submit(at_random, -(-number // PARTS), first + part) for part in range(PARTS)]:
        total.merge(future.result())
    told = ", ".join(f"{value:,} {name}" for name, value in total.numbers.items())
    ends = ", ".join(f"{value:,} {end}" for end, value in total.ends.most_common())
    print(f"histories: {told}; ended: {ends}; {time.monotonic() - began:.0f} s", flush=True)
    return whole and too_few("steps of random histories", total.numbers["rules"], LEAST_STEPS)


def at_random(number: int, first: int) -> Counted:
    Histories.counted = Counted()
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        seed(first)(Histories),
        settings=settings(
            max_examples=number, stateful_step_count=STEPS, database=None, deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
    return Histories.counted


if __name__ == "__main__":
    sys.exit(main())
