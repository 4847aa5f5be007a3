"""The pages of docs/ and the parts of README.md that are made from the code."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import click
from metrics_page import metrics_page
from picture import picture

from kfpops.cli.exit_codes import EXIT_CODES
from kfpops.cli.main import COMMANDS
from kfpops.diagnose import causes
from kfpops.diagnose.cause import Cause

_MADE = "<!-- Made by `make generate`; do not edit. -->\n"
_SHOWN = ["diagnose", "run", "similarity-matrix full"]


def pages(root: Path) -> dict[Path, str]:
    """Path → text of every generated file."""
    made = {root / "docs" / "exit-codes.md": _exit_codes(), root / "docs" / "diagnose.svg": _picture()}
    made |= {root / "docs" / "causes" / name: text for name, text in _cause_pages()}
    made[root / "docs" / "metrics.md"] = f"{_MADE}{metrics_page()}"
    readme = root / "README.md"
    made[root / "docs" / "commands.md"] = f"{_MADE}# Commands\n\n{_help('', *_all_commands())}"
    made[readme] = _between(
        readme.read_text(encoding="utf-8"), "help", f"{_help('')}\n[Every command's help](docs/commands.md)\n"
    )
    return made


def _exit_codes() -> str:
    rows = "\n".join(f"| {code} | {name} | {meaning} |" for code, name, meaning in EXIT_CODES)
    return f"{_MADE}# Exit codes\n\n| code | | when |\n|---|---|---|\n{rows}\n"


def _cause_pages() -> Iterator[tuple[str, str]]:
    index = [_MADE, "# Causes", "", "What `kfpops diagnose` can find. An id never changes its meaning.", ""]
    for family in sorted(m.name for m in iter_modules(causes.__path__)):
        module = import_module(f"kfpops.diagnose.causes.{family}")
        yield f"{family}.md", _family_page(family, module.__doc__ or "", module.CAUSES)
        index += [f"## [{family}]({family}.md)", "", "| id | what it is |", "|---|---|"]
        index += [f"| [`{c.id}`]({family}.md#{_anchor(c.id)}) | {_cell(c.title)} |" for c in module.CAUSES]
        index.append("")
    yield "README.md", "\n".join(index)


def _family_page(family: str, opening: str, members: tuple[Cause, ...]) -> str:
    lines = [_MADE, f"# {family}", "", " ".join(opening.split()), ""]
    for cause in members:
        lines += [f"## {cause.id}", "", f"**{cause.title}.** {cause.meaning}", "", f"What to change: {cause.remedy}", ""]
        lines += [f"Looked for in steps that are {_listed(cause.when)}.", ""]
        if cause.yields_to:
            lines += [f"Gives way to {', '.join(f'`{other}`' for other in cause.yields_to)}, which explain more.", ""]
    return "\n".join(lines)


def _listed(when: frozenset[str]) -> str:
    return " or ".join(sorted(when))


def _anchor(cause_id: str) -> str:
    """As GitHub makes it of a heading."""
    return cause_id.replace("/", "")


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _help(*commands: str) -> str:
    texts = [(name, _kfpops(*name.split(), "--help").rstrip()) for name in commands]
    return "\n".join(f"```\n$ kfpops {f'{name} ' if name else ''}--help\n{text}\n```\n" for name, text in texts)


def _all_commands() -> Iterator[str]:
    for name, (module, _) in COMMANDS.items():
        command = import_module(module).command
        members = command.list_commands(click.Context(command)) if isinstance(command, click.Group) else ()
        yield from (f"{name} {member}" for member in members) if members else (name,)


def _picture() -> str:
    answer = _kfpops(*_SHOWN, "--from", "demo:oom", "--color", code=1)
    typed = f'\x1b[1m$ kfpops diagnose run "{_SHOWN[2]}"\x1b[0m\n\n'
    return picture("kfpops diagnose on a run that ran out of memory", typed + answer)


def _kfpops(*arguments: str, code: int = 0) -> str:
    """What the command prints: 80 columns, without settings of this environment."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("KFPOPS_") and k not in ("COLUMNS", "NO_COLOR")}
    environment |= {"PYTHONIOENCODING": "utf-8", "TERM": "dumb"}
    command = [sys.executable, "-m", "kfpops", *arguments]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", env=environment, check=False)
    if done.returncode != code:
        sys.exit(f"{' '.join(arguments)} ended with {done.returncode}: {done.stderr}")
    return done.stdout


def _between(text: str, name: str, content: str) -> str:
    """The text with what stands between `<!-- name:begin -->` and `<!-- name:end -->` replaced."""
    found = re.compile(rf"(<!-- {name}:begin -->\n).*?(<!-- {name}:end -->)", re.DOTALL)
    if not found.search(text):
        sys.exit(f"README.md lacks the marks of {name}")
    return found.sub(lambda m: f"{m.group(1)}\n{content}\n{m.group(2)}", text)
