"""KFP's own machinery in further trouble: drivers, artifacts that went, the API, and the store's key."""

import base64
import os
import time

from kfp import dsl, kubernetes
from kit import IMAGE, Going, Label, Scenario, failed, pipeline_run
from parts import step

MAIN = {"kind": "Pod", "container": "main"}
KEYS = "mlpipeline-minio-artifact"


@step
def close_books(year: int):
    print("books of", year, "closed")


@dsl.container_component
def export_table(table: dsl.Output[dsl.Dataset]):
    return dsl.ContainerSpec(
        image=IMAGE, command=["python3", "-c"], args=["import sys; print('nothing written to', sys.argv[1])", table.path]
    )


@step
def read_table(table: dsl.Input[dsl.Dataset]):
    with open(table.path) as lines:
        print(len(lines.readlines()))


@step
def write_table(table: dsl.Output[dsl.Dataset]):
    with open(table.path, "w") as out:
        out.write("a,b\n1,2\n")
    print("wrote", table.uri)


@step
def pause(seconds: int):
    import time

    time.sleep(seconds)


@dsl.pipeline(name="table-export")
def table_export():
    read_table(table=export_table().outputs["table"])


@dsl.pipeline(name="placed-by-parameter")
def placed(where: dict = {"pool": {"kind": "gpu"}}):
    kubernetes.add_node_selector_json(close_books(year=2026), node_selector_json=where)


@dsl.pipeline(name="table-keep")
def table_keep(seconds: int = 25):
    made = write_table()
    read_table(table=made.outputs["table"]).after(pause(seconds=seconds).after(made))


@dsl.pipeline(name="year-open")
def year_open():
    close_books(year=2027).after(close_books(year=2026))


_keys: dict = {}


def _store():
    import boto3
    from botocore.config import Config

    return boto3.client(
        "s3",
        endpoint_url=os.environ.get("SCENARIO_STORE", "http://127.0.0.1:9000"),
        region_name="us-east-1",
        config=Config(s3={"addressing_style": "path"}),
        **_keys,
    )


def _object_goes(cluster, going):
    """Between the two steps somebody clears the run's artifacts away."""
    if "acted" not in going.keep:
        pod = cluster.task_pod(going.run_id, "pause")
        if pod and pod["status"].get("phase") == "Running":
            data = cluster.get(f"/api/v1/namespaces/{cluster.namespace}/secrets/{KEYS}")["data"]
            plain = {k: base64.b64decode(v).decode() for k, v in data.items()}
            _keys.update(aws_access_key_id=plain["accesskey"], aws_secret_access_key=plain["secretkey"])
            store = _store()
            pages = store.get_paginator("list_objects_v2").paginate(Bucket="mlpipeline", Prefix="v2/artifacts/")
            mine = [
                o["Key"]
                for page in pages
                for o in page.get("Contents", [])
                if going.run_id in o["Key"] and o["Key"].endswith("/table")
            ]
            for key in mine:
                store.delete_object(Bucket="mlpipeline", Key=key)
            going.keep["acted"] = bool(mine) or None
            if not mine:
                raise AssertionError("no table in the store")
        return None
    return failed(cluster, going)


def _workflow_over(cluster, going):
    found = cluster.workflow(going.run_id)
    return found and found.get("status", {}).get("phase") in ("Failed", "Error")


def _no_api(cluster):
    run_id = cluster.submit(year_open, "year-open monday", enable_caching=True)
    while not cluster.workflow(run_id):
        time.sleep(0.5)
    cluster.scale("ml-pipeline", 0)
    return Going(run_id=run_id, name="year-open monday")


def _api_back(cluster, going):
    cluster.scale("ml-pipeline", 1)
    cluster.rolled_out("ml-pipeline", 150)


def _wrong_key(cluster):
    path = f"/api/v1/namespaces/{cluster.namespace}/secrets/{KEYS}"
    _keys["right"] = cluster.get(path)["data"]["secretkey"]
    cluster.patch(
        "secret", KEYS, {"data": {"secretkey": base64.b64encode(b"changed-yesterday").decode()}}, cluster.namespace
    )
    return pipeline_run(year_open, "year-open tuesday")(cluster)


def _right_key(cluster, going):
    cluster.patch("secret", KEYS, {"data": {"secretkey": _keys["right"]}}, cluster.namespace)


SCENARIOS = [
    Scenario(
        "output-artifact-not-written",
        Label(
            "kfp/artifact-missing",
            "failed",
            task="read-table",
            object=MAIN,
            also=("kfp/output-missing",),
            note="The first step ends well and writes nothing at its output's path; the second finds nothing to read.",
        ),
        pipeline_run(table_export, "table-export"),
        failed,
        within=300,
    ),
    Scenario(
        "selector-parameter-is-nested",
        Label(
            "kfp/driver-failed",
            "failed",
            task="close-books",
            object={"kind": "Pod", "container": "main", "role": "driver"},
            also=("kfp/input-unresolved", "admission/invalid-spec"),
            note="The node selector comes from a parameter that holds no plain texts.",
        ),
        pipeline_run(placed, "placed-by-parameter"),
        failed,
        within=400,
    ),
    Scenario(
        "object-deleted-between-steps",
        Label(
            "kfp/artifact-missing",
            "failed",
            task="read-table",
            object=MAIN,
            advice=("table",),
            note="The first step's dataset was deleted from the store before the second step read it.",
        ),
        pipeline_run(table_keep, "table-keep"),
        _object_goes,
        within=300,
    ),
    Scenario(
        "api-goes-while-a-run-is-under-way",
        Label(
            "kfp/api-unreachable",
            "failed",
            object={"kind": "Deployment", "name": "ml-pipeline"},
            advice=("ml-pipeline",),
            also=("kfp/driver-failed",),
            note="KFP's API server has no pod when the next driver asks it.",
        ),
        _no_api,
        _workflow_over,
        within=420,
        alone=True,
        end=_api_back,
        terminate=False,
    ),
    Scenario(
        "store-key-changed",
        Label(
            "kfp/store-denied",
            "failed",
            advice=(KEYS,),
            never=("kfp/store-unreachable", "credentials/denied"),
            note="The Secret that Argo and KFP's launcher read holds another key than the store.",
        ),
        _wrong_key,
        failed,
        within=420,
        alone=True,
        end=_right_key,
    ),
]
