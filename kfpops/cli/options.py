"""The options that every command takes, before or after its name, and how they become Settings."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, TypeVar

import click
from click.shell_completion import CompletionItem

from kfpops.cli.configuration import from_environment, from_file
from kfpops.settings import Settings

F = TypeVar("F", bound=Callable[..., Any])
FORMATS = ("text", "wide", "json", "yaml", "markdown", "html")
MOST = 1 << 31
"""No --limit is larger: it is a number of rows in memory."""
GRAPH_FORMATS = ("dot", "mermaid", "openlineage")
"""Of what is a graph: `kfpops lineage run` and `artifact`."""


class Format(click.ParamType):  # type: ignore[type-arg]  # generic from click 8.2 on
    """Takes every format, also where it stands before a command that has fewer; completes to those `offered`."""

    name = "format"

    def __init__(self, offered: tuple[str, ...] = FORMATS) -> None:
        self._offered = offered

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        text = str(value)
        if text not in (*FORMATS, *GRAPH_FORMATS):
            self.fail(f"{text!r} is not one of {', '.join(map(repr, self._offered))}.", param, ctx)
        return text

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        return [CompletionItem(name) for name in self._offered if name.startswith(incomplete)]


def _output(offered: tuple[str, ...]) -> dict[str, Any]:
    return {"type": Format(offered), "metavar": f"[{'|'.join(offered)}]", "help": "How to print."}


# Names of parameters are those of Settings' fields.
_OPTIONS: tuple[tuple[tuple[str, ...], dict[str, Any]], ...] = (
    (("--context",), {"metavar": "NAME", "help": "Context of the kubeconfig."}),
    (("--kubeconfig",), {"metavar": "FILE", "help": "Path of the kubeconfig."}),
    (("-n", "--namespace"), {"metavar": "NS", "help": "Namespace of the runs."}),
    (("-A", "--all-namespaces"), {"is_flag": True, "default": None, "help": "All namespaces."}),
    (("--kfp-namespace",), {"metavar": "NS", "help": "Where KFP runs. Default: found, else kubeflow."}),
    (("--kfp-url",), {"metavar": "URL", "help": "KFP API. Default: through the API server."}),
    (("--kfp-token-file",), {"metavar": "FILE", "help": "Bearer token for the KFP API."}),
    (("--kfp-header", "kfp_headers"), {"metavar": "'K: V'", "multiple": True, "help": "Header for the KFP API."}),
    (("--metadata-url",), {"metavar": "URL", "help": "ML Metadata: grpc://host:port or https://…"}),
    (("--metadata-db",), {"metavar": "URL", "help": "ML Metadata's database, read only: mysql://… or sqlite:///FILE"}),
    (("--store-endpoint",), {"metavar": "URL", "help": "Object store."}),
    (("--insecure-skip-tls-verify",), {"is_flag": True, "default": None, "help": "Trust any certificate."}),
    (("--request-timeout",), {"type": click.FloatRange(min=0.1), "metavar": "SECONDS", "help": "For each request."}),
    (("--from", "bundle"), {"metavar": "BUNDLE", "help": "Read a capture (folder, .tar.gz, .zip) or demo:NAME."}),
    (("-o", "--output"), _output(FORMATS)),
    (("--color/--no-color",), {"default": None, "help": "Default: colours on a terminal."}),
    (("-v", "--verbose", "verbosity"), {"count": True, "default": None, "help": "Tell more (-vv: log requests)."}),
    (("--config",), {"metavar": "FILE", "help": "kfpops.toml or kfpops.yaml."}),
)  # fmt: skip
NAMES = frozenset(f.name for f in dataclasses.fields(Settings)) | {"config"}


def accepts_connection(function: F, *, hidden: bool = False, without: str = "", formats: tuple[str, ...] = FORMATS) -> F:
    """Adds the options to a group, which only keeps them for its commands. `without` is a spelling that is left out.

    `formats` of its own are shown in the help, though it hides what all commands take.
    """
    for decls, attributes in reversed(_OPTIONS):
        own = "--output" in decls and formats != FORMATS
        if without not in decls:
            shown = _output(formats) if own else attributes
            function = click.option(*decls, **shown, hidden=hidden and not own)(function)
    return function


# How often -v must be said until requests are logged.
_LOG_REQUESTS = 2


def takes_settings(
    function: Callable[..., int], without: str = "", formats: tuple[str, ...] = FORMATS
) -> Callable[..., int]:
    """Adds the options to a command (its help does not repeat them) and calls it with `settings` instead of them.

    `without`: an option that means something else to this command. `formats`: what -o may be.
    """

    @wraps(function)
    @click.pass_context
    def run(ctx: click.Context, /, **params: Any) -> int:
        own = {key: value for key, value in params.items() if key not in NAMES}
        settings = settings_of(ctx)
        if settings.output not in formats:
            raise click.UsageError(_wrong_format(settings.output, formats, ctx.command_path))
        if settings.verbosity >= _LOG_REQUESTS:
            _log_to_stderr()
        return function(settings=settings, **own)

    run.__doc__ = f"{function.__doc__}\n\n    The options of `kfpops --help` may stand here too.\n    "
    return accepts_connection(run, hidden=True, without=without, formats=formats)


def _wrong_format(given: str, formats: tuple[str, ...], command: str) -> str:
    known = f"It prints {', '.join(formats[:-1])} or {formats[-1]}."
    if given in GRAPH_FORMATS:
        return f"`{command}` makes no graph, so it cannot print {given}. {known}"
    return f"`{command}` knows no format {given}. {known}"


def _log_to_stderr() -> None:
    """What the adapters log, on stderr; other libraries stay quiet: at DEBUG some of them write headers."""
    import logging

    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(name)s: %(message)s"))
    logger = logging.getLogger("kfpops")
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)


def settings_of(ctx: click.Context, environ: Mapping[str, str] = os.environ) -> Settings:
    """Flags (those nearest to the command's end win) > KFPOPS_* environment > configuration file > defaults."""
    given: dict[str, Any] = {}
    chain: list[click.Context] = []
    here: click.Context | None = ctx
    while here is not None:
        chain.append(here)
        here = here.parent
    for one in reversed(chain):
        given |= {k: v for k, v in one.params.items() if k in NAMES and v not in (None, ())}
    surrounding = from_environment(environ)
    path = surrounding.pop("config", "")
    path = given.pop("config", path)
    values = {**(from_file(str(path)) if path else {}), **surrounding, **given}
    if "kfp_headers" in values:
        values["kfp_headers"] = tuple(values["kfp_headers"])
    return Settings(**values)
