"""Why the API server, a quota, a policy or the kubelet refused a pod: the texts, with their numbers in base units."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, TypeAlias

from kfpops.knowledge.quantity import parse_quantity

Refusal: TypeAlias = Literal[
    "quota-exceeded", "quota-needs-requests", "limit-range", "pod-security", "webhook-denied", "webhook-unreachable",
    "service-account-missing", "priority-class-missing", "forbidden", "invalid-spec",
]  # fmt: skip

# apiserver, plugin/pkg/admission/resourcequota.
_EXCEEDED = re.compile(r"exceeded quota: ([^,\s]+), requested: (.*), used: (.*), limited: (\S+)")
_MUST_SPECIFY = re.compile(r"failed quota: ([^:\s]+): must specify (.+)")
# plugin/pkg/admission/limitranger.
_BOUND = re.compile(
    r"(maximum|minimum) ([\w./-]+) usage per (\w+) is ([\w.]+?)"
    r"(?:, but (?:limit|request) is ([\w.]+)|\.\s+No \w+ is specified)"
)
_RATIO = re.compile(r"([\w./-]+) max limit to request ratio per (\w+) is ([\d.]+), but provided ratio is ([\d.]+)")
_WEBHOOK = re.compile(r'admission webhook "([^"]+)" denied the request: ?(.*)', re.DOTALL)
# apiserver, pkg/admission/plugin/policy/validating: the policies that are written in CEL.
_POLICY = re.compile(r"(ValidatingAdmissionPolicy) '([^']+)' with binding '[^']+' denied request: ?(.*)", re.DOTALL)
_WEBHOOK_DOWN = re.compile(r'failed (?:calling|to call) webhook "([^"]+)":? ?(.*)', re.DOTALL)
_SECURITY = re.compile(r'violates PodSecurity "([^"]+)": (.*)', re.DOTALL)
_ACCOUNT = re.compile(r'error looking up service account ([^/\s]+)/([^:\s]+)|serviceaccounts? "([^"]+)" not found')
_PRIORITY = re.compile(r"no PriorityClass with name (\S+) was found")
_RBAC = re.compile(
    r'User "([^"]+)" cannot (\w+) resource "([^"]+)"(?: in API group "([^"]*)")?(?: in the namespace "([^"]+)")?'
)
# The form of every admission refusal (apimachinery errors.NewForbidden), whichever plugin it comes from.
_REFUSED = re.compile(r'pods? "[^"]*" is forbidden: (.+)', re.DOTALL)
_INVALID = re.compile(
    r'(?:Pod|Workflow) "[^"]+" is invalid: (.*)|(strict decoding error: .*)|(cannot be handled as a \w+: .*)'
)


@dataclass(frozen=True, slots=True)
class Admission:
    """Who refused, and why. `name`: the quota, webhook, account, priority class, policy level or user.

    `resource` as the text names it; `requested`, `used` and `hard` in base units; `bound` is a LimitRange's, of a `scope`
    (Container, Pod; of a policy without a webhook: its kind); `text` is the part that says what is wrong. What the text
    does not tell is None.
    """

    refusal: Refusal
    name: str | None = None
    resource: str | None = None
    requested: float | None = None
    used: float | None = None
    hard: float | None = None
    scope: str | None = None
    text: str = ""


@lru_cache(maxsize=4096)
def parse_admission(message: str) -> Admission | None:
    """None when the message tells of no refusal."""
    if "quota" in message and (found := _quota(message)):
        return found
    if found := _limit_range(message):
        return found
    if match := _SECURITY.search(message):
        return Admission("pod-security", match[1], text=match[2])
    if match := _WEBHOOK.search(message):
        return Admission("webhook-denied", match[1], text=match[2] or message)
    if match := _POLICY.search(message):
        return Admission("webhook-denied", match[2], scope=match[1], text=match[3])
    if match := _WEBHOOK_DOWN.search(message):
        return Admission("webhook-unreachable", match[1], text=match[2])
    if match := _ACCOUNT.search(message):
        return Admission("service-account-missing", match[2] or match[3], text=match[0])
    if match := _PRIORITY.search(message):
        return Admission("priority-class-missing", match[1], text=match[0])
    if match := _RBAC.search(message):
        return Admission("forbidden", match[1], resource=match[3], scope=match[2], text=match[0])
    if match := _INVALID.search(message):
        return Admission("invalid-spec", text=next(g for g in match.groups() if g))
    if match := _REFUSED.search(message):
        return Admission("forbidden", text=match[1])
    return None


def _quota(message: str) -> Admission | None:
    if match := _MUST_SPECIFY.search(message):
        return Admission("quota-needs-requests", match[1], text=match[2])
    match = _EXCEEDED.search(message)
    if match is None:
        return None
    requested, used, hard = (_amounts(match[i]) for i in (2, 3, 4))
    over = [r for r in requested if requested[r] + used.get(r, 0) > hard.get(r, float("inf"))]
    resource = next(iter(over or requested), None)
    if resource is None:
        return None
    numbers = (requested.get(resource), used.get(resource), hard.get(resource))
    return Admission("quota-exceeded", match[1], resource, *numbers, text=match[0])


def _amounts(text: str) -> dict[str, float]:
    """`limits.cpu=2,limits.memory=4Gi` → numbers in base units."""
    pairs = (part.partition("=") for part in text.split(","))
    return {key.strip(): number for key, _, value in pairs if (number := _number(value)) is not None}


def _limit_range(message: str) -> Admission | None:
    if match := _BOUND.search(message):
        asked = _number(match[5]) if match[5] else None
        return Admission(
            "limit-range", match[1], match[2], requested=asked, hard=_number(match[4]), scope=match[3], text=match[0]
        )
    if match := _RATIO.search(message):
        return Admission(
            "limit-range", "ratio", match[1], requested=float(match[4]), hard=float(match[3]), scope=match[2], text=match[0]
        )
    return None


def _number(text: str) -> float | None:
    """A quantity as an int where it is one: numbers in facts and JSON read better."""
    number = parse_quantity(text.strip().rstrip("."))
    return int(number) if number is not None and number == int(number) else number


# The kubelet's reasons to refuse a pod that the scheduler gave it (pkg/kubelet/lifecycle, allocation, cm, sysctl, apparmor).
_KUBELET = frozenset(
    {"UnexpectedAdmissionError", "NodeAffinity", "TopologyAffinityError", "SMTAlignmentError", "EmptyPodSharedPoolError",
     "PodOSNotSupported", "PodOSSelectorNodeLabelDoesNotMatch", "InitContainerRestartPolicyForbidden", "AppArmor",
     "SupplementalGroupsPolicyNotSupported", "SysctlForbidden", "PodFeatureUnsupported", "PodLevelResourcesNotSupported",
     "VolumeAttachmentLimitExceeded"}
)  # fmt: skip


def refused_by_kubelet(reason: str) -> bool:
    """Whether a failed pod's reason says that its node never took it: `OutOfcpu`, `UnexpectedAdmissionError` …"""
    return reason in _KUBELET or reason.startswith("OutOf")
