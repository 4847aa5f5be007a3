"""Python tracebacks in a log: exception, message, frames, and which frame is the user's."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Frame:
    file: str
    line: int
    function: str


@dataclass(frozen=True, slots=True)
class Traceback:
    """`exception` is the class as printed, with its module ("botocore.exceptions.ClientError"); `message` may have lines.

    `frames` outermost first; `user_frame` is the innermost frame of the user's own code, None when none is.
    """

    exception: str
    message: str
    frames: tuple[Frame, ...] = ()
    user_frame: Frame | None = None

    @property
    def name(self) -> str:
        """The class without its module."""
        return self.exception.rpartition(".")[2]
