"""Executions of one run that wrote to the same URI: what the others wrote is lost, and no step failed."""

from __future__ import annotations

import re
from collections.abc import Iterable

from kfpops.diagnose.cause import Match
from kfpops.diagnose.facts import Facts, RunCase
from kfpops.knowledge.overwritten import SharedOutput, Writer, shared_outputs
from kfpops.model.finding import Advice, Evidence

# kubeflow/pipelines #11243: since then every driver adds a random part to the URIs that it hands out.
_MENDED = (2, 4)
_QUOTED = 4


def survey_overwritten(facts: Facts) -> Iterable[Match]:
    """One match for every URI with several writers."""
    for case in facts.cases:
        for shared in shared_outputs(case.lineage) if case.lineage else ():
            yield _match(case, shared, facts.around.kfp_release)


def _match(case: RunCase, shared: SharedOutput, release: str) -> Match:
    last = shared.writers[-1]
    tasks = tuple(dict.fromkeys(w.place.task_path for w in shared.writers))
    who = f"iterations of {tasks[0]}" if len(tasks) == 1 else f"steps ({', '.join(tasks)})"
    count = len(shared.writers)
    how = "at the same time" if shared.together else "one after the other"
    return Match(
        title=f"{count} {who} wrote their output {last.port} to one place: only the last one's is left",
        confidence="certain",
        objects=(),
        evidence=(
            Evidence(f"mlmd/artifacts/uri={shared.uri}", f"{count} artifacts have this URI; their steps ran {how}"),
            *(_quote(w, left=w is last) for w in _ends(shared.writers)),
        ),
        advice=(_advice(shared, release),),
        facts={"writers": count, "uri": shared.uri, "left": last.place.path, "kfp_release": release or None},
        key=(case.run_id, shared.uri),
        steps=_a_step(case, tasks),
        runs=(case.run_id,),
    )


def _a_step(case: RunCase, tasks: tuple[str, ...]) -> tuple[str, ...]:
    """One step of these tasks, so that the finding names the task; the title says how many there are."""
    fit = (s.id for s in case.steps if s.role == "executor" and (s.task or "").replace(".", "/") in tasks)
    return tuple(fit)[:1]


def _advice(shared: SharedOutput, release: str) -> Advice:
    uri = shared.uri
    if _is_before(release, _MENDED):
        return Advice(
            f"KFP {release} gives all iterations of a loop the same output URI ({uri}); since 2.4.0 each has its own. "
            "Upgrade KFP, or let every iteration write to a path of its own. Then run it again: the others' bytes are lost."
        )
    since = f"KFP {release} gives" if release else "Since 2.4.0 KFP gives"
    return Advice(
        f"{since} every execution a URI of its own, so the program set .uri by hand to {uri}. Leave .uri as it is and write "
        "to .path, or put what differs (the loop's item) into the uri. Then run it again: what the others wrote is lost."
    )


def _is_before(release: str, bound: tuple[int, int]) -> bool:
    found = re.match(r"v?(\d+)\.(\d+)", release)
    return found is not None and (int(found[1]), int(found[2])) < bound


def _ends(writers: tuple[Writer, ...]) -> tuple[Writer, ...]:
    """The last ones; the very last is the one whose bytes are there."""
    return writers[-_QUOTED:]


def _quote(writer: Writer, *, left: bool) -> Evidence:
    what = "wrote last, its bytes are left" if left else "wrote it before"
    return Evidence(f"mlmd/artifacts/{writer.artifact.id}", f"{writer.place.path} {what}", writer.at)
