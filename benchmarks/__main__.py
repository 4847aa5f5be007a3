"""`make bench`: prints what was measured beside what was promised; exit status 1 when a promise is not kept."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.cleanup import bench as bench_cleanup
from benchmarks.exposition import bench as bench_exposition
from benchmarks.ingest import bench as bench_ingest
from benchmarks.lineage import bench as bench_lineage
from benchmarks.measure import Measured, best_of, measure
from benchmarks.promises import Promises

KFPOPS = [str(Path(sys.executable).parent / "kfpops")]
_UNFINISHED = "status.phase!=Succeeded"
_MIB = 2**20


@contextmanager
def serving(which: str) -> Iterator[tuple[str, str]]:
    """The server in a process of its own: its URL, and the path of a kubeconfig that leads to it."""
    command = [sys.executable, "-m", "benchmarks.server", which]
    with (
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server,
        tempfile.TemporaryDirectory() as folder,
    ):
        assert server.stdin is not None
        assert server.stdout is not None
        url = server.stdout.readline().strip()
        kubeconfig = Path(folder) / "kubeconfig"
        kubeconfig.write_text(json.dumps(_kubeconfig(url)))
        yield url, str(kubeconfig)
        server.stdin.close()
        server.wait(10)


def _kubeconfig(url: str) -> dict[str, object]:
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "bench",
        "contexts": [{"name": "bench", "context": {"cluster": "bench", "user": "bench"}}],
        "clusters": [{"name": "bench", "cluster": {"server": url}}],
        "users": [{"name": "bench", "user": {"token": "bench"}}],
    }


def requests(url: str) -> list[str]:
    """What was asked since the last time."""
    with urllib.request.urlopen(f"{url}/requests") as answer:
        found: list[str] = json.load(answer)
    return found


def main() -> int:
    print(f"load of this machine at the beginning: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    promises = Promises()
    help_page = best_of(5, [*KFPOPS, "--help"])
    promises.line("kfpops --help", help_page.seconds * 1000, 150, "ms")
    _one_run(promises)
    _namespace(promises)
    bench_lineage(promises, scale=0.1)
    bench_cleanup(promises, scale=0.05)
    bench_exposition(promises)
    bench_ingest(promises, scale=0.05)
    return 1 if promises.broken else 0


def _one_run(promises: Promises) -> None:
    with serving("small") as (url, kubeconfig):
        requests(url)
        question = ["diagnose", "run", "00000000-0000-4000-8000-000000000000", "-n", "small", "-o", "json"]
        answer = best_of(5, [*KFPOPS, "--kubeconfig", kubeconfig, *question])
        asked = requests(url)
        _expect(answer, {"memory/oom-killed"})
        promises.line("diagnose run, 20 pods, from process start", answer.seconds, 0.4, "s", _cpu(answer))
        promises.line("requests of diagnose run", len(asked) / 5, 12, "")
        print("\n".join(f"       {path}" for path in asked[: len(asked) // 5]))


def _namespace(promises: Promises) -> None:
    with serving("busy") as (url, kubeconfig):
        question = [*KFPOPS, "--kubeconfig", kubeconfig, "diagnose", "namespace", "team-a", "-o", "json"]
        answer = best_of(3, question)
        _expect(answer, {"memory/oom-killed", "scheduling/insufficient-gpu"})
        official = [sys.executable, "-m", "benchmarks.official_client", url, "team-a"]
        unfinished, everything = measure([*official, _UNFINISHED]), measure(official)
        if unfinished.code or everything.code:
            sys.exit("the official client failed")
        promises.line("diagnose namespace, 10,000 pods (2,000 unfinished)", answer.seconds, 1.5, "s", _cpu(answer))
        promises.line("  its peak memory", answer.peak_bytes / _MIB, 120, "MiB")
        for name, other in (("all pods", everything), ("unfinished ones", unfinished)):
            times, larger = other.seconds / answer.seconds, other.peak_bytes / answer.peak_bytes
            print(f"     official client, list of {name} ({other.output.strip()}):", end=" ")
            print(f"{other.seconds:.2f} s, {_cpu(other)}, {other.peak_bytes / _MIB:.0f} MiB;", end=" ")
            print(f"{times:.1f} times as long, {larger:.1f} times the memory", flush=True)


def _cpu(measured: Measured) -> str:
    return f"{measured.cpu_seconds:.2f} s of a core"


def _expect(answer: Measured, causes: set[str]) -> None:
    """A quick answer is worth nothing when it is wrong."""
    found = {f["cause"] for f in json.loads(answer.output)["findings"]} if answer.output else set()
    if found != causes:
        sys.exit(f"wrong answer (exit status {answer.code}): {sorted(found)} instead of {sorted(causes)}")


if __name__ == "__main__":
    sys.exit(main())
