"""One object deleted by a request of its own: by condition, or after a look where conditions do not work."""

from __future__ import annotations

from kfpops.cluster.bucket.batch import has_version
from kfpops.cluster.bucket.fates import fate_of
from kfpops.cluster.bucket.heading import Heads
from kfpops.cluster.bucket.line import Line
from kfpops.cluster.bucket.question import Question, Reply
from kfpops.cluster.bucket.refused import TRY_AGAIN, WRONG_KEYS, code_of, refusal
from kfpops.model.bucket import Deleted, Deletion


class Singles:
    """Safe for use by several threads. Raises `Unreachable` for what was answered by no yes or no: then nobody knows."""

    def __init__(self, line: Line, heads: Heads) -> None:
        self._line, self._heads = line, heads

    def by_condition(self, deletion: Deletion) -> Deleted:
        """Deletes what still has its ETag (`If-Match`), or the version that is named."""
        query = {"versionId": deletion.version_id} if deletion.version_id else {}
        headers = {} if has_version(deletion) else {"If-Match": f'"{deletion.etag}"'}
        question = Question("DELETE", deletion.key, query, headers=headers, needs="s3:DeleteObject")
        reply = self._line.reply(question)
        if reply.status in TRY_AGAIN or code_of(reply) in WRONG_KEYS:
            raise refusal(self._line.peer.name, self._line.bucket, question, reply)
        if reply.status in (404, 412) and not has_version(deletion):
            return self._after_a_no(deletion, reply)
        return _told(deletion, reply)

    def after_a_look(self, deletion: Deletion) -> Deleted:
        """Deletes what a HEAD of this very moment shows as it was seen; what is written in between is lost.

        The condition is sent all the same, for stores that honour it sometimes.
        """
        if has_version(deletion):
            return self.by_condition(deletion)
        now = self._heads.head(deletion.key)
        if now is None:
            return Deleted(deletion.key, "absent", "", deletion.version_id)
        if now.etag != deletion.etag:
            return Deleted(deletion.key, "changed", "", deletion.version_id)
        return self.by_condition(deletion)

    def _after_a_no(self, deletion: Deletion, reply: Reply) -> Deleted:
        """SeaweedFS answers 412 also for an object that is not there, and not every 404 is that of a store."""
        fate = fate_of(code_of(reply))
        if self._heads.head(deletion.key) is None:
            fate = "absent"
        elif fate == "absent":
            fate = "failed"
        return Deleted(deletion.key, fate, code_of(reply), deletion.version_id)


def _told(deletion: Deletion, reply: Reply) -> Deleted:
    if not reply.good:
        code = code_of(reply)
        return Deleted(deletion.key, fate_of(code), code, deletion.version_id)
    marker = reply.headers.get("x-amz-version-id", "") if reply.headers.get("x-amz-delete-marker") == "true" else ""
    return Deleted(deletion.key, "gone", "", deletion.version_id, "" if marker == deletion.version_id else marker)
