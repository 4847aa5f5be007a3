"""The policy of `kfpops cleanup`, and the pins file that it names."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from kfpops.errors import PlanRefused

if TYPE_CHECKING:
    from kfpops.cleanup.policy.policy import Policy


def policy_and_pins(path: str) -> tuple[Policy, str]:
    """The policy, and the text of its pins file, which is named relative to it; "" when it names none.

    Raises `UsageError` for a wrong policy, `PlanRefused` for pins that cannot be read: what they pin is not known.
    """
    from kfpops.cleanup.policy.read import read_policy_file

    policy = read_policy_file(path)
    if not policy.pins_file:
        return policy, ""
    pins = Path(path).expanduser().parent / policy.pins_file
    try:
        return policy, pins.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no UTF-8"
        raise PlanRefused(f"The pins file {pins} cannot be read: {why}.", f"{path} names it: pins.file.") from None
