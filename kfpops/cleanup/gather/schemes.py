"""URIs of which nobody knows where they lead: what they name may lie in our buckets, so each is a fatal gap."""

from __future__ import annotations

from kfpops.cleanup.gather.gaps import Gaps
from kfpops.cleanup.places import UnknownScheme, places_of
from kfpops.cleanup.policy.policy import Policy

_MOST = 200


def check_scheme(uri: str, source: str, what: str, policy: Policy, gaps: Gaps) -> None:
    """`what` it is that has this URI: `artifact 7`, `the root of run 4f1c…`. Of each scheme and source the first is told."""
    found = places_of(uri, (), policy.external_schemes)
    if not isinstance(found, UnknownScheme):
        return
    begin = f"nobody knows where URIs of the scheme {found.scheme} lead: "
    if not any(gap.source == source and gap.why.startswith(begin) for gap in gaps.found):
        hint = f"Does it never lead into your buckets? Then name {found.scheme} under external_schemes of the policy."
        gaps.tell(source, f"{begin}{uri[:_MOST]} ({what})", hint)
