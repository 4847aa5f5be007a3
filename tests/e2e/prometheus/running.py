"""A real Prometheus on the loopback, for one test: started in a folder of its own, asked over HTTP, ended by its process id.

Debian's package `prometheus` brings it (2.42 in Debian 12).
"""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PROMETHEUS = shutil.which("prometheus")
_PATIENCE = 60.0


@dataclass(frozen=True, slots=True)
class Prometheus:
    """`url`: without a slash at its end."""

    url: str

    def get(self, path: str, **terms: str) -> Any:
        """`data` of an answer of the HTTP API; `path` behind /api/v1/."""
        with urllib.request.urlopen(f"{self.url}/api/v1/{path}?{urllib.parse.urlencode(terms)}", timeout=10) as answer:
            return json.load(answer)["data"]

    def query(self, text: str) -> list[dict[str, Any]]:
        """Of the last moment."""
        found: list[dict[str, Any]] = self.get("query", query=text)["result"]
        return found

    def numbers(self, text: str, label: str = "job") -> dict[str, float]:
        """By the value of one label."""
        return {row["metric"].get(label, ""): float(row["value"][1]) for row in self.query(text)}

    def scrapes(self, job: str) -> float:
        """How often a job's targets were scraped, well or not."""
        return self.numbers(f'count_over_time(up{{job="{job}"}}[1h])').get(job, 0.0)

    def wait_for_scrapes(self, job: str, more: int = 2) -> None:
        """The second that begins from now on saw all that is served now."""
        wanted, until = self.scrapes(job) + more, time.monotonic() + _PATIENCE
        while self.scrapes(job) < wanted:
            assert time.monotonic() < until, self.get("targets")
            time.sleep(0.2)

    def complaints(self) -> dict[str, str]:
        """By job: what was wrong with the last scrape."""
        return {t["scrapePool"]: t["lastError"] for t in self.get("targets")["activeTargets"] if t["lastError"]}


@contextmanager
def prometheus(folder: Path, jobs: Mapping[str, str], *features: str, interval: str = "1s") -> Iterator[Prometheus]:
    """`jobs`: by name, the URL that is scraped."""
    assert PROMETHEUS is not None
    settings, port = folder / "prometheus.yml", _free_port()
    settings.write_text(json.dumps(_settings(jobs, interval)))
    command = [PROMETHEUS, f"--config.file={settings}", f"--storage.tsdb.path={folder / 'data'}"]
    command += [f"--web.listen-address=127.0.0.1:{port}", f"--enable-feature={','.join(features)}"]
    with (folder / "log").open("w") as log, subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT) as process:
        try:
            found = Prometheus(f"http://127.0.0.1:{port}")
            _wait_until_ready(found, process, folder / "log")
            yield found
        finally:
            process.terminate()


def _settings(jobs: Mapping[str, str], interval: str) -> dict[str, object]:
    """JSON is YAML."""
    parts = {name: urllib.parse.urlsplit(url) for name, url in jobs.items()}
    configs = [
        {"job_name": name, "metrics_path": part.path, "static_configs": [{"targets": [part.netloc]}]}
        for name, part in parts.items()
    ]
    return {"global": {"scrape_interval": interval, "scrape_timeout": interval}, "scrape_configs": configs}


def _wait_until_ready(found: Prometheus, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + _PATIENCE
    while True:
        assert process.poll() is None, log.read_text()[-2000:]
        assert time.monotonic() < until, log.read_text()[-2000:]
        try:
            with urllib.request.urlopen(f"{found.url}/-/ready", timeout=5):
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port
