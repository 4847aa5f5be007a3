"""A log's bytes → its text: whatever bytes a program wrote, and however long its lines are."""

from __future__ import annotations

_LONGEST_LINE = 16 << 10
_NO_LOG = ("unable to retrieve container logs for ", "failed to try resolving symlinks in path ")
"""What the kubelet writes into a 200 when the file is gone: k8s.io/kubernetes pkg/kubelet/kuberuntime, cri-client logs."""


def log_text(data: bytes, *, cut: bool = False, longest_line: int = _LONGEST_LINE) -> str:
    """Decode a log; bytes that are no UTF-8 become U+FFFD. A longer line keeps its two ends and says what is missing.

    `cut`: the data begins in the middle of the log, so an incomplete first line is dropped unless it is the only one.
    """
    text = data.decode("utf-8", "replace").replace("\x00", "")
    if cut and "\n" in text[:-1]:
        text = text[text.index("\n") + 1 :]
    if len(text) <= longest_line:
        return text
    return "\n".join(_shorten(line, longest_line) for line in text.split("\n"))


def is_no_log(text: str) -> bool:
    """Whether this text is the kubelet's excuse for a log that is gone."""
    return text.startswith(_NO_LOG) and text.count("\n") <= 1


def _shorten(line: str, longest: int) -> str:
    if len(line) <= longest:
        return line
    half = longest // 2
    return f"{line[:half]} … {len(line) - 2 * half} characters left out … {line[-half:]}"
