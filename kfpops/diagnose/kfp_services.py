"""KFP's own programs: which Deployment serves an address, and whether it is down."""

from __future__ import annotations

from dataclasses import dataclass

from kfpops.diagnose.facts import Facts
from kfpops.knowledge.kfp_errors import Service
from kfpops.model.finding import Advice, Evidence, ObjectRef
from kfpops.model.workload import Deployment, StatefulSet

# Names of KFP's manifests, oldest store first (manifests/kustomize: MinIO up to 2.15, SeaweedFS since).
_NAMES: dict[Service, tuple[str, ...]] = {
    "metadata": ("metadata-grpc-deployment",),
    "api": ("ml-pipeline",),
    "store": ("seaweedfs", "minio"),
}
_BEHIND = {"minio-service": "minio", "metadata-grpc-service": "metadata-grpc-deployment"}


@dataclass(frozen=True, slots=True)
class Program:
    """A workload of KFP and how many of its pods are ready, of how many wanted."""

    kind: str
    name: str
    namespace: str
    ready: int
    wanted: int

    @property
    def down(self) -> bool:
        return self.ready == 0

    @property
    def ref(self) -> ObjectRef:
        return ObjectRef(self.kind, self.name, self.namespace)

    @property
    def evidence(self) -> Evidence:
        path = f"{self.kind.lower()}/{self.name}/status"
        return Evidence(path, f"readyReplicas={self.ready}, spec.replicas={self.wanted}")

    def advice(self) -> Advice:
        """How to bring it back, or what to look at."""
        target = f"{self.kind.lower()}/{self.name}"
        if self.wanted == 0:
            text = f"The {self.kind} {self.name} is scaled to zero. Scale it up, then retry the run."
            return Advice(text, kubectl=f"kubectl -n {self.namespace} scale {target} --replicas=1")
        if self.down:
            text = f"No pod of the {self.kind} {self.name} is ready. Find out why and repair it, then retry the run."
            return Advice(text, kubectl=f"kubectl -n {self.namespace} describe {target}")
        text = f"The {self.kind} {self.name} has {self.ready} of {self.wanted} pods ready now. Retry the run; if it fails "
        return Advice(text + "again, look at its log.", kubectl=f"kubectl -n {self.namespace} logs {target} --tail=100")


def program_behind(facts: Facts, service: Service, host: str | None) -> Program | None:
    """The workload that serves a host (an address without a name means the one of KFP's manifests); None when not known."""
    first = (host or "").partition(":")[0].partition(".")[0]
    named = (_BEHIND.get(first, first),) if first and not first.isdigit() else _NAMES[service]
    return find_program(facts, named)


def find_program(facts: Facts, names: tuple[str, ...]) -> Program | None:
    """The first workload of KFP's namespace with one of these names."""
    everything: tuple[Deployment | StatefulSet, ...] = (
        *(facts.around.deployments or ()),
        *(facts.around.stateful_sets or ()),
    )
    here = {w.metadata.name: w for w in everything if w.metadata.namespace == facts.kfp_namespace}
    found = next((here[n] for n in names if n in here), None)
    return _program(found) if found else None


def _program(workload: Deployment | StatefulSet) -> Program:
    kind = "Deployment" if isinstance(workload, Deployment) else "StatefulSet"
    wanted = 1 if workload.spec.replicas is None else workload.spec.replicas
    return Program(kind, workload.metadata.name, workload.metadata.namespace, workload.status.ready_replicas, wanted)
