"""Exit codes: what other programs may rely on (docs/exit-codes.md is made of this table)."""

from __future__ import annotations

EXIT_CODES: tuple[tuple[int, str, str], ...] = (
    (0, "fine", "The answer was found, and nothing is wrong. Lists and `demo` end so too, whatever they show."),
    (
        1,
        "findings",
        "`diagnose` found something that failed or is stuck. `cache explain` found a task that was taken from the cache"
        " though an object of it is gone (what `diagnose` calls `kfp/artifact-missing`); a miss is no finding."
        " `cleanup lifecycle check` found a rule of a bucket that will delete something live.",
    ),
    (2, "usage or configuration", "A wrong option, a run that does not exist, a file that cannot be read."),
    (3, "unreachable or forbidden", "A server did not answer, answered nonsense, or refused; the missing right is named."),
    (
        4,
        "plan refused",
        "`cleanup`: the picture is incomplete, a limit is passed, somebody else cleans, the plan is not what was"
        " reviewed, or a new one would take the place of a plan whose apply has not ended. Nothing more is deleted.",
    ),
    (
        5,
        "partly applied",
        "`cleanup apply` waits for runs to end, or something of the plan was refused or failed: run it again, it goes on.",
    ),
    (70, "a bug", "kfpops failed by its own fault. A report file is written; its path is on stderr."),
    (130, "interrupted", "Ctrl-C."),
)  # fmt: skip
