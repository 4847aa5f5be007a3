"""A Kubernetes event, in the core form (`v1`), which both event APIs can be read as."""

from __future__ import annotations

from datetime import datetime

from kfpops.model.meta import KubernetesStruct, Metadata


class InvolvedObject(KubernetesStruct, frozen=True):
    kind: str = ""
    namespace: str = ""
    name: str = ""
    uid: str = ""
    field_path: str = ""


class EventSource(KubernetesStruct, frozen=True):
    component: str = ""
    host: str = ""


class EventSeries(KubernetesStruct, frozen=True):
    count: int = 0
    last_observed_time: datetime | None = None


class Event(KubernetesStruct, frozen=True):
    """Counts lie (similar events are aggregated and dropped after 25); times and texts do not."""

    metadata: Metadata = Metadata()
    involved_object: InvolvedObject = InvolvedObject()
    type: str = ""
    reason: str = ""
    message: str = ""
    count: int | None = None
    first_timestamp: datetime | None = None
    last_timestamp: datetime | None = None
    event_time: datetime | None = None
    series: EventSeries | None = None
    source: EventSource = EventSource()
    reporting_component: str = ""

    @property
    def at(self) -> datetime | None:
        """When it was last seen; None when the server gave no time at all."""
        seen = self.series.last_observed_time if self.series else None
        return seen or self.last_timestamp or self.event_time or self.first_timestamp or self.metadata.creation_timestamp

    @property
    def reporter(self) -> str:
        """Who says it: kube-scheduler's FailedScheduling is another thing than Karpenter's."""
        return self.reporting_component or self.source.component
