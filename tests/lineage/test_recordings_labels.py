"""Recordings of a real KFP 2.17: lineage, impact, cache and diff say what those who made the runs know of them."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import Any

import pytest

from kfpops.lineage.gather import Reach, gather_lineage, with_run
from kfpops.lineage.show.present import View, present
from kfpops.lineage.start import parse_run, parse_start
from kfpops.render.text import to_text
from tests.lineage.raw import value
from tests.lineage.recorded import label, opened, raw, told_cache, told_diff, told_impact, told_lineage

BUSY, LEFT = "busy-cluster", "leftovers"
RUNS: list[Any] = label(BUSY)["runs"]
ROLES: dict[str, str] = {role: run["run_id"] for role, run in label(LEFT)["runs"].items()}
GONE = {"dropped", "cache-source", "import-source", "failed-dropped", "plain-again"}
TOOK = {"cache-user": "cache-source", "plain-again": "plain"}
# Asked for with caching off.
UNCACHED = {"dropped", "import-source", "failed-kept", "failed-dropped", "importer", "running"}


def dependants(case: str, run: str) -> dict[str, bool]:
    """Runs that depend on it, and whether KFP has deleted them."""
    return {r["id"]: r["deleted"] for r in told_impact(case, parse_run(run))["runs"]}


@pytest.mark.parametrize("role", ROLES)
def test_who_took_what_from_whom(role: str) -> None:
    """The graph: a hit names the execution it was taken from, which belongs to the other run."""
    nodes = {n["id"]: n for n in told_lineage(LEFT, parse_run(ROLES[role]))["nodes"]}
    own = [n for n in nodes.values() if n["kind"] == "execution" and n["run_id"] == ROLES[role]]
    taken = {nodes[n["cached_from"]]["run_id"] for n in own if n["cached_from"]}
    assert taken == ({ROLES[TOOK[role]]} if role in TOOK else set())
    assert sum(n["state"] == "CACHED" for n in own) == (2 if role in TOOK else 0)


@pytest.mark.parametrize("role", ROLES)
def test_what_kfp_tells_of_a_run(role: str) -> None:
    """A deleted run has no state; of the others it is the one that KFP's list has."""
    graph = gather_lineage(opened(LEFT), parse_run(ROLES[role]), Reach(), lambda text: (text, ""))
    run = with_run(opened(LEFT), graph).run
    assert run is not None
    assert run.deleted == (role in GONE)
    states = {"SUCCEEDED": "succeeded", "FAILED": "failed", "RUNNING": "running"}
    assert run.state == ("unknown" if role in GONE else states[raw(LEFT).runs[ROLES[role]]["state"]])


def test_attempts_at_one_step_are_told_as_one() -> None:
    """The rows have three executions of one place in one run, of which the last is complete."""
    run = next(r for r in raw(BUSY).executions_of if r.startswith("3e2d47d4"))
    tried = [i for i in raw(BUSY).executions_of[run] if value(raw(BUSY).executions[i], "task_name") == "extract"]
    assert len(tried) == 3
    graph = gather_lineage(opened(BUSY), parse_run(run), Reach(), lambda text: (text, ""))
    told = to_text(present(graph, opened(BUSY).now, View(run_id=run)))
    assert f"extract (execution {max(tried)}), 3 attempts, " in told
    assert "not finished" not in told


def test_the_importer_took_an_object_of_another_run() -> None:
    told = told_lineage(LEFT, parse_run(ROLES["importer"]), ["up"])
    nodes = {n["id"]: n for n in told["nodes"]}
    ((source, copy),) = [(e["from"], e["to"]) for e in told["edges"] if e["kind"] == "same-uri"]
    assert (nodes[source]["run_id"], nodes[source]["task"]) == (ROLES["import-source"], "gather")
    assert (nodes[copy]["run_id"], nodes[copy]["task"]) == (ROLES["importer"], "importer")
    assert (
        nodes[copy]["uri"]
        == nodes[source]["uri"]
        == raw(LEFT).runs[ROLES["importer"]]["runtime_config"]["parameters"]["uri"]
    )


@pytest.mark.parametrize("role", sorted(ROLES.keys() - {"cache-user", "plain-again", "importer"}))
def test_what_depends_on_a_run(role: str) -> None:
    expected = {"plain": "plain-again", "cache-source": "cache-user", "import-source": "importer"}
    users = [expected[role]] if role in expected else []
    assert dependants(LEFT, ROLES[role]) == {ROLES[user]: user in GONE for user in users}
    cached = told_impact(LEFT, parse_run(ROLES[role]))["cached"]
    steps = [(user, task, role) for user in users if user in TOOK for task in ("gather", "shape")]
    assert [(s["run_id"], s["task"], s["from_run_id"]) for s in cached] == [(ROLES[u], t, ROLES[r]) for u, t, r in steps]


@pytest.mark.parametrize("role", ["cache-user", "plain-again", "importer"])
def test_nothing_depends_on_a_run_that_made_nothing_of_its_own_for_others(role: str) -> None:
    assert dependants(LEFT, ROLES[role]) == {}


@pytest.mark.parametrize("role", ROLES)
def test_why_cached_or_not(role: str) -> None:
    tasks = {t["task"]: t for t in told_cache(LEFT, ROLES[role])["tasks"]}
    verdict = "hit" if role in TOOK else "disabled" if role in UNCACHED else "miss"
    assert {t["verdict"] for t in tasks.values()} == {verdict}
    if role in TOOK:
        assert {t["from"]["run"] for t in tasks.values()} == {ROLES[TOOK[role]]}
        assert {o["state"] for t in tasks.values() for o in t["objects"]} == {"present"}
        deleted = ["deleted from KFP since, so the next equal run will not be a hit" in t["why"] for t in tasks.values()]
        assert deleted == [TOOK[role] in GONE] * 2
    if role in ("cache-source", "archived", "version-dropped"):
        assert [(d["kind"], d["name"]) for d in tasks["gather"]["differences"]] == [("parameter", "source")]
        assert [(d["kind"], d["name"]) for d in tasks["shape"]["differences"]] == [("artifact", "rows")]
    if role == "plain":
        assert all(t["why"].endswith("of this task had caching off, which leaves nothing to take.") for t in tasks.values())


def test_cached_tasks_are_hits() -> None:
    """As told from the later recording, whose KFP and lineage hold the same of these runs."""
    hits = {run["run_id"]: told_cache(LEFT, run["run_id"])["tasks"] for run in RUNS}
    counted = {id: sum(t["verdict"] == "hit" for t in tasks) for id, tasks in hits.items()}
    assert counted == {run["run_id"]: run["cached_tasks"] for run in RUNS}
    assert sum(counted.values()) == label(BUSY)["counts"]["cached_tasks"]


def test_cached_tasks_are_cached_executions_of_the_graph() -> None:
    for run in RUNS:
        nodes = told_lineage(BUSY, parse_run(run["run_id"]))["nodes"]
        own = [n for n in nodes if n["kind"] == "execution" and n["run_id"] == run["run_id"]]
        assert sum(n["state"] == "CACHED" for n in own) == run["cached_tasks"]
        assert {n["pipeline"] for n in own} == {run["pipeline"]}


def test_states_and_names_of_runs() -> None:
    """As impact tells them of whatever depends on anything. A cancelled run is FAILED in KFP's list."""
    known = {run["run_id"]: run for run in RUNS}
    seen = {r["id"]: r for run in RUNS for r in told_impact(BUSY, parse_run(run["run_id"]))["runs"] if r["id"] in known}
    assert len(seen) > 20
    told = {id: (r["name"], r["pipeline"], r["state"], r["deleted"]) for id, r in seen.items()}
    states = {"SUCCEEDED": "succeeded", "FAILED": "failed", "RUNNING": "running"}
    assert told == {id: (k["name"], k["pipeline"], states[k["state"]], False) for id, k in known.items() if id in seen}


def test_deleted_runs() -> None:
    """Their lineage is left. From one of them a later run took its table."""
    first, second = label(BUSY)["deleted_runs"]
    assert all(told_lineage(BUSY, parse_run(run))["nodes"] for run in (first, second))
    (user,) = dependants(BUSY, first)
    (hit,) = [t for t in told_cache(BUSY, user)["tasks"] if t["verdict"] == "hit"]
    assert hit["from"]["run"] == first
    assert "has been deleted from KFP since" in hit["why"]
    (table,) = [n for n in told_lineage(BUSY, parse_run(first), ["down"])["nodes"] if n["name"] == "table"]
    runs = told_impact(BUSY, parse_start(table["id"]))["runs"]
    assert {r["id"]: r["deleted"] for r in runs} == {first: True, user: False}


def test_runs_of_a_schedule_took_all_from_its_first() -> None:
    scheduled = [run["run_id"] for run in RUNS if run["scheduled_by"]]
    assert len(scheduled) == label(BUSY)["counts"]["from_schedule"]
    assert {raw(BUSY).runs[id]["recurring_run_id"] for id in scheduled} == {
        label(BUSY)["recurring_runs"]["price-refresh every minute"]
    }
    assert dependants(BUSY, scheduled[0]) == dict.fromkeys(scheduled[1:], False)


def test_counts() -> None:
    pipelines = opened(BUSY).pipelines
    assert pipelines
    listed = {run.id for run in pipelines.runs("")}
    counts = label(BUSY)["counts"]
    assert len(listed) == label(BUSY)["all_runs_listed_by_kfp"]
    assert len(listed & {run["run_id"] for run in RUNS}) == counts["runs"]
    assert not listed & set(label(BUSY)["deleted_runs"])
    lineages = [told_lineage(BUSY, parse_run(run["run_id"]), ["up"])["nodes"] for run in RUNS]
    by_pipeline = Counter(f"{nodes[0]['pipeline']} {run['state']}" for nodes, run in zip(lineages, RUNS))
    assert by_pipeline == counts["by_pipeline_and_state"]


def expected_first(a: str, b: str) -> tuple[str, list[str]] | None:
    """The first task, in the order in which they began, that was given other parameters; and which."""
    inputs = [{}, {}]  # type: list[dict[str, Any]]
    for side, run in zip(inputs, (a, b)):
        for id in sorted(raw(BUSY).executions_of[run]):
            row = raw(BUSY).executions[id]
            if task := value(row, "task_name"):
                side[task] = value(row, "inputs") or {}
    for task in inputs[0]:
        before, after = inputs[0][task], inputs[1][task]
        if other := sorted(k for k in before if before[k] != after[k]):
            return task, [f"{k} {show(before[k])} → {show(after[k])}" for k in other]
    return None


def show(found: Any) -> str:
    return f"{found:g}" if isinstance(found, float) else str(found)


def test_where_runs_of_a_pipeline_part() -> None:
    """At the first other parameter; runs that were given the same do not part."""
    seen: Counter[str] = Counter()
    pairs = [(a, b) for a, b in pairwise(RUNS) if a["pipeline"] == b["pipeline"]]
    pairs += [(a, b) for a in RUNS for b in RUNS if a["pipeline"] == b["pipeline"] and a["outcome"] < b["outcome"]][::5]
    for a, b in pairs:
        told = told_diff(BUSY, a["run_id"], b["run_id"])["first"]
        wanted = expected_first(a["run_id"], b["run_id"])
        if wanted is None:
            assert told is None
        else:
            assert (told["task"], told["kind"], told["certain"]) == (wanted[0], "parameter", True)
            assert told["text"].removeprefix("parameters ").removeprefix("parameter ").split(", ") == wanted[1]
        given = [raw(BUSY).runs[run["run_id"]]["runtime_config"]["parameters"] for run in (a, b)]
        assert (wanted is None) == (given[0] == given[1])
        seen[wanted[0] if wanted else "equal"] += 1
    assert seen.keys() >= {"extract", "score", "ping", "equal"}
