"""An artifact's URI as OpenLineage names datasets: a namespace and a name (https://openlineage.io/docs/spec/naming)."""

from __future__ import annotations

from urllib.parse import quote

from kfpops.knowledge.redaction import redact

# Stores that speak S3 hold an S3 bucket, whatever KFP calls them: other tools name the same object s3://.
_SCHEMES = {"minio": "s3", "s3a": "s3", "s3n": "s3"}


def dataset(uri: str, artifact_id: str, job_namespace: str) -> tuple[str, str]:
    """`s3://bucket` and the key; of other schemes the scheme with its authority, and the path. Without credentials.

    An artifact without a URI is named by its id, in the namespace of the job.
    """
    if not uri:
        return job_namespace, f"artifact/{artifact_id}"
    scheme, mark, rest = redact(uri).partition("://")
    if not mark:
        return "file", uri
    authority, _, path = rest.partition("/")
    # Whoever reads it, with whatever user: it is the same thing.
    host = quote(authority.rpartition("@")[2], safe=":._-~[]")
    known = _SCHEMES.get(scheme.lower(), scheme.lower())
    return (f"{known}://{host}", path or "/") if host else (known, f"/{path}")
