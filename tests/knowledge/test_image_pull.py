"""Texts of failed pulls, from containerd, CRI-O, Docker and registries."""

from __future__ import annotations

import pytest

from kfpops.knowledge.image_pull import lower_cased, parse_pull_error, registry_of, tag_of

IMAGE = "registry.example.com/team/train:1.4"
RESOLVE = f'failed to pull and unpack image "{IMAGE}": failed to resolve reference "{IMAGE}": '


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f'Back-off pulling image "{IMAGE}"', id="the bare back-off of Kubernetes before 1.30"),
        pytest.param(f"ErrImagePull: {RESOLVE}something new", id="a text that nobody knows"),
        pytest.param('Back-off pulling image "registry.example.com/401/not found:403"', id="numbers and words in the name"),
    ],
)
def test_no_reason_is_given(text: str) -> None:
    assert parse_pull_error(text) is None


@pytest.mark.parametrize(
    ("tail", "problem", "host"),
    [
        (f"{IMAGE}: not found", "not-found", "registry.example.com"),
        ("reading manifest 1.4 in registry.example.com/team/train: manifest unknown", "not-found", "registry.example.com"),
        ("pulling from host mirror:5000 failed with status code [manifests 1.4]: 401 Unauthorized", "unauthorized",
         "mirror:5000"),
        ("pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: "
         "authorization failed", "unauthorized", "registry.example.com"),
        ("unexpected status from HEAD request to https://ghcr.io/v2/x/manifests/1: 403 Forbidden", "unauthorized",
         "ghcr.io"),
        ("no basic auth credentials", "unauthorized", "registry.example.com"),
        ("unexpected status from HEAD request to https://registry-1.docker.io/v2/x/manifests/1: 429 Too Many Requests",
         "rate-limited", "registry-1.docker.io"),
        ("toomanyrequests: You have reached your unauthenticated pull rate limit.", "rate-limited", "registry.example.com"),
        ('failed to do request: Head "https://registry.example.com/v2/team/train/manifests/1.4": dial tcp: lookup '
         "registry.example.com on 10.0.0.2:53: no such host", "registry-unreachable", "registry.example.com"),
        ('failed to authorize: failed to fetch anonymous token: Get "https://auth.example.com/token": dial tcp '
         "10.0.0.9:443: i/o timeout", "registry-unreachable", "auth.example.com"),
        ("unexpected status code [manifests 1.4]: 503 Service Unavailable", "registry-unreachable", "registry.example.com"),
        ('failed to do request: Head "https://registry.example.com/v2/": tls: failed to verify certificate: x509: '
         "certificate signed by unknown authority", "certificate", "registry.example.com"),
        ('failed to do request: Head "https://reg:5000/v2/": http: server gave HTTP response to HTTPS client',
         "certificate", "reg:5000"),
        ("no match for platform in manifest sha256:4014: not found", "wrong-architecture", "registry.example.com"),
        ("write /var/lib/containerd/x: no space left on device", "node-disk-full", "registry.example.com"),
    ],
)  # fmt: skip
def test_the_reason_and_the_host(tail: str, problem: str, host: str) -> None:
    found = parse_pull_error(f"ImagePullBackOff: Back-off pulling image: ErrImagePull: {RESOLVE}{tail}", IMAGE)
    assert found is not None
    assert (found.problem, found.host, found.image) == (problem, host, IMAGE)


def test_names_and_policies_have_reasons_of_their_own() -> None:
    name = (
        'InvalidImageName: Failed to apply default image tag "a/B:1": couldn\'t parse image name "a/B:1": invalid reference'
    )
    never = 'ErrImageNeverPull: Container image "local:1" is not present with pull policy of Never'
    assert [(e.problem, e.image) for t in (name, never) if (e := parse_pull_error(t))] == [
        ("invalid-name", "a/B:1"),
        ("not-on-node", "local:1"),
    ]


@pytest.mark.parametrize(
    ("image", "registry", "tag"),
    [
        ("python:3.11", "docker.io", "3.11"),
        ("team/train", "docker.io", "latest"),
        ("localhost/train:2", "localhost", "2"),
        ("localhost:5000/train", "localhost:5000", "latest"),
        ("ghcr.io/a/b@sha256:77", "ghcr.io", "sha256:77"),
    ],
)
def test_parts_of_a_reference(image: str, registry: str, tag: str) -> None:
    assert (registry_of(image), tag_of(image)) == (registry, tag)


def test_only_the_tag_keeps_its_case() -> None:
    assert lower_cased("localhost:5000/Stock/Predictor:1.0-RC1") == "localhost:5000/stock/predictor:1.0-RC1"
    assert lower_cased("Train") == "train"
