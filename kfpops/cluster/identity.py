"""Which cluster is this? Names of contexts differ from one machine to the next; the UID of KFP's namespace does not."""

from __future__ import annotations

from urllib.parse import quote

import msgspec

from kfpops.cluster.http import Http
from kfpops.cluster.refusals import Ask
from kfpops.errors import Forbidden, NotFound


class _Metadata(msgspec.Struct, frozen=True):
    uid: str = ""


class _Namespace(msgspec.Struct, frozen=True):
    metadata: _Metadata = _Metadata()


def namespace_uid(cluster: Http, namespace: str) -> str:
    """The UID that the API server gave the namespace when it was made; "" when it may not be read, or is not there.

    A Role in the namespace itself is enough to read it.
    """
    ask = Ask(
        f"/api/v1/namespaces/{quote(namespace)}",
        needs=f"get namespaces in {namespace}",
        about=f"namespace {namespace}",
    )
    try:
        return cluster.get_as(lambda body: msgspec.json.decode(body, type=_Namespace), ask).metadata.uid
    except (Forbidden, NotFound):
        return ""
