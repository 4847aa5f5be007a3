"""A small lineage store, an odd one, and an API server of few words: what `test_lineage_bad_input` asks."""

from __future__ import annotations

import json
import re
import sqlite3
from pathlib import Path

from tests.cluster.loopback import Answer, Asked, Loopback, says, status_of
from tests.mlmd_store import Rows

RUN = "aaaaaaaa-0000-4000-8000-000000000001"
AGAIN = "bbbbbbbb-0000-4000-8000-000000000002"
ODD = "cccccccc-0000-4000-8000-000000000003"
EMPTY = "dddddddd-0000-4000-8000-000000000004"
KFP_ONLY = "bbbbbbbb-1111-4000-8000-000000000005"
NOBODYS = "ffffffff-0000-4000-8000-000000000006"
TABLE = f"minio://mlpipeline/v2/artifacts/training/{RUN}/make-data/table"

SECRET = "hunter2-9f8e7d6c5b4a"
STEERING = "\x1b]0;title\x07\x1b[31mred\x9b2J\u202e"
"""What would set a terminal's title, its colour and its direction."""


def usual() -> Rows:
    """A table (1) and the model (2) that was made of it; the second run takes the table from the cache."""
    rows = Rows()
    dag = rows.run("training", RUN)
    made = rows.execution(dag, "make-data")
    table = rows.artifact(TABLE, name="table", rows=100)
    rows.event(table, made, port="table")
    train = rows.execution(dag, "train")
    rows.event(table, train, "INPUT", "table")
    model = rows.artifact(f"minio://mlpipeline/v2/artifacts/training/{RUN}/train/model", type="system.Model", name="model")
    rows.event(model, train, port="model")
    again = rows.execution(rows.run("training", AGAIN), "make-data", state="CACHED", cached_execution_id=str(made))
    rows.event(table, again, port="table")
    return rows


def odd(path: Path) -> Path:
    """The SQLite file of a store with what no KFP writes; artifacts 1 to 7, of the run `ODD`."""
    rows = Rows()
    dag = rows.run(f"odd{STEERING}", ODD, root="")
    _cycles(rows, dag)
    _texts(rows, dag)
    rows.run("empty", EMPTY)
    gone = rows.rows["executions"].pop()["id"]
    rows.rows["associations"] = [a for a in rows.rows["associations"] if str(a["execution_id"]) != gone]
    rows.write(path)
    with sqlite3.connect(path) as database:
        database.execute("UPDATE Artifact SET uri = NULL WHERE id = 3")
        database.execute("UPDATE Artifact SET type_id = 4711 WHERE id = 2")
        database.execute("UPDATE Execution SET type_id = 4712 WHERE id = 3")
        broken = "uri = CAST(x'73333a2f2f622fff' AS TEXT), name = CAST(x'ff80' AS TEXT)"
        database.execute(f"UPDATE Artifact SET {broken} WHERE id = 6")
        database.execute("UPDATE ArtifactProperty SET string_value = CAST(x'fffe' AS TEXT) WHERE artifact_id = 6")
    database.close()
    return path


def _cycles(rows: Rows, dag: int) -> None:
    """1 is made of itself; 2 and 3 of each other; 4 is cached from itself, in DAGs that lie in each other."""
    own = rows.execution(dag, "own")
    rows.event(rows.artifact("", name=""), own, "INPUT")
    rows.event(1, own)
    for made, used in ((2, 3), (3, 2)):
        step = rows.execution(dag, f"makes-{made}")
        rows.event(made, step)
        rows.event(used, step, "INPUT")
    rows.artifact("s3://b/2", name="two")
    rows.artifact("s3://b/3", name="three")
    outer = rows.execution(6, "outer", type="DAGExecution")
    inner = rows.execution(outer, "inner", type="DAGExecution")
    first = rows.execution(inner, "first", state="CACHED", cached_execution_id=str(inner + 2))
    second = rows.execution(dag, "second", state="CACHED", cached_execution_id=str(first))
    four = rows.artifact("s3://b/4", name="four")
    rows.event(four, first)
    rows.event(four, second)
    for parent, source in (("abc", "-5"), (-1, "9" * 30)):
        stray = rows.execution(dag, "stray", parent_dag_id=parent, cached_execution_id=source, iteration_index="x")
        rows.event(four, stray, "INPUT", STEERING)


def _texts(rows: Rows, dag: int) -> None:
    told = rows.execution(
        dag, f"told{STEERING}", inputs={"password": SECRET, "at": f"postgres://jo:{SECRET}@h/x", "long": "x" * 50_000}
    )
    model = rows.artifact(
        f"s3://jo:{SECRET}@bucket/x?X-Amz-Signature={SECRET}{STEERING}",
        name=f"model{STEERING}\n\r",
        type="system.Model",
        password=SECRET,
        note=f"{STEERING}\nnext",
        long="y" * 50_000,
    )
    rows.event(model, told, port="model")
    rows.event(4, told, "INPUT")
    rows.event(rows.artifact("s3://b/broken", note="n"), told, port="broken")
    rows.artifact(f"s3://plain/x?Signature={SECRET}")
    rows.event(7777, told, "INPUT", "gone")
    rows.event(model, 8888, "INPUT")


class ApiServer(Loopback):
    """Kubernetes' API with KFP's behind its proxy. `rights`: proxy (to KFP), services, pods; portforward is never given."""

    def __init__(self, rights: frozenset[str], *, kfp: Answer | None = None) -> None:
        super().__init__()
        self._rights, self._kfp = rights, kfp

    def answer(self, asked: Asked) -> Answer:
        self.asked.append(asked)
        path = asked.path
        if "/services/ml-pipeline:8888/proxy/" in path:
            return self._given("proxy", "get", "services/proxy") or self._kfp or _kfp(asked)
        if "/proxy/" in path:
            return _refused("create", "services/proxy")
        if found := re.fullmatch(r".*/namespaces/kubeflow/services/([a-z-]+)", path):
            return self._given("services", "get", "services") or says(_service(found[1]))
        if path.endswith("/portforward"):
            return _refused("get", "pods/portforward")
        if path.endswith("/kubeflow/pods"):
            return self._given("pods", "list", "pods") or says({"items": [_POD]})
        return _refused("list", path.rpartition("/")[2])

    def _given(self, right: str, verb: str, resource: str) -> Answer | None:
        return None if right in self._rights else _refused(verb, resource)


def kubeconfig(folder: Path, url: str) -> str:
    content = {
        "current-context": "c",
        "contexts": [{"name": "c", "context": {"cluster": "c", "user": "c"}}],
        "clusters": [{"name": "c", "cluster": {"server": url}}],
        "users": [{"name": "c", "user": {"token": "t"}}],
    }
    path = folder / "kubeconfig"
    path.write_text(json.dumps(content))
    return str(path)


_RUNS = [
    {"run_id": id, "display_name": name, "state": "SUCCEEDED", "created_at": "2026-11-20T10:00:00Z"}
    for id, name in ((RUN, "nightly"), (AGAIN, "twice"), (KFP_ONLY, "twice"))
]
_POD = {"metadata": {"name": "grpc-1"}, "spec": {}, "status": {"conditions": [{"type": "Ready", "status": "True"}]}}


def _service(name: str) -> dict[str, object]:
    ports = [{"port": 8888, "targetPort": 8888}, {"port": 8080, "targetPort": 8080}]
    return {"metadata": {"name": name, "namespace": "kubeflow"}, "spec": {"ports": ports, "selector": {"app": name}}}


def _refused(verb: str, resource: str) -> Answer:
    plain = resource.partition("/")[0]
    said = (
        f'{plain} is forbidden: User "few" cannot {verb} resource "{resource}" in API group "" in the namespace "kubeflow"'
    )
    return status_of(403, said)


def _kfp(asked: Asked) -> Answer:
    """Runs by id, by name and by a part of the id; no lineage of its own."""
    if found := re.search(r"/runs/([^/]+)$", asked.path):
        run = next((r for r in _RUNS if r["run_id"] == found[1]), None)
        return says(run) if run else says({"code": 5, "message": "ResourceNotFoundError: Run not found"}, 404)
    if not asked.path.endswith("/runs"):
        return says({"code": 5, "message": "Not Found"}, 404)
    (wanted,) = json.loads(asked.query.get("filter", '{"predicates": [{}]}'))["predicates"]
    text, field = wanted.get("stringValue", ""), wanted.get("key", "run_id")
    fits = [r for r in _RUNS if (text in r[field] if field == "run_id" else text == r[field])]
    return says({"runs": fits})
