"""How a bucket is opened."""

from __future__ import annotations

import subprocess
import sys

import pytest

from kfpops.cluster.bucket import open_bucket, open_bucket_changes
from kfpops.cluster.store_keys import Keys
from kfpops.cluster.store_place import Place
from kfpops.errors import BadAnswer
from kfpops.settings import Settings

PLACE = Place("http://127.0.0.1:1", "minio", Keys("a", "b"))


@pytest.mark.parametrize("uri", ["oci://registry/x", "mlpipeline", "s3:///key"])
def test_what_is_no_bucket(uri: str) -> None:
    with pytest.raises(BadAnswer, match="is no URI of an object store"):
        open_bucket(uri, PLACE, Settings())


def test_the_bucket_of_anything_in_it() -> None:
    assert open_bucket("minio://mlpipeline/v2/artifacts?region=x", PLACE, Settings()).name == "mlpipeline"
    assert open_bucket_changes("gs://models", PLACE, Settings()).name == "models"


def test_importing_it_loads_no_sdk() -> None:
    sdks = ("boto3", "botocore", "minio", "urllib3")
    code = f"import sys, kfpops.cluster.bucket, kfpops.cluster.connect; print([m for m in {sdks} if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
