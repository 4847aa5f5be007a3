#!/usr/bin/env python3
"""Provoke scenarios on a live KFP and ask `kfpops diagnose` at the telling moment, and again when all is gone.

    live_scenarios.py PLAYER [--folder FOLDER] [--kfpops COMMAND] [--jobs N] [--only NAME]… [--record FOLDER]

PLAYER holds `run-scenarios`: a program whose `play` starts a scenario, waits for its moment and calls `take`. Here `take`
asks kfpops, and compares the answer with the scenario's label; with --record it keeps a recording as well. --folder names
other scenarios than the player's own, for example those beside this file, and then all of them are played. Run it with a
Python that has what the scenarios need (the KFP SDK). Exit status 0 when every answer was right.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType
from typing import Any

# Quick ones of every kind that a default installation can show without disturbing what else runs there.
CHOSEN = (
    "secret-missing-env", "configmap-key-missing", "secret-missing-volume", "claim-missing", "claim-unbound",
    "healthy-two-steps", "healthy-just-created", "retries-asked-for-but-none-made", "image-tag-missing",
    "image-name-invalid", "image-registry-unknown-host", "memory-limit-not-a-quantity", "imported-object-missing",
    "failure-in-nested-pipeline", "failure-before-exit-handler", "oom-main-process", "oom-worker-then-exception",
    "oom-worker-swallowed", "killed-by-itself", "missing-package-sklearn", "exit-without-a-word", "native-crash",
    "memory-request-too-large", "gpus-all-taken", "taint-not-tolerated", "only-node-cordoned", "cancelled-by-user",
    "task-timeout", "suspended-by-hand",
)  # fmt: skip
# Asked a second time after workflow and pods are deleted.
ASKED_AGAIN = (
    "oom-main-process", "missing-package-sklearn", "failure-in-nested-pipeline", "exit-without-a-word",
    "imported-object-missing", "cancelled-by-user", "task-timeout",
)  # fmt: skip


class Questions:
    """Asks the installed command, and keeps every answer."""

    def __init__(self, program: ModuleType, command: list[str], record: Path | None = None) -> None:
        self.program, self.command = program, command
        self.record, self._take = record, program.take
        self.rows: list[tuple[str, bool, str]] = []
        self._lock = threading.Lock()

    def take(self, cluster: Any, scenario: Any, going: Any, label: Any, output: Path, suffix: str = "") -> Any:
        """Stands in for the recorder's `take`. A scenario whose moment did not come asks nothing."""
        if output.name == "not-shown":
            return argparse.Namespace(gaps=[])
        told = self.program.fill(cluster, going, label)
        self._ask(scenario.name + (f" ({suffix})" if suffix else ""), told)
        if self.record:
            self._take(cluster, scenario, going, label, self.record, suffix)
        if not suffix and scenario.name in ASKED_AGAIN and not scenario.later:
            cluster.kubectl(
                "delete", "workflows.argoproj.io", "-n", cluster.namespace, "-l", f"pipeline/runid={going.run_id}"
            )
            cluster.kubectl("delete", "pods", "-n", cluster.namespace, "-l", f"pipeline/runid={going.run_id}", "--wait")
            self._ask(f"{scenario.name} (gone)", told)
        return argparse.Namespace(gaps=[])

    def _ask(self, name: str, told: dict[str, Any]) -> None:
        subject = told["subject"]
        place = ["-n", subject["namespace"], "-o", "json"]
        match subject["kind"]:
            case "run":
                question = ["diagnose", "run", subject["id"], *place]
            case "pod":
                question = ["diagnose", "pod", subject["name"], *place]
            case _:
                question = ["diagnose", "namespace", subject["namespace"], "-o", "json"]
        done = subprocess.run([*self.command, *question], capture_output=True, text=True, check=False, timeout=120)
        try:
            causes = [f["cause"] for f in json.loads(done.stdout)["findings"]]
        except ValueError:
            causes = [f"exit {done.returncode}: {done.stderr.strip()[-300:]}"]
        wanted = (told["cause"], *told["also_right"]) if told["cause"] else ()
        if subject["kind"] not in ("run", "pod"):
            # Of all that is wrong in a namespace it need not stand first.
            causes = sorted(causes, key=lambda cause: cause not in wanted)
        right = (
            not causes if not wanted else bool(causes) and causes[0] in wanted and not {*causes} & {*told["must_not_appear"]}
        )
        with self._lock:
            self.rows.append((name, right, f"{causes[:3]} for {told['cause']}"))
            print(("ok     " if right else "WRONG  ") + self.rows[-1][0], self.rows[-1][2], flush=True)


def load(folder: Path) -> ModuleType:
    """The program without its `.py`, as a module."""
    loader = SourceFileLoader("run_scenarios", str(folder / "run-scenarios"))
    spec = spec_from_loader("run_scenarios", loader)
    assert spec is not None
    module = module_from_spec(spec)
    sys.path.insert(0, str(folder))
    loader.exec_module(module)
    return module


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("player", type=Path)
    parser.add_argument("--folder", type=Path, help="where the scenarios' modules are (default: the player's own)")
    parser.add_argument("--record", type=Path, help="also record every telling moment there")
    parser.add_argument("--kfpops", default="kfpops")
    parser.add_argument("--jobs", default="4")
    parser.add_argument("--only", action="append", default=[])
    options = parser.parse_args()
    sys.dont_write_bytecode = True
    program = load(options.player.resolve())
    questions = Questions(program, options.kfpops.split(), options.record)
    program.take = questions.take  # type: ignore[attr-defined]
    modules = program.modules((options.folder or options.player).resolve())
    known = {s.name for m in modules for s in getattr(m, "SCENARIOS", ())}
    chosen = options.only or (() if options.folder else [name for name in CHOSEN if name in known])
    folder = ["--folder", str(options.folder)] if options.folder else []
    play(program, [*folder, "--jobs", options.jobs], chosen)
    again = sorted({name.partition(" (")[0] for name, right, _ in questions.rows if not right})
    if again:
        # A moment can pass while it is asked about, on a machine with much to do: who is wrong twice is wrong.
        print(f"once more, one by one: {', '.join(again)}", flush=True)
        questions.rows = [row for row in questions.rows if row[0].partition(" (")[0] not in again]
        play(program, [*folder, "--jobs", "1"], again)
    right = sum(1 for _, good, _ in questions.rows if good)
    print(f"KFP tier, live: {right} of {len(questions.rows)} answers right, {len(again)} scenarios played twice")
    return 0 if questions.rows and right == len(questions.rows) else 1


def play(program: ModuleType, options: list[str], names: Sequence[str]) -> None:
    """Run the player on these scenarios, on all when none is named."""
    with tempfile.TemporaryDirectory() as output:
        sys.argv = ["run-scenarios", *options, "--output", output, *(a for n in names for a in ("--only", n))]
        # The player keeps a connection for each thread, and the server has closed that of a play before.
        with ThreadPoolExecutor(1) as once:
            once.submit(program.main).result()


if __name__ == "__main__":
    sys.exit(main())
