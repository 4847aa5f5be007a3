"""Changed values as words: `rows`, `100 → 500`."""

from __future__ import annotations

from kfpops.lineage.diff.values import SHORT, Change, NumberChange, arrow, leaves, metric_text, shown_name

# Of one list or object that changed inside, so many places are named.
_LEAVES = 8
# And so many names at once: an artifact may have a hundred thousand properties.
_ROWS = 24


def change_rows(found: tuple[Change, ...], *, whole: bool = False) -> list[tuple[str, str]]:
    """Name and change of each; of lists and objects the places inside that changed. `whole` shortens nothing."""
    rows: list[tuple[str, str]] = []
    for number, change in enumerate(found, 1):
        inside = leaves(change)
        shown = inside if whole else inside[:_LEAVES]
        rows += [(shown_name(c.name), arrow(c, 10**9 if whole else SHORT)) for c in shown]
        if len(shown) < len(inside):
            rows.append((shown_name(change.name), f"and {len(inside) - len(shown):,} more places (`-o wide`)"))
        if not whole and len(rows) >= _ROWS and number < len(found):
            rows.append(("…", f"and {len(found) - number:,} more (`-o wide`)"))
            break
    return rows


def metric_rows(found: tuple[NumberChange, ...], *, whole: bool = False) -> list[tuple[str, str]]:
    """`metrics.accuracy` and its change, for each; `whole`: for however many there are."""
    shown = found if whole else found[:_ROWS]
    rows = [(f"{metric.artifact}.{metric.name}", metric_text(metric)) for metric in shown]
    return rows + ([("…", f"and {len(found) - len(shown):,} more metrics (`-o wide`)")] if len(shown) < len(found) else [])
