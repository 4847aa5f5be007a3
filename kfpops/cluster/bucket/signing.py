"""Requests signed as S3 wants them: botocore's credentials and its SigV4 signer, without the rest of botocore.

The day's signing key is not kept: botocore makes it anew for each request, a tenth of what signing costs.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from kfpops.cluster.s3_client import NO_KEYS, NO_KEYS_HINT, s3_client, session
from kfpops.cluster.store_place import Place
from kfpops.errors import Forbidden, Unreachable


class Signer:
    """Signs for one place. Safe for use by several threads: credentials that expire are renewed by botocore."""

    def __init__(self, place: Place, timeout: float) -> None:
        # botocore writes what it signs at DEBUG.
        logging.getLogger("botocore").setLevel(logging.WARNING)
        self.region = place.region
        self.endpoint = place.endpoint.rstrip("/")
        if not self.endpoint:
            # Without a region botocore asks a global endpoint, which only names the right one; every region does that.
            place = replace(place, region=place.region or "us-east-1")
            meta = s3_client(place, timeout).meta
            self.endpoint, self.region = meta.endpoint_url.rstrip("/"), meta.region_name
        self.region = self.region or "us-east-1"
        self._credentials = _credentials(place)

    def headers(self, method: str, url: str, body: bytes, headers: Mapping[str, str]) -> dict[str, str]:
        """These headers with those that SigV4 adds. Raises `Forbidden` without keys to sign with."""
        from botocore.auth import S3SigV4Auth
        from botocore.awsrequest import AWSRequest

        request = AWSRequest(method, url, data=body, headers=dict(headers))
        S3SigV4Auth(self.keys(), "s3", self.region).add_auth(request)
        return dict(request.headers.items())

    def move(self, region: str) -> None:
        """The bucket is in another of AWS's regions."""
        name = f"s3.{self.region}." if f"s3.{self.region}." in self.endpoint else "s3."
        self.endpoint = self.endpoint.replace(name, f"s3.{region}.", 1)
        self.region = region

    def keys(self) -> Any:
        """The access key, secret key and token of this moment. Raises `Forbidden` when there are none."""
        from botocore.exceptions import BotoCoreError

        try:
            if self._credentials is not None:
                return self._credentials.get_frozen_credentials()
        except BotoCoreError as error:
            kind = type(error).__name__
            if kind not in NO_KEYS:
                raise Unreachable(f"The keys for the object store could not be renewed ({kind}).") from None
        raise Forbidden("There are no keys for the object store.", NO_KEYS_HINT)


def _credentials(place: Place) -> Any:
    if place.keys is None:
        return session().get_credentials()
    from botocore.credentials import Credentials

    return Credentials(place.keys.access, place.keys.secret)


def quoted_key(key: str) -> str:
    """A key as it stands in a URL's path, with the very bytes that the store has."""
    return quote(key.encode("utf-8", "surrogateescape"), safe="/-_.~")


def quoted_query(pairs: Mapping[str, str]) -> str:
    """A query in the order and the spelling that SigV4 wants."""
    quoted = (
        f"{quote(k, safe='-_.~')}={quote(v.encode('utf-8', 'surrogateescape'), safe='-_.~')}" for k, v in pairs.items()
    )
    return "&".join(sorted(quoted))
