from __future__ import annotations

import pytest

from kfpops.cleanup.places import Place, UnknownScheme, places_of

OURS = ("mlpipeline", "team.archive")


@pytest.mark.parametrize(
    "uri",
    [
        pytest.param("", id="no URI"),
        pytest.param("minio://", id="no bucket"),
        pytest.param("oci://registry/model:1", id="an image"),
        pytest.param("hf://org/model", id="a model hub"),
        pytest.param("pvc://claim/model", id="a claim"),
        pytest.param("/tmp/model", id="a path in a pod"),
        pytest.param("models/bert", id="a path that begins with no bucket of ours"),
        pytest.param("https://example.com/a/b", id="somewhere in the web"),
        pytest.param("https://github.com/mlpipeline", id="a page whose name is a bucket's"),
        pytest.param("dvc://x/y", id="a scheme that the policy calls external"),
    ],
)
def test_what_leads_nowhere(uri: str) -> None:
    assert places_of(uri, OURS, external=("dvc",)) == ()


@pytest.mark.parametrize(
    "uri, path",
    [
        ("minio://mlpipeline/v2/artifacts", "v2/artifacts"),
        ("s3://mlpipeline/a", "a"),
        ("s3a://mlpipeline/a", "a"),
        ("s3n://mlpipeline/a", "a"),
        ("gs://mlpipeline/a", "a"),
        ("GS://mlpipeline/a", "a"),
        pytest.param("minio:///mlpipeline/a", "a", id="three slashes, which KFP allows"),
        pytest.param("minio://mlpipeline", "", id="the bucket"),
        pytest.param("minio://mlpipeline/", "", id="the bucket with a slash"),
        pytest.param("minio://mlpipeline?region=x", "", id="the bucket with settings"),
        pytest.param("minio://mlpipeline/a/b/", "a/b", id="a slash at the end"),
        pytest.param("minio://mlpipeline/a//b", "a//b", id="two slashes in it"),
        pytest.param("minio://mlpipeline//a", "a", id="two slashes before it"),
        pytest.param("minio://mlpipeline/a/b?endpoint=x&prefix=/y/", "a/b", id="settings of the connection"),
        pytest.param("minio://mlpipeline/a%2Fb", "a%2Fb", id="an escape that is none"),
        pytest.param("minio://mlpipeline/a#b", "a#b", id="a fragment that is none"),
        pytest.param("minio://mlpipeline/a/../b", "a/../b", id="two dots"),
        pytest.param("minio://mlpipeline/größe/\U0001f600", "größe/\U0001f600", id="not ASCII"),
        pytest.param("minio://mlpipeline/\udcff", "\udcff", id="no UTF-8"),
    ],
)
def test_what_kfp_reads(uri: str, path: str) -> None:
    places = places_of(uri, ())
    assert not isinstance(places, UnknownScheme)
    assert places[0] == Place("mlpipeline", path)


@pytest.mark.parametrize(
    "uri, place",
    [
        pytest.param("minio://mlpipeline//a", Place("mlpipeline", "/a"), id="the slash belongs to the key"),
        pytest.param("s3://mlpipeline/a?b/c", Place("mlpipeline", "a?b/c"), id="the question mark belongs to the key"),
        pytest.param("minio://mlpipeline/a/../b", Place("mlpipeline", "a/..__0x2f__b"), id="as KFP's library escapes it"),
        pytest.param("minio://mlpipeline//a//b/", Place("mlpipeline", "a/b"), id="as SeaweedFS keeps it"),
        pytest.param("minio://mlpipeline/a/./b/../c", Place("mlpipeline", "a/c"), id="as a client may clean it"),
        pytest.param("minio://mlpipeline/a\tb", Place("mlpipeline", "a__0x9__b"), id="a tab, escaped"),
        pytest.param("http://seaweedfs.kubeflow:9000/mlpipeline/a/b", Place("mlpipeline", "a/b"), id="path style"),
        pytest.param("https://mlpipeline.s3.amazonaws.com/a/b?X-Sig=1", Place("mlpipeline", "a/b"), id="host style"),
        pytest.param("https://team.archive.s3.example/a", Place("team.archive", "a"), id="host style, a dot in the name"),
        pytest.param("https://host/mlpipeline/a%20b", Place("mlpipeline", "a b"), id="web addresses are escaped"),
        pytest.param("https://host/mlpipeline/a%20b", Place("mlpipeline", "a%20b"), id="or are not"),
        pytest.param("s3://minio:9000/mlpipeline/a", Place("mlpipeline", "a"), id="an address in the bucket's stead"),
        pytest.param("/minio/mlpipeline/a/b", Place("mlpipeline", "a/b"), id="where the launcher puts it in a pod"),
        pytest.param("mlpipeline/a", Place("mlpipeline", "a"), id="without a scheme"),
    ],
)
def test_what_it_may_mean_too(uri: str, place: Place) -> None:
    places = places_of(uri, OURS)
    assert not isinstance(places, UnknownScheme)
    assert place in places


@pytest.mark.parametrize(
    "uri, scheme",
    [("dvc://x/y", "dvc"), ("C:\\models", "c"), ("swift+https://x", "swift+https"), ("my_store://mlpipeline/a", "my_store")],
)
def test_unknown_schemes_are_told(uri: str, scheme: str) -> None:
    assert places_of(uri, OURS) == UnknownScheme(scheme, uri)


@pytest.mark.parametrize("uri", ["my_store://mlpipeline/a", "My_Store://x", "dvc://mlpipeline/a"])
def test_unknown_schemes_may_be_named(uri: str) -> None:
    assert places_of(uri, OURS, external=("my_store", "dvc")) == ()


@pytest.mark.parametrize("uri", ["a/b://c", "://mlpipeline/a", "no scheme at all"])
def test_what_is_no_scheme_is_a_path(uri: str) -> None:
    assert places_of(uri, OURS) == ()


def test_schemes_of_buckets_are_never_external() -> None:
    assert places_of("gs://mlpipeline/a", OURS, external=("gs",)) == (Place("mlpipeline", "a"),)
