"""Pipelines whose outputs are cleaned, and the command that cleans them: what the live checks of clean-up share."""

import json
import signal
import subprocess
import time
import uuid
from pathlib import Path
from typing import Any

from kfp import dsl
from live import IMAGE, Live, client_of_the_store

BUCKET = "mlpipeline"


@dsl.component(base_image=IMAGE)
def make_data(rows: int, salt: str, data: dsl.Output[dsl.Dataset]):
    with open(data.path, "w") as out:
        out.write(salt + "\n" + "x\n" * rows)


@dsl.component(base_image=IMAGE)
def train(rate: float, files: int, data: dsl.Input[dsl.Dataset], model: dsl.Output[dsl.Model]):
    import os

    with open(data.path) as read:
        rows = len(read.readlines())
    if rows < 2:
        raise ValueError("the input is empty")
    os.makedirs(model.path)
    for number in range(files):
        with open(f"{model.path}/part-{number}", "w") as out:
            out.write(f"{rows} {rate} {number}")


@dsl.component(base_image=IMAGE)
def use(model: dsl.Input[dsl.Model]) -> int:
    import os

    found = os.listdir(model.path)
    if not found:
        raise ValueError("the input is empty")
    return len(found)


@dsl.pipeline(name="cleanup-training")
def training(salt: str, rate: float = 1.0, files: int = 2):
    made = make_data(rows=100, salt=salt)
    train(rate=rate, files=files, data=made.outputs["data"]).set_caching_options(True)


@dsl.pipeline(name="cleanup-reuse")
def reuse(uri: str):
    same = dsl.importer(artifact_uri=uri, artifact_class=dsl.Model, reimport=False).set_caching_options(False)
    use(model=same.output).set_caching_options(False)


class Cleaning:
    """One root, one folder for plans, and what is below the root now."""

    def __init__(self, live: Live, folder: Path, bucket: str = BUCKET) -> None:
        self.live, self.folder, self.bucket = live, folder, bucket
        self.store = client_of_the_store()
        self.prefix = f"kfpops-live/{uuid.uuid4().hex}"
        self.root = f"minio://{bucket}/{self.prefix}"

    def keys(self, below: str = "") -> set[str]:
        pages = self.store.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=f"{self.prefix}/{below}")
        return {row["Key"] for page in pages for row in page.get("Contents", ())}

    def of(self, run: str, pipeline: str = "cleanup-training") -> set[str]:
        return self.keys(f"{pipeline}/{run}/")

    def policy(self, name: str, text: str) -> Path:
        path = self.folder / f"{name}.yaml"
        path.write_text(f"roots: [{self.root}]\ngrace: 0s\nlimits: {{share_of_objects: 1, share_of_bytes: 1}}\n{text}")
        return path

    def kfpops(self, *words: str) -> subprocess.CompletedProcess[str]:
        began = time.monotonic()
        done = subprocess.run([*self.live.command, *words], capture_output=True, text=True, check=False, timeout=600)
        print(f"  {time.monotonic() - began:5.2f} s  exit {done.returncode}  kfpops {' '.join(words)}", flush=True)
        if done.returncode not in (0, 1):
            print(done.stderr[-1500:], flush=True)
        return done

    def plan(self, name: str, text: str) -> tuple[Path, set[str]]:
        """The plan's file, and the keys that it lets go."""
        path = self.folder / f"{name}.plan.jsonl"
        policy = self.policy(name, text)
        done = self.kfpops("cleanup", "plan", "--policy", str(policy), "--output", str(path), "--unsafe-grace")
        self.live.check(f"{name}: a plan is made", done.returncode == 0, done.stderr[-1500:])
        rows = [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
        return path, {row["key"] for row in rows if "key" in row}

    def apply_killed(self, plan: Path) -> int:
        """Applies, and ends the command with SIGKILL as soon as its journal says that deleting begins."""
        journal = Path(f"{plan}.journal")
        started = subprocess.Popen([*self.live.command, "cleanup", "apply", str(plan), "--yes"])
        ended = time.monotonic() + 120
        while started.poll() is None and time.monotonic() < ended:
            if journal.exists() and '"intent"' in journal.read_text():
                started.send_signal(signal.SIGKILL)
                break
            time.sleep(0.001)
        return started.wait(timeout=60)


def state_of(live: Live, uri: str) -> Any:
    graph = live.ask("lineage", "artifact", uri, "--depth", "0")
    return next((node["state"] for node in graph.get("nodes", ()) if node.get("uri") == uri), None)
