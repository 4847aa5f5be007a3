#!/usr/bin/env python3
"""Clean-up on a live KFP: orphans, cached and imported artifacts; a kill in the middle; eviction; undo; versions.

    cleanup_live.py [--kfpops COMMAND]

Wants what lineage_live.py wants. All runs of this script write below a pipeline root of their own, and only that is cleaned.
Exit status 0 when everything was as it should be.
"""

import argparse
import signal
import sys
import tempfile
import uuid
from pathlib import Path

from cleaning_live import BUCKET, Cleaning, reuse, state_of, training
from cleanup_versions import versions_and_uploads
from live import Live

FILES = 1500


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kfpops", default="kfpops")
    live = Live(parser.parse_args().kfpops.split())
    with tempfile.TemporaryDirectory() as folder:
        cleaning = Cleaning(live, Path(folder))
        salt = uuid.uuid4().hex
        runs = make_runs(cleaning, salt)
        orphans_go_and_nothing_else(cleaning, runs)
        evicted_runs_run_again(cleaning, runs, salt)
        quarantined_comes_back(cleaning)
        versions_and_uploads(live, Path(folder))
    print(f"KFP tier, clean-up: {len(live.wrong)} answers wrong")
    return 1 if live.wrong else 0


def make_runs(cleaning: Cleaning, salt: str) -> dict[str, str]:
    """source: deleted, but `cached` took its data from the cache · given: deleted, its model imported · dropped: deleted."""
    live, root = cleaning.live, cleaning.root
    runs = {
        "source": live.start(training, root=root, salt=salt, rate=1.0),
        "given": live.start(training, root=root, salt=f"{salt}-given"),
        "dropped": live.start(training, root=root, salt=f"{salt}-dropped", files=FILES),
    }
    for name, run in list(runs.items()):
        live.check(f"run {name} succeeds", live.wait(run) == "SUCCEEDED", run)
    model = next(key for key in sorted(cleaning.of(runs["given"])) if "/model/" in key).rpartition("/")[0]
    runs["cached"] = live.start(training, root=root, salt=salt, rate=2.0)
    runs["importer"] = live.start(reuse, root=root, uri=f"minio://{BUCKET}/{model}")
    for name in ("cached", "importer"):
        live.check(f"run {name} succeeds", live.wait(runs[name]) == "SUCCEEDED", runs[name])
    for name in ("source", "given", "dropped"):
        live.client.runs.run_service_delete_run(runs[name])
    for key in (f"cleanup-training/{uuid.uuid4()}/train/{uuid.uuid4()}/model", "README.txt"):
        cleaning.store.put_object(Bucket=BUCKET, Key=f"{cleaning.prefix}/{key}", Body=b"not ours")
    return runs


def orphans_go_and_nothing_else(cleaning: Cleaning, runs: dict[str, str]) -> None:
    live, before = cleaning.live, cleaning.keys()
    shared = {k for k in cleaning.of(runs["source"]) if "/make-data/" in k}
    given = {k for k in cleaning.of(runs["given"]) if "/model/" in k}
    orphans = (cleaning.of(runs["source"]) | cleaning.of(runs["given"]) | cleaning.of(runs["dropped"])) - shared - given
    plan, goes = cleaning.plan("orphans", "orphans: true\n")
    live.check("the plan holds the orphans, no more", goes == orphans, sorted(goes ^ orphans)[:5])
    why = cleaning.kfpops(
        "cleanup", "why", f"minio://{BUCKET}/{min(shared)}", "--policy", str(cleaning.folder / "orphans.yaml")
    )
    live.check("why names the run that keeps it", runs["cached"] in why.stdout, why.stdout + why.stderr)
    code = cleaning.apply_killed(plan)
    left = cleaning.keys()
    live.check("apply was killed in the middle", code == -signal.SIGKILL and left & orphans, (code, len(left & orphans)))
    done = cleaning.kfpops("cleanup", "apply", str(plan), "--yes")
    live.check("apply goes on to the end", done.returncode == 0, done.stdout + done.stderr)
    left = cleaning.keys()
    live.check("all orphans are gone, nothing else is", left == before - orphans, sorted(left ^ (before - orphans))[:5])
    again = cleaning.kfpops("cleanup", "apply", str(plan), "--yes")
    live.check("a third apply has nothing to do", again.returncode == 0 and cleaning.keys() == left, again.stderr)
    status = cleaning.kfpops("cleanup", "status", str(plan), "-o", "json")
    live.check("status tells what was freed", f"{len(orphans)}" in status.stdout, status.stdout[-500:])


def evicted_runs_run_again(cleaning: Cleaning, runs: dict[str, str], salt: str) -> None:
    live = cleaning.live
    rule = "cache: {}\nrules:\n  - name: all-training\n    select: {{pipeline: cleanup-training}}\n"
    _, goes = cleaning.plan("respect", rule.format("respect"))
    live.check("what the cache can hit stays", not any("/data" in key for key in goes), sorted(goes)[:5])
    plan, goes = cleaning.plan("evict", rule.format("evict"))
    live.check("with eviction the run's outputs may go", goes >= cleaning.of(runs["cached"]), sorted(goes)[:5])
    done = cleaning.kfpops("cleanup", "apply", str(plan), "--yes")
    live.check("apply evicts and deletes", done.returncode == 0, done.stdout + done.stderr)
    live.check("what the import needs is still there", any("/model/" in k for k in cleaning.of(runs["given"])))
    rerun = live.start(training, root=cleaning.root, salt=salt, rate=2.0)
    live.check("the same run again works: it sees no empty input", live.wait(rerun) == "SUCCEEDED", rerun)
    steps = [
        n for n in live.ask("lineage", "run", rerun).get("nodes", ()) if n["kind"] == "execution" and n["run_id"] == rerun
    ]
    states = {n["task"]: n["state"] for n in steps}
    live.check("its steps ran again", states.get("make-data") == "COMPLETE", states)
    runs["rerun"] = rerun


def quarantined_comes_back(cleaning: Cleaning) -> None:
    live = cleaning.live
    run = live.start(training, root=cleaning.root, salt=uuid.uuid4().hex)
    live.check("one run more succeeds", live.wait(run) == "SUCCEEDED", run)
    live.client.runs.run_service_delete_run(run)
    before = cleaning.keys()
    plan, goes = cleaning.plan("quarantine", "orphans: true\nquarantine: 1h\n")
    live.check("the plan holds the deleted run", goes >= cleaning.of(run), sorted(goes)[:5])
    done = cleaning.kfpops("cleanup", "apply", str(plan), "--yes", "--no-wait")
    live.check("in quarantine nothing is deleted", done.returncode == 5 and cleaning.keys() == before, done.stderr)
    uri = f"minio://{BUCKET}/{next(k for k in sorted(goes) if k.endswith('/data'))}"
    live.check("the artifact is marked", state_of(live, uri) == "MARKED_FOR_DELETION", state_of(live, uri))
    undone = cleaning.kfpops("cleanup", "undo", str(plan))
    live.check("undo takes it back", undone.returncode == 0 and state_of(live, uri) == "LIVE", undone.stderr)
    refused = cleaning.kfpops("cleanup", "apply", str(plan), "--yes")
    live.check("an undone plan is not carried out", refused.returncode == 4 and cleaning.keys() == before, refused.stderr)


if __name__ == "__main__":
    sys.exit(main())
