"""Keys of an object store: from the environment, or from a Secret of the cluster. They are held in memory only."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

import msgspec

from kfpops.cluster.http import Http
from kfpops.cluster.refusals import Ask
from kfpops.cluster.store_config import SecretRef
from kfpops.errors import Forbidden, NotFound, Unreachable

VARIABLES = ("KFPOPS_STORE_ACCESS_KEY", "KFPOPS_STORE_SECRET_KEY")


@dataclass(frozen=True, slots=True)
class Keys:
    """Credentials of a store; they are in no repr and no error."""

    access: str = field(repr=False)
    secret: str = field(repr=False)


class _Secret(msgspec.Struct, frozen=True):
    data: dict[str, str] = {}

    def __repr__(self) -> str:
        return "_Secret(…)"


def user_keys(environ: Mapping[str, str]) -> Keys | None:
    """Keys that the user gave to kfpops itself; None when there are none."""
    access, secret = (environ.get(name, "") for name in VARIABLES)
    return Keys(access, secret) if access and secret else None


def wants_aws_chain(environ: Mapping[str, str]) -> bool:
    """Whether the environment names AWS credentials of any kind: boto3 finds them by itself."""
    names = ("AWS_ACCESS_KEY_ID", "AWS_PROFILE", "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CONTAINER_CREDENTIALS_FULL_URI")
    return any(environ.get(name) for name in names)


def secret_keys(cluster: Http, namespaces: Sequence[str], reference: SecretRef) -> Keys:
    """Keys from the first of these namespaces that has the Secret. Raises `Forbidden` or `Unreachable`."""
    data = _read(cluster, namespaces, reference.name)
    try:
        access, secret = (base64.b64decode(data[name]).decode() for name in (reference.access_key, reference.secret_key))
    except (KeyError, binascii.Error, UnicodeDecodeError):
        names = f"{reference.access_key} and {reference.secret_key}"
        raise Unreachable(f"Secret {reference.name} with the store's keys has no usable {names}.") from None
    return Keys(access, secret)


def _read(cluster: Http, namespaces: Sequence[str], name: str) -> Mapping[str, str]:
    refused = None
    for namespace in namespaces:
        path = f"/api/v1/namespaces/{quote(namespace)}/secrets/{quote(name)}"
        ask = Ask(path, needs=f"get secrets in {namespace}", about=f"Secret {name} in {namespace}")
        try:
            return cluster.get_as(lambda body: msgspec.json.decode(body, type=_Secret), ask).data
        except Forbidden as error:
            refused = error
        except NotFound:
            continue
    message = f"No keys for the object store: Secret {name} in {' or '.join(namespaces)} cannot be read."
    hint = f"Set {' and '.join(VARIABLES)}"
    if refused:
        raise Forbidden(message, f"{hint}, or allow: {refused.needs}.", refused.needs) from None
    raise Unreachable(message, f"{hint}.")
