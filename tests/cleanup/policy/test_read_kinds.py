from __future__ import annotations

import pytest

from kfpops.cleanup.policy.policy import DAY, Kinds, Limits
from kfpops.cleanup.policy.read import read_policy
from kfpops.errors import UsageError


@pytest.mark.parametrize("text", ["", "orphans: false", "argo_logs: false\nuploads: false", "limits: {}"])
def test_kinds_that_nobody_asks_for(text: str) -> None:
    policy = read_policy(text, "p.yaml")
    assert policy.kinds == Kinds()
    assert policy.limits == Limits()
    assert policy.deletes_nothing


@pytest.mark.parametrize(
    "text, kinds",
    [
        pytest.param("orphans: true", Kinds(orphans=0.0), id="true is the grace alone"),
        pytest.param("orphans: {older_than: 0s}", Kinds(orphans=0.0), id="no age is the grace alone"),
        pytest.param("orphans: {older_than: 7d, unknown_runs: false}", Kinds(orphans=7 * DAY), id="unknown runs stay"),
        pytest.param(
            "orphans: {unknown_runs: {older_than: 30d}}",
            Kinds(orphans=0.0, unknown_runs=30 * DAY),
            id="those that nobody knows, beside those of deleted runs",
        ),
        pytest.param("argo_logs: {older_than: 30d}", Kinds(argo_logs=30 * DAY), id="logs"),
        pytest.param("uploads: true", Kinds(uploads=0.0), id="uploads"),
        pytest.param("partial_outputs: {older_than: 2w}", Kinds(partial=14 * DAY), id="partial outputs"),
        pytest.param("versions: {markers_older_than: 7d}", Kinds(markers=7 * DAY), id="markers alone"),
        pytest.param(
            "versions: {noncurrent_older_than: 7d, keep: 0}",
            Kinds(noncurrent=7 * DAY, keep_noncurrent=0),
            id="no old one stays",
        ),
    ],
)
def test_kinds(text: str, kinds: Kinds) -> None:
    policy = read_policy(text, "p.yaml")
    assert policy.kinds == kinds
    assert not policy.deletes_nothing


@pytest.mark.parametrize(
    "text, line, says",
    [
        pytest.param("orphans:", 1, '"orphans" of a policy has no value', id="orphans that were taken out"),
        pytest.param("orphans: {}", 1, "An empty mapping", id="nothing said of them"),
        pytest.param("orphans: 7d", 1, '"7d" is not what "orphans"', id="an age without its key"),
        pytest.param("orphans:\n  unknown_runs: true", 2, "nobody knows whose", id="unknown runs of any age"),
        pytest.param("orphans: {unknown_runs: {}}", 1, "An empty mapping", id="unknown runs of no age"),
        pytest.param("argo_logs: {olderThan: 3d}", 1, 'Did you mean "older_than"?', id="another case"),
        pytest.param("uploads: yes", 1, '"yes"', id="a truth of YAML 1.1"),
        pytest.param("versions: true", 1, "noncurrent_older_than, keep", id="which versions?"),
        pytest.param("versions: {keep: 3}", 1, "means nothing without", id="how many of what?"),
        pytest.param("versions: {noncurrent_older_than: 7d, keep: -1}", 1, '"-1"', id="fewer than none"),
    ],
)
def test_what_is_refused(text: str, line: int, says: str) -> None:
    with pytest.raises(UsageError) as refused:
        read_policy(text, "p.yaml")
    assert refused.value.message.startswith(f"p.yaml:{line}: ")
    assert says in f"{refused.value.message} {refused.value.hint}"
    assert refused.value.hint
