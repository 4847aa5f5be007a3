"""What a pipeline is made of, as far as its artifacts go."""

from __future__ import annotations

from dataclasses import dataclass

from tests.cleanup.world.kfp import NAMESPACE
from tests.cleanup.world.store import ROOT


@dataclass(frozen=True, slots=True)
class Task:
    """`fingerprint` "": caching is off. `files` below its output; `multipart`: they come in parts. `imports`: a URI.

    `inputs`: names of tasks whose output it reads. `fails`: after its files were uploaded, the first time it runs.
    """

    name: str
    fingerprint: str = ""
    files: tuple[str, ...] = ("part-0", "part-1")
    inputs: tuple[str, ...] = ()
    imports: str = ""
    reimport: bool = False
    fails: bool = False
    multipart: bool = False


@dataclass(frozen=True, slots=True)
class Spec:
    """`root`: the place below which its runs write. `namespace`: whose it is."""

    pipeline: str
    tasks: tuple[Task, ...]
    root: str = ROOT
    namespace: str = NAMESPACE
