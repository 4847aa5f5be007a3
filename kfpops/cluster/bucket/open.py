"""A URI and a place → the two ports of its bucket, which share one line."""

from __future__ import annotations

from dataclasses import dataclass

from kfpops.cluster.bucket.changing import S3BucketChanges
from kfpops.cluster.bucket.control import Control
from kfpops.cluster.bucket.line import Line
from kfpops.cluster.bucket.reading import S3Bucket
from kfpops.cluster.store_config import parse_uri
from kfpops.cluster.store_place import Place
from kfpops.settings import Settings


@dataclass(frozen=True, slots=True)
class Opened:
    """A bucket's line, with what reads and what changes over it."""

    bucket: S3Bucket
    changes: S3BucketChanges
    line: Line


def open_both(uri: str, place: Place, settings: Settings) -> Opened:
    """Makes no request. Raises `BadAnswer` for what is no URI of a bucket, `UsageError` for unusable certificates."""
    location = parse_uri(uri)
    line = Line(place, location.bucket, settings.request_timeout)
    control = Control(line, place, location.scheme, settings.request_timeout)
    return Opened(S3Bucket(line, control), S3BucketChanges(line, control), line)


def open_bucket(uri: str, place: Place, settings: Settings) -> S3Bucket:
    """The bucket of anything in it (`minio://mlpipeline/v2/artifacts`), read only."""
    return open_both(uri, place, settings).bucket


def open_bucket_changes(uri: str, place: Place, settings: Settings) -> S3BucketChanges:
    """What may be changed in the bucket of anything in it."""
    return open_both(uri, place, settings).changes
