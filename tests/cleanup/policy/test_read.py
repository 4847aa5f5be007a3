from __future__ import annotations

from pathlib import Path

import pytest

from kfpops.cleanup.policy.policy import DAY, HOUR, Best, Keep, Kinds, Limits, Policy, Rule, Select
from kfpops.cleanup.policy.read import read_policy, read_policy_file
from kfpops.errors import UsageError

WEEK = 7 * DAY
EVERYTHING = """\
schema: kfpops/cleanup-policy/v1
roots: [minio://mlpipeline/v2/artifacts/, "s3://models"]
grace: 36h
quarantine: 3d
time_to_live: 12h
cache: evict
rules:
  - name: nightly
    select:
      namespace: [team-a, team-b]
      pipeline: "*-train"
      experiment: night
      recurring_run: [every night]
      state: [SUCCEEDED, FAILED]
      older_than: 7d
      label: {team: vision, stage: [test, dev]}
      larger_than: 100Mi
      smaller_than: 1099511627776
    group_by: [pipeline, namespace]
    keep: {last: 3, within: 2w, daily: 7, weekly: 4, monthly: 6, best: {metric: loss, top: 2, lowest: true}, tagged: true}
    types: {keep: system.Model, drop: [system.Dataset, "my.*"]}
  - name: models
    select: {type: [system.Model]}
    keep:
      tagged: [release-*, v1]
      best:
        metric: accuracy
        top: 1
orphans: {older_than: 7d, unknown_runs: {older_than: 30d}}
argo_logs: true
uploads: {older_than: 3d}
partial_outputs: false
versions: {noncurrent_older_than: 30d, keep: 2, markers_older_than: 0s}
budget: {team-a: 500Gi, team-b: 1000}
limits: {share_of_objects: 0.3, share_of_bytes: 1, objects: 100000, bytes: 2T, fewer_live: 0}
pins: {file: pins.txt}
external_schemes: [ipfs]
"""
NIGHTLY = Rule(
    name="nightly",
    select=Select(
        namespace=("team-a", "team-b"),
        pipeline=("*-train",),
        experiment=("night",),
        recurring_run=("every night",),
        state=("SUCCEEDED", "FAILED"),
        older_than=WEEK,
        type=("system.Dataset", "my.*"),
        label=(("team", "vision"), ("stage", "test"), ("stage", "dev")),
        larger_than=100 * 2**20,
        smaller_than=2**40,
    ),
    keep=Keep(last=3, within=2 * WEEK, daily=7, weekly=4, monthly=6, best=Best("loss", 2, lowest=True), tagged=()),
    group_by=("namespace", "pipeline"),
    keep_types=("system.Model",),
    line=8,
)


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "---\n", "rules: []\n", "schema: kfpops/cleanup-policy/v1\n"])
def test_an_empty_policy_deletes_nothing(text: str) -> None:
    policy = read_policy(text, "p.yaml")
    assert policy == Policy()
    assert policy.deletes_nothing
    assert policy.source == text


def test_every_key() -> None:
    assert read_policy(EVERYTHING, "p.yaml") == Policy(
        roots=("minio://mlpipeline/v2/artifacts", "s3://models"),
        rules=(
            NIGHTLY,
            Rule(
                name="models",
                select=Select(type=("system.Model",)),
                keep=Keep(tagged=("release-*", "v1"), best=Best("accuracy", 1)),
                line=22,
            ),
        ),
        kinds=Kinds(
            orphans=WEEK,
            unknown_runs=30 * DAY,
            argo_logs=0.0,
            uploads=3 * DAY,
            noncurrent=30 * DAY,
            keep_noncurrent=2,
            markers=0.0,
            partial=None,
        ),
        cache="evict",
        grace=36 * HOUR,
        quarantine=3 * DAY,
        time_to_live=12 * HOUR,
        budget=(("team-a", 500 * 2**30), ("team-b", 1000)),
        limits=Limits(share_of_objects=0.3, share_of_bytes=1.0, objects=100_000, bytes=2 * 10**12, fewer_live=0.0),
        pins_file="pins.txt",
        external_schemes=("ipfs",),
    )


def test_it_is_read_again_from_what_a_plan_carries() -> None:
    policy = read_policy(EVERYTHING, "p.yaml")
    assert read_policy(policy.source, "plan") == policy


@pytest.mark.parametrize(
    "text, line, says",
    [
        pytest.param("- a\n", 1, "here stands a list", id="a list at the top"),
        pytest.param("rules\n", 1, 'the text "rules"', id="a text at the top"),
        pytest.param("\nrool: []\n", 2, '"rool" is no key of a policy', id="an unknown key"),
        pytest.param("schema: kfpops/cleanup-policy/v2\n", 1, "v2", id="another schema"),
        pytest.param("roots: minio://a/b\n", 1, "a list of texts", id="one root without a list"),
        pytest.param("roots:\n- minio://bucket/x\n- bucket/x\n", 1, '"bucket/x" is no root', id="a root without a scheme"),
        pytest.param("roots: [https://bucket/x]\n", 1, "is no root", id="a root in the web"),
        pytest.param('roots: ["minio://bucket/x?endpoint=a"]\n', 1, "is no root", id="a root with a query"),
        pytest.param("grace: 24\n", 1, '"24" is not what "grace" of a policy takes', id="a bare number of hours"),
        pytest.param("grace: -24h\n", 1, '"-24h"', id="a negative grace"),
        pytest.param("quarantine: 1M\n", 1, '"1M"', id="a month"),
        pytest.param("time_to_live: 0s\n", 1, "means nothing here", id="a plan that is never valid"),
        pytest.param("cache: evcit\n", 1, '"evcit"', id="a misspelled choice"),
        pytest.param("cache: true\n", 1, '"true"', id="a truth for a choice"),
        pytest.param("rules:\n", 1, '"rules" of a policy takes a list', id="rules that were all taken out"),
        pytest.param("rules: {name: a}\n", 1, "takes a list", id="one rule without a dash"),
        pytest.param("rules:\n- nightly\n", 2, "A rule is keys and values", id="a rule that is a name alone"),
        pytest.param("budget: 500Gi\n", 1, "names and values", id="a budget for nobody"),
        pytest.param("budget: {team-a: 500GB}\n", 1, '"500GB"', id="a unit that is none"),
        pytest.param("budget:\n  team-a: 0\n", 2, '"0" is not what "team-a"', id="a budget of nothing"),
        pytest.param('budget: {"*": 1Gi}\n', 1, '"*" is no name of a namespace', id="a budget for a pattern"),
        pytest.param("limits: {share_of_bytes: 1.5}\n", 1, '"1.5"', id="a share above 1"),
        pytest.param("limits: {share_of_bytes: 50%}\n", 1, '"50%"', id="a share in percent"),
        pytest.param("limits: {share_of_bytes: .nan}\n", 1, '".nan"', id="a share that is no number"),
        pytest.param("limits: {fewer_live: -0.5}\n", 1, '"-0.5"', id="a negative share"),
        pytest.param("limits: {objects: -1}\n", 1, '"-1"', id="a negative number"),
        pytest.param("limits: {objects: 1.5}\n", 1, '"1.5"', id="half an object"),
        pytest.param("limits: {objects: 99999999999999}\n", 1, '"99999999999999"', id="more than there are"),
        pytest.param("pins: pins.txt\n", 1, "keys and values (file)", id="pins without their key"),
        pytest.param("pins: {file: 3}\n", 1, "Write it in quotes", id="a number as a file"),
        pytest.param("external_schemes: [s3]\n", 1, '"s3" leads into object stores', id="a scheme that must be followed"),
        pytest.param("external_schemes: [HDFS]\n", 1, '"HDFS" is no URI scheme', id="a scheme in capitals"),
    ],
)
def test_what_is_refused(text: str, line: int, says: str) -> None:
    with pytest.raises(UsageError) as refused:
        read_policy(text, "p.yaml")
    assert refused.value.message.startswith(f"p.yaml:{line}: ")
    assert says in f"{refused.value.message} {refused.value.hint}"
    assert refused.value.hint


def test_everything_that_is_wrong_is_told_at_once() -> None:
    text = "grace: 24\nrules:\n- name: a\n  keep: {lsat: 3}\n- name: a\n  keep: {last: 0}\nbudget: {x: 1GB}\n"
    with pytest.raises(UsageError) as refused:
        read_policy(text, "p.yaml")
    assert [line.split(": ")[0] for line in refused.value.message.splitlines()] == [
        "p.yaml:1",
        "p.yaml:4",
        "p.yaml:5",
        "p.yaml:6",
        "p.yaml:7",
    ]
    assert 'Did you mean "last"?' in refused.value.message


def test_a_short_grace_is_read() -> None:
    assert read_policy("grace: 0s\n", "p.yaml").grace == 0.0


def test_two_rules_of_one_name_are_refused_at_the_second() -> None:
    text = "rules:\n- {name: a, keep: {last: 1}}\n- {name: a, keep: {last: 2}}\n"
    with pytest.raises(UsageError, match=r'^p\.yaml:3: A second rule is named "a"; the first stands in line 2\.$'):
        read_policy(text, "p.yaml")


class TestFiles:
    def test_a_file(self, tmp_path: Path) -> None:
        path = tmp_path / "policy.yaml"
        path.write_bytes(b"\xef\xbb\xbfgrace: 48h\r\n")
        assert read_policy_file(str(path)).grace == 2 * DAY

    def test_no_file(self, tmp_path: Path) -> None:
        with pytest.raises(UsageError, match="No such file"):
            read_policy_file(str(tmp_path / "none.yaml"))

    def test_a_folder(self, tmp_path: Path) -> None:
        with pytest.raises(UsageError, match="cannot be read"):
            read_policy_file(str(tmp_path))

    def test_no_utf_8(self, tmp_path: Path) -> None:
        path = tmp_path / "policy.yaml"
        path.write_bytes(b"grace: 24h\n# gr\xfcn\n")
        with pytest.raises(UsageError, match=r"policy\.yaml:2: Here stands a byte that is no UTF-8 \(0xfc\)"):
            read_policy_file(str(path))
