"""Logs that Argo archives: whose they are stands in their keys only, in the format of Argo's configuration.

Argo's variables and the format it takes when none is set: `keyFormat` of an artifact repository
(https://argo-workflows.readthedocs.io/en/latest/configure-artifact-repository/). A file of the pod stands behind it:
`<format>/main.log`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from kfpops.cleanup.claims import Claims
from kfpops.cleanup.policy.policy import Kinds
from kfpops.cleanup.verdict import Verdict

DEFAULT_FORMAT: Final = "{{workflow.name}}/{{pod.name}}"

_VARIABLE = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
_DATES = {"Y": r"\d{4}", **dict.fromkeys(("m", "d", "H", "M", "S"), r"\d\d")}
_ONE_PART = {"workflow.namespace", "workflow.uid", "workflow.serviceAccountName", "workflow.creationTimestamp"}
_KFP_POD = re.compile(
    r"(?P<workflow>.+?)-(?:system-dag-driver|system-container-driver|system-importer"
    r"|(?:metadata-\d+-\d+-)?(?:retry-)?system-container-impl)-\d+"
)
"""`<workflow>-<template>-<hash>`; templates: backend/src/v2/compiler/argocompiler."""


class LogKey(NamedTuple):
    """What a key tells. `pod` is "" when the format has none. `in_folder`: all keys of its folder tell the same."""

    workflow: str
    pod: str
    in_folder: bool


class LogDecision(NamedTuple):
    """`folder`: it holds for all keys in it, but not in folders in it; with a `/` at its end, "": for this key only."""

    verdict: Verdict
    folder: str


@dataclass(frozen=True, slots=True)
class LogFormat:
    """`path`: what stands before the first variable, without `/` at its end. `pattern` None: it cannot be read."""

    path: str
    pattern: re.Pattern[str] | None

    def read(self, key: str) -> LogKey | None:
        """None when the key is not of this format."""
        found = self.pattern.match(key) if self.pattern else None
        if found is None:
            return None
        told = found.groupdict()
        pod = told.get("pod") or ""
        by_pod = _KFP_POD.fullmatch(pod)
        workflow = told.get("workflow") or (by_pod["workflow"] if by_pod else "")
        return LogKey(workflow, pod, found.end() < len(key))


def read_format(key_format: str) -> LogFormat:
    """A key format of Argo's. One with variables that may stand for anything (labels, parameters) cannot be read."""
    text = (key_format or DEFAULT_FORMAT).strip("/")
    path = text.partition("{{")[0].rpartition("/")[0] if "{{" in text else text
    pieces, at = [], 0
    names: set[str] = set()
    for variable in _VARIABLE.finditer(text):
        piece = _pattern(variable[1], names)
        if piece is None:
            return LogFormat(path, None)
        pieces += [re.escape(text[at : variable.start()]), piece]
        at = variable.end()
    rest = text[at:]
    if not names or "{{" in "".join(pieces) or "{{" in rest:
        return LogFormat(path, None)
    return LogFormat(path, re.compile("".join(pieces) + re.escape(rest) + r"(?=/|\Z)"))


def _pattern(variable: str, names: set[str]) -> str | None:
    """Of a variable; a name that stands twice is the same both times."""
    name = {"workflow.name": "workflow", "pod.name": "pod"}.get(variable)
    if name:
        piece = f"(?P={name})" if name in names else f"(?P<{name}>[^/]+)"
        names.add(name)
        return piece
    if variable in _ONE_PART:
        return "[^/]+"
    stamp = variable.removeprefix("workflow.creationTimestamp.")
    return _DATES.get(stamp, "[^/]+") if stamp != variable and stamp.isalnum() else None


def judge_log(key: str, formats: Sequence[LogFormat], claims: Claims, kinds: Kinds, *, all_known: bool) -> LogDecision:
    """`all_known`: the workflow's name is known of every run; else an unknown one may be a run's.

    Of several formats that read the key, one by which it stays outweighs the others.
    """
    folder = key[: key.rindex("/") + 1] if "/" in key else ""
    kept = _kept_by_name(key, claims)
    if kept:
        return LogDecision(Verdict(False, "live", "logs-of-kept-run", kept), folder)
    read = [form.read(key) for form in formats]
    judged = [_judge(found, claims, kinds, all_known) for found in read if found]
    unknown = Verdict(False, "foreign", "logs-owner-unknown")
    verdict = min(judged, key=lambda verdict: verdict.goes, default=unknown)
    return LogDecision(verdict, folder if all(found and found.in_folder for found in read) else "")


def _judge(found: LogKey, claims: Claims, kinds: Kinds, all_known: bool) -> Verdict:
    runs = [(id, claim) for id in claims.workflows.get(found.workflow, ()) if (claim := claims.of(id)) is not None]
    for run_id, claim in runs:
        if not claim.goes:
            return Verdict(False, "live", "logs-of-kept-run", run_id)
    asked = kinds.argo_logs is not None
    for run_id, claim in runs:
        if claim.label == "expired":
            return Verdict(asked, "expired", "logs-of-expired-run" if asked else "kind-not-asked", run_id, claim.rule)
    by_pod = _KFP_POD.fullmatch(found.pod)
    if not runs and not (all_known and by_pod and by_pod["workflow"] == found.workflow):
        return Verdict(False, "foreign", "logs-owner-unknown", found.workflow)
    who = runs[0][0] if runs else found.workflow
    return Verdict(asked, "orphan", "logs-of-deleted-run" if asked else "kind-not-asked", who)


def _kept_by_name(key: str, claims: Claims) -> str:
    """The kept run whose workflow, or a pod of it, is a part of the key, wherever it stands; "" when there is none."""
    for part in key.split("/")[:-1]:
        pod = _KFP_POD.fullmatch(part)
        for name in (part, pod["workflow"] if pod else part):
            for run_id in claims.workflows.get(name, ()):
                claim = claims.of(run_id)
                if claim is not None and not claim.goes:
                    return run_id
    return ""
