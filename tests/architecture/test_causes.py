"""The catalogue of causes keeps its promises: ids, families, tests, and who yields to whom."""

from __future__ import annotations

import re
from collections import Counter
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import pytest

from kfpops.diagnose import causes
from kfpops.diagnose.causes import all_causes
from tests.architecture.catalogue import CATALOGUE

ROOT = Path(__file__).parent.parent.parent
FAMILIES = sorted(m.name for m in iter_modules(causes.__path__))


def test_ids_are_unique() -> None:
    assert [i for i, number in Counter(c.id for c in all_causes()).items() if number > 1] == []


@pytest.mark.parametrize("family", FAMILIES)
def test_an_id_is_its_place(family: str) -> None:
    for cause in import_module(f"kfpops.diagnose.causes.{family}").CAUSES:
        assert cause.id.partition("/")[0] == family


@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_has_its_test(family: str) -> None:
    assert (ROOT / "tests" / "diagnose" / "causes" / f"test_{family}.py").is_file()


def test_every_cause_is_in_the_catalogue_and_none_of_it_is_left_out() -> None:
    known = {c.id for c in all_causes()}
    assert known - CATALOGUE == set(), "an id is a promise: it goes into the catalogue first"
    assert CATALOGUE - known == set(), "no cause of the catalogue is left out"


def test_nobody_yields_to_each_other() -> None:
    every = all_causes()
    mutual = [(a.id, b.id) for a in every for b in every if a.id < b.id and a.yields(b.id) and b.yields(a.id)]
    assert mutual == []


def test_who_is_yielded_to_exists() -> None:
    known = {c.id for c in all_causes()} | {f"{f}/*" for f in FAMILIES} | {"*"}
    assert {(c.id, p) for c in all_causes() for p in c.yields_to if p not in known} == set()


@pytest.mark.parametrize("cause", all_causes(), ids=lambda c: c.id)
def test_a_cause_tells_what_its_page_needs(cause: causes.Cause) -> None:
    assert re.fullmatch(r"[a-z]+/[a-z0-9-]+", cause.id)
    assert cause.title
    # Programs that write themselves small stay so.
    assert cause.title[0].isupper() or cause.title.startswith("pip ")
    for text in (cause.meaning, cause.remedy):
        assert text.endswith((".", "`")), text
    assert cause.when, "a cause looks at some state"
