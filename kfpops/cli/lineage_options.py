"""The options of `kfpops lineage run` and `artifact`: where to go from the start, how far, and what to keep."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from typing import TYPE_CHECKING, Any

import click

from kfpops.cli.options import FORMATS, GRAPH_FORMATS, MOST, takes_settings
from kfpops.cli.spans import before, span_or_date

if TYPE_CHECKING:
    from kfpops.lineage.filters import Filters
    from kfpops.lineage.gather import Reach
    from kfpops.lineage.show.present import View

_OPTIONS: tuple[tuple[tuple[str, ...], dict[str, Any]], ...] = (
    (("--up",), {"is_flag": True, "help": "Only where it came from."}),
    (("--down",), {"is_flag": True, "help": "Only what used it. Neither, or both: both."}),
    (("--depth",), {"type": click.IntRange(min=0), "metavar": "N", "help": "Only so many hops away. Default: all."}),
    (("--limit",), {"type": click.IntRange(1, MOST), "default": 100_000, "show_default": True, "help": "How many nodes."}),
    (("--type", "types"), {"multiple": True, "metavar": "T", "help": "Only artifacts of this type: model, dataset …"}),
    (("--state", "states"), {"multiple": True, "metavar": "S", "help": "Only executions in it: failed, cached, complete …"}),
    (("--pipeline", "pipelines"), {"multiple": True, "metavar": "P", "help": "Only of runs of this pipeline."}),
    (("--since",), {"callback": span_or_date, "metavar": "7d", "help": "Only since then: 90m, 24h, 7d or a date."}),
    (("--until",), {"callback": span_or_date, "metavar": "1d", "help": "Only until then: a span ago, or a date."}),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """The options as they were given."""

    up: bool
    down: bool
    depth: int | None
    limit: int
    types: tuple[str, ...]
    states: tuple[str, ...]
    pipelines: tuple[str, ...]
    since: timedelta | datetime | None
    until: timedelta | datetime | None

    def reach(self) -> Reach:
        from kfpops.lineage.gather import Reach

        return Reach(self.up or not self.down, self.down or not self.up, self.depth, self.limit)

    def view(self, run_id: str, *, wide: bool) -> View:
        """Without a hop nothing was read of what made or used it, and nothing is said of it."""
        from kfpops.lineage.show.present import View

        up, down = (self.up or not self.down, self.down or not self.up) if self.depth != 0 else (False, False)
        return View(up, down, run_id, wide)

    def filters(self, now: datetime) -> Filters:
        """Types and states as the lineage store writes them, however they were typed."""
        from kfpops.lineage.filters import Filters
        from kfpops.lineage.search.search import canonical_type

        types, states = tuple(map(canonical_type, self.types)), tuple(s.upper() for s in self.states)
        return Filters(types, states, self.pipelines, before(now, self.since), before(now, self.until))


def asks_lineage(function: Callable[..., int]) -> Callable[..., int]:
    """Adds these options and those of every command; calls with `settings`, `asked` and the command's own arguments."""

    @wraps(function)
    def run(**params: Any) -> int:
        asked = Asked(**{name: params.pop(name) for name in Asked.__slots__})
        return function(asked=asked, **params)

    command = takes_settings(run, formats=(*FORMATS, *GRAPH_FORMATS))
    for decls, attributes in reversed(_OPTIONS):
        command = click.option(*decls, **attributes)(command)
    return command
