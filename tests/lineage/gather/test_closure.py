"""Random stores: the walk finds what brute force over the raw rows finds. KFPOPS_ORACLE=10000 tries more of them."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kfpops.lineage.gather import Reach, gather_graph
from kfpops.lineage.graph import Graph
from kfpops.model.lineage import Artifact, Event, Execution
from tests.lineage.examples import examples
from tests.lineage.gather.oracle import Raw, closure, maker
from tests.lineage.worlds import MemoryLineage, at

MOST = 7
# Up to 7 rows, ids up to 8: some of the rows that events and cache hits name are not there.
IDS = st.sampled_from("12345678")
ARTIFACTS = st.lists(
    st.sampled_from(["", "", "a://x", "a://x", "a://y", "a://1", "a://2", "a://3", "a://4"]), min_size=2, max_size=MOST
)
EXECUTIONS = st.lists(
    st.tuples(
        st.sampled_from(["container", "container", "container", "importer", "dag", "other"]),
        st.sampled_from(["COMPLETE", "CACHED", "CACHED", "FAILED", "RUNNING"]),
        IDS,
    ),
    min_size=2,
    max_size=MOST,
)
EVENTS = st.lists(
    st.tuples(IDS, IDS, st.sampled_from(["input", "output"]), st.sampled_from(["p", "p", "q"]), st.integers(-1, 3)),
    min_size=6,
    max_size=20,
)
STARTS = st.lists(st.tuples(st.sampled_from(["artifact", "execution"]), IDS), min_size=1, max_size=3)
SETTINGS = settings(
    max_examples=examples(1000), deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)


def _raw(artifacts: list[str], executions: list[tuple[str, str, str]], events: list[tuple[str, str, str, str, int]]) -> Raw:
    return Raw(
        [Artifact(str(n), "system.Dataset", uri) for n, uri in enumerate(artifacts, 1)],
        [
            Execution(str(n), "t", kind, state, cached_from=origin if state == "CACHED" else "")  # type: ignore[arg-type]
            for n, (kind, state, origin) in enumerate(executions, 1)
        ],
        [Event(a, e, kind, port, None if when < 0 else at(when)) for a, e, kind, port, when in events],  # type: ignore[arg-type]
    )


def _graph(raw: Raw, start: list[str], reach: Reach) -> Graph:
    return gather_graph(MemoryLineage(tuple(raw.artifacts), tuple(raw.executions), tuple(raw.events)), start, reach)


@SETTINGS
@given(ARTIFACTS, EXECUTIONS, EVENTS, STARTS, st.sampled_from([None, 0, 1, 2, 3]), st.integers(1, 9))
def test_the_walk_finds_what_brute_force_finds(
    artifacts: list[str],
    executions: list[tuple[str, str, str]],
    events: list[tuple[str, str, str, str, int]],
    starts: list[tuple[str, str]],
    depth: int | None,
    limit: int,
) -> None:
    raw, start = _raw(artifacts, executions, events), [f"{kind}:{id}" for kind, id in starts]
    for up, down in ((True, False), (False, True), (True, True)):
        wanted = closure(raw, start, up, down, depth)
        found = _graph(raw, start, Reach(up, down, depth))
        assert dict(found.distance) == wanted.distance
        assert set(found.edges) == wanted.edges
        assert not found.truncated
        assert all(found.producers[a] == maker(raw, a) for a in found.producers)
        cut = _graph(raw, start, Reach(up, down, depth, limit))
        assert set(cut.distance) <= set(wanted.distance)
        assert set(cut.edges) <= wanted.edges
        assert len(cut.distance) <= limit
        assert (cut.left > 0) == cut.truncated
        assert cut.truncated or set(cut.distance) == set(wanted.distance), "what is cut says so"
        assert cut.truncated or set(cut.edges) == wanted.edges
