"""Python tracebacks in a log: exception, message, frames, which frame is the user's, and what it was raised from."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, TypeAlias

Link: TypeAlias = Literal["cause", "context", "group", "child"]
"""How an exception goes back to an earlier one: `raise … from`, raised while handling it, a group's first member, or the
exception of another process that this one only reports."""

# Where other people's Python code is installed; also KFP's own code, whatever the path.
_LIBRARY = re.compile(
    r"/(?:site|dist)-packages/|/lib(?:64)?/(?:python\d|pypy)|/kfp/(?:dsl|components)/executor|python\d+\.zip/"
)


@dataclass(frozen=True, slots=True)
class Frame:
    """`code` is the source line that Python printed, "" where it had none."""

    file: str
    line: int
    function: str
    code: str = ""

    @property
    def is_user_code(self) -> bool:
        """Not a library, not the standard library, not frozen or generated code."""
        if self.file.endswith("/ephemeral_component.py") or self.file in ("<string>", "<stdin>"):
            return True
        return not self.file.startswith("<") and _LIBRARY.search(self.file) is None


@dataclass(frozen=True, slots=True)
class Traceback:
    """`exception` is the class as printed, with its module ("botocore.exceptions.ClientError"); `message` may have lines.

    `frames` outermost first; `user_frame` is the innermost frame of the user's own code, None when none is. `cause` is the
    exception it goes back to and `link` how. `certain`: it surely ended the program; else it is the last thing the program
    said before it ended. `text` are its last lines as printed: the innermost frames and the exception.
    """

    exception: str
    message: str
    frames: tuple[Frame, ...] = ()
    user_frame: Frame | None = None
    cause: Traceback | None = None
    link: Link | None = None
    certain: bool = True
    text: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The class without its module."""
        return self.exception.rpartition(".")[2]

    @property
    def first_line(self) -> str:
        """The first line of the message that says something."""
        return next((line.strip() for line in self.message.splitlines() if line.strip()), "")

    @property
    def summary(self) -> str:
        """`KeyError: 'currency'`, as Python prints it, one line."""
        return f"{self.name}: {self.first_line}" if self.first_line else self.name

    @property
    def in_own_words(self) -> bool:
        """Whether user code raised it itself, with a class of Python's or its own, and quotes no library's text.

        Such an exception means what its author meant: `ConnectionError("warming up")` is no network error.
        """
        innermost = self.frames[-1] if self.frames else None
        if innermost is None or not innermost.is_user_code or not innermost.code.startswith("raise"):
            return False
        module = self.exception.rpartition(".")[0]
        own = not module or "<locals>" in module or module in (_module_of(innermost.file), "__main__")
        return own and _LIBRARY_TEXT.search(self.message) is None

    @property
    def chain(self) -> tuple[Traceback, ...]:
        """This exception, then what it goes back to, and so on to the first."""
        found = [self]
        while (earlier := found[-1].cause) is not None:
            found.append(earlier)
        return tuple(found)

    @property
    def origin(self) -> Traceback:
        """The exception that tells what happened: not the one that only reports a child or a group, but theirs."""
        here = self
        while here.cause is not None and here.link in ("child", "group"):
            here = here.cause
        return here

    @property
    def explained(self) -> tuple[Traceback, ...]:
        """The part of the chain that this exception passes on; what it was merely raised beside is left out.

        An exception that was raised while another was handled may have nothing to do with it (a fallback that failed
        too), unless it repeats the other's message, as wrappers do.
        """
        found = [self]
        while (earlier := found[-1].cause) is not None:
            here = found[-1]
            if here.link == "context" and not here._repeats(earlier):
                break
            found.append(earlier)
        return tuple(found)

    def _repeats(self, earlier: Traceback) -> bool:
        said = earlier.first_line
        return (len(said) > 3 and said in self.message) or self.name in WRAPPERS


def _module_of(file: str) -> str:
    return file.rpartition("/")[2].removesuffix(".py")


# Texts that nobody writes by hand: system calls, urllib3, OpenSSL, botocore, requests, gRPC.
_LIBRARY_TEXT = re.compile(
    r"\[Errno -?\d+\]|ConnectionPool\(host=|Name or service not known|Failed to resolve '|CERTIFICATE_VERIFY_FAILED"
    r"|urlopen error|An error occurred \(\w+\) when calling|StatusCode\.[A-Z]|4\d\d Client Error|Caused by \w+Error"
)

# Exceptions of network and cloud libraries that stand for the lower one they were raised beside, without repeating it.
WRAPPERS = frozenset(
    {
        "URLError", "ConnectionError", "MaxRetryError", "NewConnectionError", "ProxyError", "SSLError", "TransportError",
        "ConnectTimeout", "ConnectTimeoutError", "ReadTimeout", "ReadTimeoutError", "ConnectError", "NetworkError",
        "EndpointConnectionError", "ConnectionClosedError", "ProxyConnectionError", "APIConnectionError", "APITimeoutError",
        "ClientConnectorError", "ClientConnectorDNSError", "ClientConnectorSSLError", "ServiceUnavailable", "RetryError",
        "ServerSelectionTimeoutError", "AutoReconnect", "OperationalError", "InterfaceError", "NoBrokersAvailable",
        "CommunicationError", "HfHubHTTPError", "LocalEntryNotFoundError", "MlflowException", "CommError", "HttpError",
        "FSTimeoutError", "RefreshError", "DefaultCredentialsError", "ServiceRequestError", "ClientAuthenticationError",
    }
)  # fmt: skip


def is_missing_file(traceback: Traceback) -> bool:
    """Whether the program ended because a file was not there; other exceptions quote the C library's text."""
    texts = ("No such file or directory", "does not exist")
    return traceback.name == "FileNotFoundError" or any(t in traceback.message for t in texts)
