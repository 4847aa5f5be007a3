"""A policy file, YAML, as a `Policy` (docs/schemas/cleanup-policy.json): every problem with its line, all at once."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from kfpops.cleanup.places import SAME
from kfpops.cleanup.policy.fields import Fields, fields_of
from kfpops.cleanup.policy.lines import Entries, Items, Scalar, Tree, read_lines
from kfpops.cleanup.policy.policy import CacheChoice, Policy, Rule
from kfpops.cleanup.policy.problems import Problems, quoted
from kfpops.cleanup.policy.read_kinds import read_kinds, read_limits
from kfpops.cleanup.policy.read_rule import read_rule
from kfpops.errors import UsageError

SCHEMA: Final = "kfpops/cleanup-policy/v1"
POLICY: Final = (
    *("schema", "roots", "grace", "quarantine", "time_to_live", "cache", "rules"),
    *("orphans", "argo_logs", "uploads", "partial_outputs", "versions"),
    *("budget", "limits", "pins", "external_schemes"),
)
PINS: Final = ("file",)
CACHE: Final[tuple[CacheChoice, ...]] = ("respect", "evict")
ROOT: Final = r"^(minio|s3|s3a|s3n|gs|gcs)://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[^\u0000-\u001f\u007f\ud800-\udfff?]*)?$"
SCHEME: Final = r"^[a-z][a-z0-9+._-]{0,30}$"
NAMESPACE: Final = r"^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$"


def read_policy_file(path: str) -> Policy:
    """As `read_policy`; `UsageError` also for a file that cannot be read or is no UTF-8."""
    try:
        content = Path(path).expanduser().read_bytes()
    except OSError as error:
        raise UsageError(f"The policy {path} cannot be read: {error.strerror}.", "Is this its path?") from None
    try:
        return read_policy(content.decode("utf-8-sig"), path)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        text = f"{path}:{line}: Here stands a byte that is no UTF-8 (0x{content[error.start]:02x})."
        raise UsageError(text, "Save the file as UTF-8.") from None


def read_policy(text: str, name: str) -> Policy:
    """The policy in this text; `name` is what messages call it. An empty text is the empty policy.

    Raises `UsageError` with a line `name:line: …` for every problem. A `grace` that is too short is none: see `grace.py`.
    """
    problems = Problems(name)
    tree = read_lines(text, problems)
    policy = _policy(tree, problems, text)
    problems.refuse()
    return policy


def _policy(tree: Tree | None, problems: Problems, text: str) -> Policy:
    if tree is None or (isinstance(tree, Scalar) and tree.kind == "nothing"):
        return Policy(source=text)
    if not isinstance(tree, Entries):
        shown = f"the text {quoted(tree.text)}" if isinstance(tree, Scalar) else "a list"
        problems.add(
            tree.line, f"A policy is keys and values, but here stands {shown}.", "A list of rules stands under rules:."
        )
        return Policy()
    fields = fields_of(tree, "a policy", POLICY, problems)
    _one_of(fields, "schema", (SCHEMA,))
    plain = Policy()
    grace = fields.duration("grace", positive=False)
    return Policy(
        roots=_roots(fields),
        rules=_rules(fields),
        kinds=read_kinds(fields),
        cache="evict" if _one_of(fields, "cache", CACHE) == "evict" else "respect",
        grace=plain.grace if grace is None else grace,
        quarantine=fields.duration("quarantine", positive=False) or 0.0,
        time_to_live=fields.duration("time_to_live") or plain.time_to_live,
        budget=_budget(fields),
        limits=read_limits(fields),
        pins_file=_pins_file(fields),
        external_schemes=_external_schemes(fields),
        source=text,
    )


def _one_of(fields: Fields, key: str, allowed: tuple[str, ...]) -> str | None:
    word = fields.text(key, " or ".join(allowed))
    if word is not None and word not in allowed:
        fields.add(key, f"{quoted(word)} is not what {quoted(key)} takes.", f"It is {' or '.join(allowed)}.")
    return word


def _roots(fields: Fields) -> tuple[str, ...]:
    roots = fields.list("roots", may_be_empty=True)
    for root in roots:
        if not re.fullmatch(ROOT[1:-1], root):
            hint = "Write it as minio://mlpipeline/v2/artifacts; without a query."
            fields.add("roots", f"{quoted(root)} is no root in an object store.", hint)
    return tuple(dict.fromkeys(root.rstrip("/") for root in roots))


def _rules(fields: Fields) -> tuple[Rule, ...]:
    entry = fields.entries.get("rules")
    if entry is None:
        return ()
    if not isinstance(entry.value, Items):
        fields.add("rules", '"rules" of a policy takes a list of rules.', "Begin each rule with a dash (- name: nightly).")
        return ()
    rules: dict[str, Rule] = {}
    for one in entry.value.values:
        if not isinstance(one, Entries):
            fields.problems.add(one.line, "A rule is keys and values.", "Begin it with - name: nightly")
            continue
        rule = read_rule(one, fields.problems)
        if rule.name and rule.name in rules:
            first = rules[rule.name].line
            text = f"A second rule is named {quoted(rule.name)}; the first stands in line {first}."
            fields.problems.add(rule.line, text, "Give each rule a name of its own.")
        rules.setdefault(rule.name, rule)
    return tuple(rules.values())


def _budget(fields: Fields) -> tuple[tuple[str, int], ...]:
    found = fields.named("budget")
    if found is None:
        return ()
    for name in found.entries:
        if not re.fullmatch(NAMESPACE[1:-1], name):
            found.add(name, f"{quoted(name)} is no name of a namespace.", "A budget is for one namespace: team-a: 500Gi.")
    sizes = {name: found.size(name, least=1) for name in found.entries}
    return tuple((name, size) for name, size in sizes.items() if size is not None)


def _pins_file(fields: Fields) -> str:
    found = fields.block("pins", PINS)
    return (found.text("file") or "") if found else ""


def _external_schemes(fields: Fields) -> tuple[str, ...]:
    schemes = fields.list("external_schemes", may_be_empty=True)
    for scheme in schemes:
        if scheme in SAME:
            text = f"{quoted(scheme)} leads into object stores: what it names must be marked."
            fields.add("external_schemes", text, "Take it out of external_schemes.")
        elif not re.fullmatch(SCHEME[1:-1], scheme):
            fields.add("external_schemes", f"{quoted(scheme)} is no URI scheme.", "Write it as ipfs, without ://.")
    return tuple(dict.fromkeys(schemes))
