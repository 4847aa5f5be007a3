"""The errors that reach a user: one sentence, what to do next, and an exit code (docs/exit-codes.md)."""

from __future__ import annotations


class KfpopsError(Exception):
    """Something a user can act on. `message` is one sentence; `hint` says what to do next (may be empty)."""

    exit_code = 2

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(KfpopsError):
    """The command, its configuration or its input is wrong: exit code 2."""


class NoKubeconfig(UsageError):
    """Nothing says where the cluster is: there is no kubeconfig, and this is no pod."""


class NotFound(KfpopsError):
    """What was asked for does not exist (exit code 2)."""


class NotInBundle(NotFound):
    """A bundle does not hold what was asked for, and does not tell whether the cluster had it."""


class Unreachable(KfpopsError):
    """A server did not answer, or answered with something that is no answer: exit code 3."""

    exit_code = 3


class Forbidden(Unreachable):
    """A server refused: `needs` names the missing right as RBAC writes it (`get pods/log in kubeflow`)."""

    def __init__(self, message: str, hint: str = "", needs: str = "") -> None:
        super().__init__(message, hint)
        self.needs = needs


def reason_of(error: KfpopsError) -> str:
    """The error as a gap tells it: what was refused or lost, and the right that was missing."""
    needs = error.needs if isinstance(error, Forbidden) else ""
    return f"{error.message}; needs: {needs}" if needs else error.message


class BadAnswer(Unreachable):
    """A server answered with a body that is truncated, not JSON or not of the expected shape."""


class PlanRefused(KfpopsError):
    """A clean-up would be unsafe: the picture is incomplete, a limit is passed, or the plan is not what was reviewed."""

    exit_code = 4


class Busy(PlanRefused):
    """Another clean-up of the same bucket holds the lock."""
