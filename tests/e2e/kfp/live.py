"""A live KFP that runs are started on, and the installed command that is asked about them: what the live checks share."""

import json
import os
import subprocess
import time
from typing import Any

import kfp

IMAGE = os.environ.get("SCENARIO_IMAGE", "python:3.11")
URL = os.environ.get("SCENARIO_KFP_URL", "http://127.0.0.1:8888")
STORE = os.environ.get("SCENARIO_STORE", "http://127.0.0.1:9000")
TIMEOUT = 600


def client_of_the_store() -> Any:
    """boto3's, with the keys that every installation of KFP's own store has."""
    import boto3

    keys = {"aws_access_key_id": "minio", "aws_secret_access_key": "minio123"}
    return boto3.client("s3", endpoint_url=STORE, region_name="us-east-1", **keys)


def nodes(graph: dict[str, Any]) -> list[dict[str, Any]]:
    return list(graph.get("nodes", ()))


class Live:
    def __init__(self, command: list[str]) -> None:
        self.command = command
        self.client = kfp.Client(host=URL)
        self.wrong: list[str] = []

    def start(self, pipeline: Any, *, root: str | None = None, **arguments: Any) -> str:
        run = self.client.create_run_from_pipeline_func(
            pipeline, arguments=arguments, experiment_name="kfpops-live", pipeline_root=root
        )
        return run.run_id

    def wait(self, run_id: str) -> str:
        ended = time.monotonic() + TIMEOUT
        while time.monotonic() < ended:
            state = self.client.get_run(run_id).state
            if state in ("SUCCEEDED", "FAILED", "CANCELED"):
                return state
            time.sleep(2)
        return "TIMEOUT"

    def ask(self, *question: str) -> dict[str, Any]:
        began = time.monotonic()
        done = subprocess.run(
            [*self.command, *question, "-o", "json"], capture_output=True, text=True, check=False, timeout=120
        )
        print(f"  {time.monotonic() - began:5.2f} s  exit {done.returncode}  kfpops {' '.join(question)}", flush=True)
        try:
            return {**json.loads(done.stdout), "exit": done.returncode}
        except ValueError:
            print(done.stderr[-1000:], flush=True)
            return {"exit": done.returncode}

    def check(self, what: str, right: bool, seen: object = "") -> None:
        print(("ok     " if right else "WRONG  ") + what + ("" if right else f": {seen}"), flush=True)
        if not right:
            self.wrong.append(what)
