"""An exporter on the world's KFP, by its clock: nothing sleeps, nothing listens."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from kfpops.exporter.exporter import Exporter, exporter
from kfpops.exporter.loop import Times
from kfpops.exporter.wanted import Wanted
from kfpops.ports import Lineage
from tests.fakes import a_cluster
from tests.metrics.world.kfp import Key
from tests.metrics.world.ports import WorldPipelines

_LABELS = re.compile('="([^"]*)"')


@dataclass
class Running:
    exporter: Exporter
    pipelines: WorldPipelines

    def turn(self, seconds: float = 15.0) -> None:
        self.pipelines.kfp.wait(seconds)
        self.exporter.loop.turn()

    def take(self, who: str = "10.0.0.1") -> None:
        """A scrape of which nobody reads the answer."""
        self.exporter.served.sent(who, self.exporter.served.body().revision)
        self.exporter.loop.release()

    def scrape(self, who: str = "10.0.0.1") -> dict[str, float]:
        """Sample (`name{label="value",…}`, labels by name) → value, as Prometheus' own parser reads it."""
        body = self.exporter.served.body()
        found: dict[str, float] = {}
        for family in text_string_to_metric_families(body.text().decode()):
            for sample in family.samples:
                labels = ",".join(f'{name}="{value}"' for name, value in sorted(sample.labels.items()))
                found[sample.name + (f"{{{labels}}}" if labels else "")] = sample.value
        self.take(who)
        return found

    def finished(self) -> Counter[Key]:
        """What is shown as finished, 0 left out."""
        found: Counter[Key] = Counter()
        for line in self.exporter.served.body().text().decode().splitlines():
            if line.startswith("kfp_runs_finished_total{") and not line.endswith(" 0"):
                namespace, pipeline, state = _LABELS.findall(line)[:3]
                found[namespace, pipeline, state] += int(line.rpartition(" ")[2])
        return found


@contextmanager
def running(pipelines: WorldPipelines, path: Path, *, lineage: Lineage | None = None, **wanted: object) -> Iterator[Running]:
    """Started, and not one poll made."""
    kfp = pipelines.kfp
    cluster = a_cluster(pipelines=pipelines, lineage=lineage)
    with exporter(cluster, Wanted(path, **wanted), Times(kfp.now, lambda: kfp.seconds)) as one:  # type: ignore[arg-type]
        one.loop.start()
        yield Running(one, pipelines)
