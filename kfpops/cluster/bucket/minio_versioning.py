"""Whether a bucket keeps versions, asked with minio's own client."""

from __future__ import annotations

from urllib.parse import urlsplit

from kfpops.cluster.bucket.line import Line
from kfpops.cluster.refusals import network_error
from kfpops.cluster.s3_client import DENIED, WRONG_KEYS_HINT
from kfpops.errors import Forbidden, NotFound, Unreachable
from kfpops.model.bucket import Versioning


def ask_minio(line: Line) -> Versioning:
    """`unknown` where prefixes or folders are excepted: below those nothing is kept. Raises the errors of a port."""
    import urllib3
    from minio import Minio
    from minio.error import InvalidResponseError, S3Error, ServerError

    parts, keys = urlsplit(line.signer.endpoint), line.signer.keys()
    client = Minio(
        parts.netloc,
        access_key=keys.access_key,
        secret_key=keys.secret_key,
        session_token=keys.token,
        secure=parts.scheme == "https",
        region=line.signer.region,
        http_client=line.manager,
    )
    try:
        found = client.get_bucket_versioning(line.bucket)
    except S3Error as error:
        code = str(error.code)
        if code in DENIED:
            right = f"s3:GetBucketVersioning on {line.bucket}"
            raise Forbidden(f"{line.peer.subject} refuses bucket {line.bucket} ({code}).", WRONG_KEYS_HINT, right) from None
        if code == "NoSuchBucket":
            raise NotFound(f"There is no bucket {line.bucket} in {line.peer.name}.") from None
        raise Unreachable(f"{line.peer.subject} failed when asked about bucket {line.bucket} ({code}).") from None
    except (InvalidResponseError, ServerError, ValueError):
        raise Unreachable(f"{line.peer.subject} gave no usable answer about bucket {line.bucket}.") from None
    except (urllib3.exceptions.HTTPError, OSError) as error:
        raise network_error(line.peer, error, line.timeout) from None
    if found.excluded_prefixes or found.exclude_folders:
        return "unknown"
    known: dict[str, Versioning] = {"Off": "off", "Enabled": "enabled", "Suspended": "suspended"}
    return known[found.status_string]
