"""boto3's session and clients, as every adapter of an object store uses them, and what its error codes mean."""

from __future__ import annotations

import logging
from functools import cache
from typing import Any, Final

from kfpops.cluster.store_place import Place

ABSENT: Final = frozenset({"404", "NoSuchKey", "NoSuchBucket", "NotFound"})
DENIED: Final = frozenset(
    {"403", "401", "AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch", "Forbidden", "ExpiredToken"}
)
NO_KEYS: Final = frozenset({"NoCredentialsError", "PartialCredentialsError", "TokenRetrievalError", "SSOTokenLoadError"})
"""botocore's exceptions when there is nothing to sign with."""

NO_KEYS_HINT: Final = (
    "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY or AWS_PROFILE, or KFPOPS_STORE_ACCESS_KEY …_SECRET_KEY."
)
WRONG_KEYS_HINT: Final = "Check the keys: KFPOPS_STORE_ACCESS_KEY and KFPOPS_STORE_SECRET_KEY, or the cluster's Secret."


@cache
def session() -> Any:
    """One for all: it reads the service's description, a megabyte of JSON, only once."""
    import boto3

    return boto3.session.Session()


def s3_client(place: Place, timeout: float) -> Any:
    """A client for one place. Safe for use by several threads."""
    from botocore.config import Config

    # At DEBUG botocore writes signed headers.
    logging.getLogger("botocore").setLevel(logging.WARNING)

    options: dict[str, Any] = {
        "signature_version": "s3v4",
        "connect_timeout": min(timeout, 10.0),
        "read_timeout": timeout,
        "retries": {"total_max_attempts": 3, "mode": "standard"},
    }
    if place.endpoint:
        # Bucket names as host names do not resolve for anything but AWS.
        options["s3"] = {"addressing_style": "path"}
    if "//127.0.0.1:" in place.endpoint:
        options["proxies"] = {}
    keys = {"aws_access_key_id": place.keys.access, "aws_secret_access_key": place.keys.secret} if place.keys else {}
    return session().client(
        "s3", endpoint_url=place.endpoint or None, region_name=place.region or None, config=Config(**options), **keys
    )
