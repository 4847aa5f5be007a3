"""Series as bytes that Prometheus reads: text, OpenMetrics and protobuf, made anew only where something changed.

Knows no network, no clock, no checkpoint: the server asks for a body and sends it.
"""

from __future__ import annotations

from kfpops.exporter.exposition.body import Body
from kfpops.exporter.exposition.choice import Choice, chosen
from kfpops.exporter.exposition.exposition import Exposition
from kfpops.exporter.exposition.format import Format

__all__ = ["Body", "Choice", "Exposition", "Format", "chosen"]
