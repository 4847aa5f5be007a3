"""What KFP v2 calls its artifact types (sdk/python/kfp/dsl/types/artifact_types.py)."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Final

OF_KFP: Final = (
    *("system.Artifact", "system.Dataset", "system.Model", "system.Metrics", "system.ClassificationMetrics"),
    *("system.SlicedClassificationMetrics", "system.HTML", "system.Markdown"),
)
_BY_LAST_PART: Final = {name.removeprefix("system.").lower(): name for name in OF_KFP}


def meant_type(text: str) -> str | None:
    """The type of KFP's own that this misses (`model`, `system.Modle`); None for one of them, a pattern, or another's type.

    Only `system.` is KFP's alone: nothing can be said of the names of others.
    """
    if text in OF_KFP or any(sign in text for sign in "*?["):
        return None
    last = text.lower().removeprefix("system.")
    if last in _BY_LAST_PART:
        return _BY_LAST_PART[last]
    if not text.lower().startswith("system."):
        return None
    near = get_close_matches(last, _BY_LAST_PART, n=1)
    return _BY_LAST_PART[near[0]] if near else OF_KFP[0]
