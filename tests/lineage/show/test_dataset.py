from __future__ import annotations

import pytest

from kfpops.lineage.show.dataset import dataset


@pytest.mark.parametrize(
    "uri, expected",
    [
        pytest.param("", ("kfp://prod/team", "artifact/7"), id="no URI: its id, where its job is"),
        pytest.param("s3://lake/raw/a.csv", ("s3://lake", "raw/a.csv"), id="S3"),
        pytest.param("minio://mlpipeline/v2/a", ("s3://mlpipeline", "v2/a"), id="KFP's own store is an S3 bucket to others"),
        pytest.param("gs://bucket/a/b", ("gs://bucket", "a/b"), id="Google"),
        pytest.param("s3://bucket", ("s3://bucket", "/"), id="a bucket alone"),
        pytest.param("oci://registry:5000/models/m:1", ("oci://registry:5000", "models/m:1"), id="an image"),
        pytest.param("https://me:hunter2@h/x", ("https://h", "x"), id="no user and no password"),
        pytest.param("file:///data/a", ("file", "/data/a"), id="a file's URI"),
        pytest.param("/data/a", ("file", "/data/a"), id="a path"),
        pytest.param("s3://b/über 東京 #1?x", ("s3://b", "über 東京 #1?x"), id="a key is any text"),
    ],
)
def test_dataset(uri: str, expected: tuple[str, str]) -> None:
    assert dataset(uri, "7", "kfp://prod/team") == expected
