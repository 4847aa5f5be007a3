"""What the KFP API knows: runs, workflows, experiments, recurring runs, pipelines, logs of pods that are gone."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from urllib.parse import quote, urlencode

import msgspec

from kfpops.capture.bundle import Gap
from kfpops.capture.entry import Entry, Item, Part, field, items, text
from kfpops.capture.gather.lists import decoded
from kfpops.capture.gather.live import gap_of
from kfpops.capture.gather.logs import LONGEST
from kfpops.errors import BadAnswer, KfpopsError, NotFound
from kfpops.knowledge import kfp_json
from kfpops.knowledge.argo_workflow import pod_name, unpack
from kfpops.ports import Raw

_LISTS = (("experiments", "experiments"), ("recurringruns", "recurringRuns"), ("pipelines", "pipelines"))
# Of everything: so many of the newest runs, the workflows of so many of them, and the archived logs of so many failed pods.
MOST_RUNS, MOST_WORKFLOWS, MOST_ARCHIVED = 1000, 200, 100
_PAGE, _RUNS_PAGE = 200, 50
# The table holds the nodes of runs as well, which have no fingerprint.
_CACHED = {
    "page_size": str(_PAGE),
    "filter": '{"predicates":[{"op":"NOT_EQUALS","key":"fingerprint","string_value":""}]}',
}
RUNS = "kfp/v2beta1/runs.json"
"""The file that lists the runs."""


def read_kfp(
    raw: Raw, namespace: str, runs: Sequence[str], pods: Collection[str], say: Callable[[str], object]
) -> Iterator[Part]:
    """`runs` empty: all of the namespace. `pods`: names of pods that still exist, whose logs are read elsewhere."""
    yield from _one(raw, "/apis/v2beta1/healthz", "kfp/healthz.json")
    for name, key in _LISTS:
        say(name)
        path = f"/apis/v2beta1/{name}"
        yield from _list(raw, path, f"kfp/v2beta1/{name}.json", key, {"page_size": str(_PAGE), "namespace": namespace})
    if not runs:
        say("step cache")
        yield from _list(raw, "/apis/v1alpha1/tasks", "kfp/v1alpha1/tasks.json", "tasks", _CACHED)
    say("runs")
    found, gaps = _runs(raw, namespace, runs)
    yield from gaps
    if not runs and found is not None and len(found) == MOST_RUNS:
        yield Gap("older runs", f"only the newest {MOST_RUNS} runs are kept")
    if found is not None:
        body = msgspec.json.encode({"runs": found, "total_size": len(found)})
        yield Entry(RUNS, body, "/apis/v2beta1/runs", len(found))
    ids = [i for run in found or () if (i := text(run, "run_id"))] or list(runs)
    if len(ids) > MOST_WORKFLOWS:
        left = len(ids) - MOST_WORKFLOWS
        yield Gap("workflows of older runs", f"only those of the newest {MOST_WORKFLOWS} runs are kept, {left} are left out")
    gone: list[tuple[str, str]] = []
    for number, run_id in enumerate(ids[:MOST_WORKFLOWS], start=1):
        say(f"run {number} of {min(len(ids), MOST_WORKFLOWS)}")
        entry = _run(raw, run_id)
        yield entry
        if isinstance(entry, Entry):
            gone += [(run_id, node) for node in _gone(entry.body, pods, only_failed=not runs)]
    if not runs and len(gone) > MOST_ARCHIVED:
        left = len(gone) - MOST_ARCHIVED
        yield Gap(
            "archived logs of older runs", f"only {MOST_ARCHIVED} of failed pods that are gone are kept, {left} are left out"
        )
    for run_id, node in gone if runs else gone[:MOST_ARCHIVED]:
        say(f"archived log of {node}")
        yield from _archived(raw, run_id, node)


def run_ids(body: bytes) -> tuple[str, ...]:
    """The ids in a list of runs, as it is written here."""
    return tuple(run.id for run in kfp_json.runs_of(kfp_json.decode_object(body)))


def _runs(raw: Raw, namespace: str, runs: Sequence[str]) -> tuple[list[Item] | None, list[Gap]]:
    path = "/apis/v2beta1/runs"
    if not runs:
        query = {"page_size": str(_RUNS_PAGE), "sort_by": "created_at desc", "namespace": namespace}
        try:
            return _pages(raw, path, "runs", query, MOST_RUNS), []
        except KfpopsError as error:
            return None, [gap_of(path, error)]
    found: list[Item] = []
    gaps = []
    for run_id in runs:
        try:
            run = decoded(raw.raw(f"{path}/{quote(run_id, safe='')}"), path)
            found += [run] if isinstance(run, dict) else []
        except NotFound as error:
            gaps.append(gap_of(f"{path}/{run_id}", error))
        except KfpopsError as error:
            return None, [gap_of(path, error)]
    return found, gaps


def _run(raw: Raw, run_id: str) -> Part:
    path = f"/apis/v1beta1/runs/{quote(run_id, safe='')}"
    try:
        return Entry(f"kfp/v1beta1/runs/{run_id}.json", raw.raw(path), f"{path} (with the workflow manifest)")
    except KfpopsError as error:
        return gap_of(path, error)


def _gone(body: bytes, pods: Collection[str], *, only_failed: bool) -> list[str]:
    """The ids of a run's nodes whose pods no longer exist."""
    try:
        found = kfp_json.recorded_run(kfp_json.decode_object(body)).workflow
    except msgspec.DecodeError:
        found = None
    if found is None:
        return []
    workflow = unpack(found)
    nodes = (n for n in workflow.status.nodes.values() if n.type == "Pod" and pod_name(workflow, n) not in pods)
    return [n.id for n in nodes if not only_failed or n.phase in ("Failed", "Error")]


def _archived(raw: Raw, run_id: str, node_id: str) -> Iterator[Part]:
    """The archived log; nothing when KFP says that there is none (the pod never ran)."""
    path = f"/apis/v1alpha1/runs/{quote(run_id, safe='')}/nodes/{quote(node_id, safe='')}/log"
    try:
        found = kfp_json.archived_log(raw.raw(path))
    except KfpopsError as error:
        yield gap_of(f"archived log of {node_id}", error)
        return
    if found is not None:
        cut = len(found) > LONGEST
        yield Entry(f"kfp/v1alpha1/runs/{run_id}/nodes/{node_id}.log", found[-LONGEST:], path, cut=cut)


def _one(raw: Raw, path: str, name: str) -> Iterator[Part]:
    try:
        yield Entry(name, raw.raw(path), path)
    except KfpopsError as error:
        yield gap_of(path, error)


def _list(raw: Raw, path: str, name: str, key: str, query: Mapping[str, str]) -> Iterator[Part]:
    try:
        found = _pages(raw, path, key, query)
    except KfpopsError as error:
        yield gap_of(path, error)
        return
    body = msgspec.json.encode({key: found, "total_size": len(found)})
    yield Entry(name, body, path, len(found))


def _pages(raw: Raw, path: str, key: str, query: Mapping[str, str], most: int = 100_000) -> list[Item]:
    """The items of all pages. Later ones must repeat sort and namespace, or the server refuses their token."""
    found: list[Item] = []
    token = ""
    while len(found) < most:
        asked = {**query, **({"page_token": token} if token else {})}
        try:
            page = decoded(raw.raw(f"{path}?{urlencode(asked)}"), path)
        except BadAnswer as error:
            # Single-user servers of some releases refuse the parameter that multi-user ones insist on.
            if "namespace" not in query or "single-user" not in error.message.lower():
                raise
            return _pages(raw, path, key, {k: v for k, v in query.items() if k != "namespace"}, most)
        found += items(page, key)
        following = text(page, "next_page_token")
        if not following or following == token or field(page, key) is None:
            break
        token = following
    return found[:most]
