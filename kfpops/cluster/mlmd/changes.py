"""The state of artifacts in ML Metadata, by compare-and-set: all that clean-up ever changes there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from kfpops.cluster.mlmd.requests import MOST
from kfpops.cluster.mlmd.schema import message
from kfpops.cluster.mlmd.status import ChangedMeanwhile, no_message
from kfpops.cluster.mlmd.store import Transport
from kfpops.errors import BadAnswer, NotFound
from kfpops.knowledge.mlmd import ARTIFACT_STATES, moment, word
from kfpops.model.lineage import Artifact

_MASK: Final = b"state"
"""The only field that a server shall write. One that knows no masks gets the whole row as it stands, so nothing is lost."""


class MlmdChanges:
    """`kfpops.ports.LineageChanges` over the `Transport` that also reads."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def set_state(self, artifacts: Sequence[Artifact], state: str) -> Sequence[bool]:
        """A hundred at a time; one by one where one of them has changed, as the server does all or nothing.

        Raises `Unreachable` when an answer is lost: then some of them may be set, and a second call tells (False for these).
        """
        number = ARTIFACT_STATES.index(state)
        done: list[bool] = []
        for start in range(0, len(artifacts), MOST):
            done += self._chunk(artifacts[start : start + MOST], number)
        return tuple(done)

    def _chunk(self, artifacts: Sequence[Artifact], number: int) -> Sequence[bool]:
        rows = self._rows(artifacts)
        same = [one for one in artifacts if _as_read(rows.get(one.id), one)]
        todo = [rows[one.id] for one in {one.id: one for one in same}.values()]
        done = self._put(todo, number)
        if done is None:
            lone = {row.id: self._put([row], number) is not None for row in todo}
            changed = {str(id) for id, put in lone.items() if not put}
            return [one in same and one.id not in changed for one in artifacts]
        return [one in same for one in artifacts]

    def _rows(self, artifacts: Sequence[Artifact]) -> dict[str, Any]:
        """The rows whole, also with the fields that are not read elsewhere: protobuf carries what it does not know."""
        ids = [int(one.id) for one in artifacts if one.id.isdecimal()]
        if not ids:
            return {}
        try:
            answer = self._call("GetArtifactsByID", message("GetArtifactsByIDRequest")(artifact_ids=ids))
        except NotFound:
            return {}
        return {str(row.id): row for row in answer.artifacts}

    def _put(self, rows: Sequence[Any], number: int) -> Sequence[int] | None:
        """Ids that were written; None when one of the rows has changed, and none was written."""
        if not rows:
            return ()
        request = message("PutArtifactsRequest")()
        request.options.abort_if_latest_updated_time_changed = True
        request.update_mask.paths.append(_MASK)
        for row in rows:
            added = request.artifacts.add()
            added.CopyFrom(row)
            # Type names may not stand beside ids in every version; the id says it all.
            added.ClearField("type")
            added.state = number
        try:
            answer = self._call("PutArtifacts", request)
        except ChangedMeanwhile:
            return None
        ids: list[int] = list(answer.artifact_ids)
        if ids != [row.id for row in rows]:
            raise BadAnswer(f"{self._transport.peer.subject} wrote other artifacts than it was told to: {ids[:5]} …")
        return ids

    def _call(self, method: str, request: Any) -> Any:
        from google.protobuf.message import DecodeError

        body = self._transport.call(method, request.SerializeToString())
        try:
            return message(f"{method}Response").FromString(body)
        except DecodeError as error:
            raise no_message(self._transport.peer, method, len(body)) from error


def _as_read(row: Any, artifact: Artifact) -> bool:
    """Whether the row still is what was read: its state, its URI and when it was last written."""
    if row is None:
        return False
    now = word(ARTIFACT_STATES, row.state) if row.HasField("state") else ""
    same = (now, row.uri.decode("utf-8", "replace")) == (artifact.state, artifact.uri)
    return same and moment(row.last_update_time_since_epoch) == artifact.updated_at
