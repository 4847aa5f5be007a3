#!/usr/bin/env python3
"""Lineage and cache on a live KFP: train, train again from the cache, import, lose an object; kfpops must tell it all.

    lineage_live.py [--kfpops COMMAND]

Wants SCENARIO_KFP_URL, SCENARIO_STORE and SCENARIO_IMAGE as the scenarios of the test bed do, KUBECONFIG, and a Python with
the KFP SDK and boto3. Makes four runs of its own, and deletes one object that the first of them wrote. Exit status 0 when
every answer was right.
"""

import argparse
import json
import sys
import uuid

from kfp import dsl
from live import IMAGE, Live, client_of_the_store, nodes


@dsl.component(base_image=IMAGE)
def make_data(rows: int, salt: str, data: dsl.Output[dsl.Dataset]):
    with open(data.path, "w") as out:
        out.write(salt + "\n" + "x\n" * rows)
    data.metadata["rows"] = rows


@dsl.component(base_image=IMAGE)
def train(rate: float, data: dsl.Input[dsl.Dataset], model: dsl.Output[dsl.Model], metrics: dsl.Output[dsl.Metrics]):
    with open(data.path) as read, open(model.path, "w") as out:
        out.write(f"{len(read.readlines())} {rate}")
    metrics.log_metric("accuracy", 0.9 + rate / 100)


@dsl.component(base_image=IMAGE)
def use(model: dsl.Input[dsl.Model]) -> int:
    with open(model.path) as read:
        return len(read.read())


@dsl.pipeline(name="lineage-training")
def training(salt: str, rate: float = 1.0):
    made = make_data(rows=100, salt=salt)
    train(rate=rate, data=made.outputs["data"])


@dsl.pipeline(name="lineage-reuse")
def reuse(uri: str):
    same = dsl.importer(artifact_uri=uri, artifact_class=dsl.Model, reimport=False).set_caching_options(False)
    use(model=same.output).set_caching_options(False)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kfpops", default="kfpops")
    live = Live(parser.parse_args().kfpops.split())
    salt = uuid.uuid4().hex
    first = live.start(training, salt=salt, rate=1.0)
    live.check("the first run succeeds", live.wait(first) == "SUCCEEDED", first)
    data, model = (
        live.ask("lineage", "artifact", f"{first}/make-data/data"),
        live.ask("lineage", "artifact", f"{first}/train/model"),
    )
    uris = {n["name"]: n["uri"] for n in [*nodes(data), *nodes(model)] if n["kind"] == "artifact"}
    retrained, imported = live.start(training, salt=salt, rate=2.0), live.start(reuse, uri=uris.get("model", ""))
    live.check("the retraining succeeds", live.wait(retrained) == "SUCCEEDED", retrained)
    live.check("the import succeeds", live.wait(imported) == "SUCCEEDED", imported)
    ask_about(live, first, retrained, imported, uris)
    lose(uris.get("data", ""))
    lost = live.start(training, salt=salt, rate=3.0)
    live.check("a run on the lost object fails", live.wait(lost) == "FAILED", lost)
    ask_about_the_loss(live, first, lost, uris)
    print(f"KFP tier, lineage: {len(live.wrong)} answers wrong")
    return 1 if live.wrong else 0


def ask_about(live: Live, first: str, retrained: str, imported: str, uris: dict[str, str]) -> None:
    up = live.ask("lineage", "artifact", uris["model"], "--up")
    live.check(
        "the model comes from train, and that from make-data", {"make-data", "train"} <= {n["task"] for n in nodes(up)}, up
    )
    run = live.ask("lineage", "run", retrained)
    cached = [n for n in nodes(run) if n["run_id"] == retrained and n["state"] == "CACHED"]
    origin = {n["id"]: n for n in nodes(run)}.get(cached[0]["cached_from"], {}) if cached else {}
    live.check("the cached step leads to the one that ran", origin.get("run_id") == first, cached)
    impact = live.ask("lineage", "impact", uris["data"])
    told = {r["id"] for r in impact.get("runs", ())}
    live.check("impact names the run that took it from the cache", {first, retrained} <= told, told)
    live.check("impact names the run that imports the model", imported in told, told)
    explained = live.ask("cache", "explain", retrained)
    verdicts = {t["task"]: t["verdict"] for t in explained.get("tasks", ())}
    live.check("cache explain: make-data hit, train missed", verdicts == {"make-data": "hit", "train": "miss"}, verdicts)
    equal = {t["fingerprint"]["equal"] for t in explained.get("tasks", ())}
    live.check("the fingerprints are KFP's", equal == {True}, equal)
    live.check("nothing is wrong yet", live.ask("diagnose", "run", retrained).get("findings") == [])
    parted = live.ask("lineage", "diff", first, retrained)
    live.check("diff: they part at train, by its rate", "rate" in json.dumps(parted.get("first")), parted.get("first"))
    found = live.ask("lineage", "search", "--pipeline", "lineage-training", "--property", "accuracy>0.915", "--limit", "5")
    live.check("search finds the metrics of the retraining", retrained in json.dumps(found), found)


def ask_about_the_loss(live: Live, first: str, lost: str, uris: dict[str, str]) -> None:
    diagnosis = live.ask("diagnose", "run", lost)
    causes = [f["cause"] for f in diagnosis.get("findings", ())]
    live.check("diagnose says that the input is gone", causes == ["kfp/artifact-missing"], causes)
    live.check("diagnose names the run whose cache entry it is", first in json.dumps(diagnosis), diagnosis)
    explained = live.ask("cache", "explain", lost, "--task", "make-data")
    live.check(
        "cache explain says that the object is gone",
        "gone" in json.dumps(explained) and uris["data"] in json.dumps(explained),
    )
    live.check("cache explain ends with 1", explained["exit"] == 1, explained["exit"])


def lose(uri: str) -> None:
    """Deletes the object by hand, as a clean-up script would."""
    bucket, _, key = uri.partition("://")[2].partition("/")
    client_of_the_store().delete_object(Bucket=bucket, Key=key)


if __name__ == "__main__":
    sys.exit(main())
