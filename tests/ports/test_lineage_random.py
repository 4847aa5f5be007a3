"""Random small stores: what the real C++ store and our clients tell of them is what a bundle of the same rows tells.

The rows go into the real store through its own writing calls, and come into the bundle through protobuf's own JSON, so that
neither end is ours.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kfpops.capture.lineage import BundleLineage
from kfpops.capture.open import open_bundle
from kfpops.cluster.mlmd.store import MlmdRpc
from kfpops.cluster.mlmd_database import open_database
from kfpops.errors import NotFound
from kfpops.knowledge.lineage_query import artifact_fits
from kfpops.model.lineage import ArtifactQuery, ExecutionQuery, PropertyTest
from kfpops.ports import Lineage
from tests.capture.bundles import folder
from tests.cluster.mlmd.direct import Direct
from tests.mlmd_store import Faults, Mlmd, needs_mlmd
from tests.ports.lineage_conformance import everything

pytestmark = needs_mlmd

RUNS = ("run-1", "run-2")
TYPES = {
    "ArtifactType": ("system.Dataset", "system.Model", "acme.Thing"),
    "ExecutionType": ("system.DAGExecution", "system.ContainerExecution", "system.ImporterExecution"),
    "ContextType": ("system.Pipeline", "system.PipelineRun"),
}
URIS = ("", "s3://b/k", "s3://b/k ", "S3://b/K", "gs://b/ü", "minio://mlpipeline/v2/x")
# MySQL's rules are not SQLite's, and a test must not depend on them: texts that both take.
texts = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=6)
numbers = st.floats(allow_nan=False, allow_infinity=False)
structs = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=5,
)
values = st.one_of(
    st.builds(lambda v: ("int_value", v), st.integers(-(2**63), 2**63 - 1)),
    # The store itself fails to write numbers that are not finite, and reads fifteen digits from SQLite.
    st.builds(lambda v: ("double_value", float(f"{v:.12g}")), numbers),
    st.builds(lambda v: ("string_value", v), texts),
    st.builds(lambda v: ("bool_value", v), st.booleans()),
    st.builds(lambda v: ("struct_value", v), st.dictionaries(texts, structs, max_size=3)),
)
properties = st.dictionaries(
    texts.filter(bool) | st.sampled_from(["display_name", "task_name", "inputs"]), values, max_size=3
)


@st.composite
def worlds(draw: st.DrawFn) -> dict[str, Any]:
    artifacts = draw(
        st.lists(st.tuples(st.integers(0, 2), st.sampled_from(URIS), st.integers(0, 6), properties), max_size=5)
    )
    executions = draw(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 6), st.integers(-1, 1), properties), max_size=5))
    events: Any = ()
    if artifacts and executions:
        one = st.tuples(
            st.integers(1, len(artifacts)), st.integers(1, len(executions)), st.integers(1, 7), texts, st.integers(0, 2**41)
        )
        events = draw(st.lists(one, max_size=8, unique_by=lambda e: e[:3]))
    return {"artifacts": artifacts, "executions": executions, "events": events}


def put(store: Mlmd, world: dict[str, Any]) -> None:
    """Through the store's own calls. Ids count from 1 in the order of the lists."""
    from ml_metadata.proto import metadata_store_pb2 as pb
    from ml_metadata.proto import metadata_store_service_pb2 as service

    def call(method: str, request: Any) -> Any:
        return getattr(service, f"{method}Response").FromString(store.call(method, request.SerializeToString()))

    types = service.PutTypesRequest(
        artifact_types=[pb.ArtifactType(name=name) for name in TYPES["ArtifactType"]],
        execution_types=[pb.ExecutionType(name=name) for name in TYPES["ExecutionType"]],
        context_types=[pb.ContextType(name=name) for name in TYPES["ContextType"]],
        can_add_fields=True,
    )
    ids = call("PutTypes", types)
    pipeline, run = ids.context_type_ids
    contexts = [pb.Context(type_id=pipeline, name="p"), *(pb.Context(type_id=run, name=name) for name in RUNS)]
    call("PutContexts", service.PutContextsRequest(contexts=contexts))
    pairs = [pb.ParentContext(parent_id=1, child_id=child) for child in (2, 3)]
    call("PutParentContexts", service.PutParentContextsRequest(parent_contexts=pairs))
    made = []
    for type, uri, state, own in world["artifacts"]:
        made.append(pb.Artifact(type_id=ids.artifact_type_ids[type], uri=uri or None, state=state))
        fill(made[-1].custom_properties, own)
    call("PutArtifacts", service.PutArtifactsRequest(artifacts=made))
    executions, links = [], []
    for number, (type, state, context, own) in enumerate(world["executions"], 1):
        executions.append(pb.Execution(type_id=ids.execution_type_ids[type], last_known_state=state))
        fill(executions[-1].custom_properties, own)
        if context >= 0:
            links += [pb.Association(context_id=1, execution_id=number)]
            links += [pb.Association(context_id=2 + context, execution_id=number)]
    call("PutExecutions", service.PutExecutionsRequest(executions=executions))
    call("PutAttributionsAndAssociations", service.PutAttributionsAndAssociationsRequest(associations=links))
    events = []
    for artifact, execution_id, type, port, at in world["events"]:
        events.append(pb.Event(artifact_id=artifact, execution_id=execution_id, type=type, milliseconds_since_epoch=at))
        if port:
            events[-1].path.steps.add(key=port)
    call("PutEvents", service.PutEventsRequest(events=events))


def fill(target: Any, values: dict[str, tuple[str, Any]]) -> None:
    from google.protobuf.json_format import ParseDict

    for name, (kind, value) in values.items():
        if kind == "struct_value":
            ParseDict(value, target[name].struct_value)
            target[name].struct_value.SetInParent()
        else:
            setattr(target[name], kind, value)


def dump(store: Mlmd, path: Path) -> Lineage:
    """The bundle as protobuf's own JSON has it."""
    from google.protobuf.json_format import MessageToDict
    from ml_metadata.proto import metadata_store_service_pb2 as service

    def rows(method: str, key: str, request: bytes = b"") -> list[Any]:
        answer = getattr(service, f"{method}Response").FromString(store.call(method, request))
        return [MessageToDict(message, preserving_proto_field_name=True) for message in getattr(answer, key)]

    found = {"artifacts": rows("GetArtifacts", "artifacts"), "executions": rows("GetExecutions", "executions")}
    found["contexts"] = rows("GetContexts", "contexts")
    ids = [int(row["id"]) for row in found["executions"]]
    request = service.GetEventsByExecutionIDsRequest(execution_ids=ids).SerializeToString()
    found["events"] = rows("GetEventsByExecutionIDs", "events", request) if ids else []
    found["associations"] = [
        {"context_id": context, "execution_id": row["id"]}
        for context in (1, 2, 3)
        for row in rows(
            "GetExecutionsByContext",
            "executions",
            service.GetExecutionsByContextRequest(context_id=context).SerializeToString(),
        )
    ]
    found["parent_contexts"] = [{"child_id": child, "parent_id": 1} for child in (2, 3)]
    files = {
        f"mlmd/{name}.jsonl": "".join(json.dumps(row) + "\n" for row in lines).encode() for name, lines in found.items()
    }
    return BundleLineage(open_bundle(folder(path, files, scope={"everything": True})))


def questions() -> Iterator[Callable[[Lineage], Any]]:
    yield everything
    yield lambda port: tuple(port.artifacts([str(n) for n in range(6, 0, -1)]))
    yield lambda port: tuple(port.executions([str(n) for n in range(6, 0, -1)]))
    yield lambda port: [tuple(port.events_of_executions([str(n)])) for n in range(1, 7)]
    yield lambda port: [tuple(port.artifacts_at([uri])) for uri in URIS]
    yield lambda port: tuple(port.runs(RUNS))
    yield lambda port: [tuple(port.executions_of_run(run)) for run in RUNS]
    yield lambda port: list(port.find_executions(ExecutionQuery(pipeline="p")))
    query = ArtifactQuery(type="Model", uri_prefix="s3://")
    yield lambda port: [a for a in port.find_artifacts(query) if artifact_fits(a, query)]


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with nothing in it: making its tables takes longer than all else."""
    path = tmp_path_factory.mktemp("empty") / "mlmd.db"
    Mlmd(path)
    return path


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(worlds())
def test_a_bundle_the_rpc_and_the_database_say_the_same(
    tmp_path_factory: pytest.TempPathFactory, empty: Path, world: dict[str, Any]
) -> None:
    path = tmp_path_factory.mktemp("random")
    store = Mlmd(Path(shutil.copy(empty, path / "mlmd.db")))
    put(store, world)
    bundle = dump(store, path / "bundle")
    ports: dict[str, Lineage] = {
        "rpc": MlmdRpc(Direct(store, Faults()), "direct"),
        "database": open_database(f"sqlite:///{path / 'mlmd.db'}"),
    }
    for name, port in ports.items():
        for number, question in enumerate(questions()):
            assert question(port) == question(bundle), (name, number)


def test_no_store_says_more_than_its_question(tmp_path: Path) -> None:
    store = Mlmd(tmp_path / "mlmd.db")
    put(store, {"artifacts": [(0, "s3://b/k", 2, {"rows": ("int_value", 3)})], "executions": [], "events": []})
    bundle = dump(store, tmp_path / "bundle")
    for port in (bundle, MlmdRpc(Direct(store, Faults()), "direct"), open_database(f"sqlite:///{tmp_path / 'mlmd.db'}")):
        assert len(list(port.find_artifacts(ArtifactQuery(properties=(PropertyTest("rows", ">", 2.5),))))) == 1
        assert list(port.find_artifacts(ArtifactQuery(properties=(PropertyTest("rows", ">", 3.0),)))) == []
        with pytest.raises(NotFound):
            port.executions_of_run("p")
