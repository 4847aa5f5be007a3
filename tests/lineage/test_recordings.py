"""Recordings of a real KFP 2.17: all answers equal what an independent reading of the raw rows gives."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import pytest

from kfpops.lineage.search.search import SearchQuery
from kfpops.lineage.start import Start, parse_run, parse_start
from kfpops.model.lineage import ArtifactQuery, PropertyTest
from tests.lineage.raw import CONTAINER, DAG, IMPORTER, Node, name, read, value
from tests.lineage.recorded import CASES, raw, told_cache, told_impact, told_lineage, told_search

UP, DOWN, BOTH = ("up",), ("down",), ("up", "down")
# The later recording holds all rows of the other.
SIDES = [("busy-cluster", BOTH), ("leftovers", UP), ("leftovers", DOWN), ("leftovers", BOTH)]
WHOLE = {"schema": "kfpops/lineage/v1", "truncated": False, "left": 0, "not_checked": []}


def wrong(case: str, start: Start, nodes: Sequence[Node], sides: Sequence[str]) -> list[Any]:
    """What is told otherwise than the rows have it."""
    told, wanted = told_lineage(case, start, sides), {**raw(case).report(nodes, *sides), **WHOLE}
    return [(start, key, told[key], wanted[key]) for key in wanted if told[key] != wanted[key]]


@pytest.mark.parametrize("case, sides", SIDES)
def test_lineage_of_every_artifact(case: str, sides: Sequence[str]) -> None:
    ids = sorted(raw(case).artifacts)
    assert len(ids) > 200
    assert not [w for id in ids for w in wrong(case, parse_start(str(id)), [("artifact", id)], sides)]


@pytest.mark.parametrize("case, sides", SIDES)
def test_lineage_of_every_run(case: str, sides: Sequence[str]) -> None:
    runs = raw(case).executions_of
    assert len(runs) > 150
    assert not [w for run, ids in runs.items() for w in wrong(case, parse_run(run), [("execution", i) for i in ids], sides)]


def expected_impact(case: str, start: Sequence[Node]) -> dict[str, Any]:
    rows = raw(case)
    below = [node for node in rows.closure(start, "down")[0] if node not in start]
    steps = [i for kind, i in below if kind == "execution" and rows.executions[i]["type"] != DAG]
    hits = [i for i in steps if rows.origin(i) is not None]
    runs = {rows.run_of[i] for kind, i in below if kind == "execution"}
    made_by = {i: rows.run_of.get(rows.producer(i) or 0) for kind, i in below if kind == "artifact"}
    return {
        "start": sorted(map(name, start)),
        "runs": sorted((run, rows.pipeline_of[run], run not in rows.runs) for run in runs),
        "tasks": sorted((f"execution:{i}", rows.run_of[i], rows.path(i)) for i in steps),
        "artifacts": sorted((f"artifact:{i}", run or "") for i, run in made_by.items()),
        "cached": sorted((f"execution:{i}", f"execution:{rows.origin(i)}", rows.run_of[rows.origin(i) or 0]) for i in hits),
        "counts": (len(runs), len(runs - rows.runs.keys()), len(steps), len(hits), len(made_by)),
    }


def impact_of(case: str, start: Start) -> dict[str, Any]:
    told = told_impact(case, start)
    return {
        "start": sorted(n["id"] for n in told["start"]),
        "runs": sorted((r["id"], r["pipeline"], r["deleted"]) for r in told["runs"]),
        "tasks": sorted((t["id"], t["run_id"], t["task"]) for t in told["tasks"]),
        "artifacts": sorted((a["id"], a["run_id"] or "") for a in told["artifacts"]),
        "cached": sorted((s["id"], s["from_execution"], s["from_run_id"]) for s in told["cached"]),
        "counts": tuple(told["counts"][k] for k in ("runs", "deleted_runs", "tasks", "cached", "artifacts")),
    }


def test_impact_of_every_artifact() -> None:
    """Rows are only added: the later recording holds those of the other."""
    assert raw("leftovers").artifacts.keys() >= raw("busy-cluster").artifacts.keys()
    found = [
        (id, impact_of("leftovers", parse_start(str(id))), expected_impact("leftovers", [("artifact", id)]))
        for id in raw("leftovers").artifacts
    ]
    assert not [row for row in found if row[1] != row[2]]
    assert sum(bool(told["cached"]) for _, told, _ in found) > 50


def test_impact_of_every_run_that_took_nothing_from_elsewhere() -> None:
    case, seen = "leftovers", 0
    rows = raw(case)
    for run, ids in rows.executions_of.items():
        if not any(rows.origin(i) or rows.executions[i]["type"] == IMPORTER for i in ids):
            nodes = [("execution", i) for i in ids]
            told = impact_of(case, parse_run(run))
            assert told == expected_impact(case, nodes)
            seen += bool(told["runs"])
    assert seen > 10


def test_what_it_costs_to_make_a_run_again() -> None:
    """Of runs whose steps all came to their end: what each took."""
    case, seen = "leftovers", 0
    rows = raw(case)
    for run, ids in rows.executions_of.items():
        reached = rows.closure([("execution", i) for i in ids], "down")[0]
        steps = [rows.executions[i] for kind, i in reached if kind == "execution"]
        steps = [s for s in steps if s["type"] == CONTAINER and s["last_known_state"] != "CACHED"]
        if all(s["last_known_state"] == "COMPLETE" for s in steps):
            took = sum(int(s["last_update_time_since_epoch"]) - int(s["create_time_since_epoch"]) for s in steps)
            cost = told_impact(case, parse_run(run))["recompute"]
            assert (run, cost["tasks"], cost["wall_seconds"], cost["unknown"]) == (run, len(steps), took / 1000, 0)
            seen += bool(steps)
    assert seen > 40


def test_cache_of_every_run() -> None:
    """The verdict on each step, whence a hit came, whether its objects are there, and the fingerprint, computed anew.

    The later recording has all executions of the other.
    """
    case = "leftovers"
    assert raw(case).executions.keys() >= raw("busy-cluster").executions.keys()
    rows, equal, fingerprints = raw(case), 0, 0
    for run, ids in rows.executions_of.items():
        tasks = {t["execution"]: t for t in told_cache(case, run)["tasks"] if t["execution"]}
        steps = [i for i in sorted(ids) if rows.executions[i]["type"] == CONTAINER]
        # Of several attempts the last is told.
        last = {rows.path(i): i for i in steps}
        assert tasks.keys() == {str(i) for i in last.values()}
        assert sum(t["attempts"] for t in tasks.values()) == len(steps)
        fingerprints += sum("cache_fingerprint" in rows.executions[i]["custom_properties"] for i in last.values())
        for id, task in tasks.items():
            row, origin = rows.executions[int(id)], rows.origin(int(id))
            stored = value(row, "cache_fingerprint")
            verdict = "hit" if origin else "miss" if stored else "disabled"
            assert (task["verdict"], task["task"]) == (verdict, rows.path(int(id)))
            if stored:
                assert task["fingerprint"]["stored"] == stored
                assert task["fingerprint"]["equal"] is True
                equal += 1
            if origin:
                assert (task["from"]["execution"], task["from"]["run"]) == (str(origin), rows.run_of[origin])
                assert ("deleted from KFP" in task["why"]) == (rows.run_of[origin] not in rows.runs)
                outputs = {e[3]: rows.artifacts[e[0]]["uri"] for e in rows.events if e[1] == int(id) and e[2] == "output"}
                assert {o["port"]: o["uri"] for o in task["objects"]} == outputs
                gone = {port for port, uri in outputs.items() if not rows.is_stored(uri)}
                assert {o["port"] for o in task["objects"] if o["state"] != "present"} == gone
    assert equal == fingerprints > 100


def test_a_miss_is_compared_with_an_execution_that_was_given_the_same() -> None:
    """Where there is one that came to its end: then its parameters are not why."""
    case, seen = "leftovers", 0
    rows = raw(case)
    for run in rows.executions_of:
        for task in told_cache(case, run)["tasks"]:
            if task["verdict"] == "miss" and task["differences"]:
                mine = rows.executions[int(task["execution"])]
                alike = [e for i, e in rows.executions.items() if rows.run_of[i] != run and is_alike(case, i, mine)]
                kinds = {d["kind"] for d in task["differences"]}
                assert not alike or "parameter" not in kinds, (run, task["task"])
                seen += bool(alike)
    assert seen


def is_alike(case: str, id: int, mine: Any) -> bool:
    other, rows = raw(case).executions[id], raw(case)
    return (
        other["last_known_state"] in ("COMPLETE", "CACHED")
        and "cache_fingerprint" in other["custom_properties"]
        and int(other["create_time_since_epoch"]) < int(mine["create_time_since_epoch"])
        and value(other, "inputs") == value(mine, "inputs")
        and rows.path(id) == rows.path(int(mine["id"]))
        and rows.pipeline_of[rows.run_of[id]] == rows.pipeline_of[rows.run_of[int(mine["id"])]]
    )


Operator = Literal["=", "!=", "<", "<=", ">", ">="]


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("pipeline", ["", "fraud-scoring", "demand-forecast", "no-such-pipeline"])
@pytest.mark.parametrize(
    "property, operator, limit",
    [
        ("mean", ">", 49.9),
        ("mean", "<=", 49.945),
        ("mean", "=", 49.945),
        ("rows", "=", 200),
        ("rows", "!=", 200),
        ("accuracy", ">", 0.9),
        ("framework", "=", "sklearn"),
        ("framework", "!=", "sklearn"),
    ],
)
def test_search(case: str, pipeline: str, property: str, operator: Operator, limit: float | str) -> None:
    rows = raw(case)
    wanted = []
    for id, row in rows.artifacts.items():
        found = row["custom_properties"].get(property)
        made_by = rows.run_of[p] if (p := rows.producer(id)) else None
        if (
            found
            and holds(read(found), operator, limit)
            and (not pipeline or rows.pipeline_of.get(made_by or "") == pipeline)
        ):
            wanted.append((int(row["create_time_since_epoch"]), id, made_by))
    test = PropertyTest(property, operator, limit)
    told = told_search(case, SearchQuery(ArtifactQuery(properties=(test,)), pipeline, 1000))
    newest = sorted(wanted, reverse=True)
    assert [(a["id"], a["run_id"]) for a in told["artifacts"]] == [(str(id), run) for _, id, run in newest]


def holds(found: Any, operator: str, limit: Any) -> bool:
    match operator:
        case "=":
            return bool(found == limit)
        case "!=":
            return bool(found != limit)
        case ">":
            return bool(found > limit)
    return bool(found <= limit)
