"""Label and field selectors as the API server evaluates them."""

from __future__ import annotations

import pytest

from kfpops.knowledge.selectors import fits, parse_selector

LABELS = {"app": "web", "tier": "front", "generation": "3"}


@pytest.mark.parametrize(
    "selector",
    [
        "app=db",
        "app==db",
        "app!=web",
        "!app",
        "team",
        "app in (db,cache)",
        "app notin (web, db)",
        "generation>3",
        "tier<9",
        "app=web,team",
    ],
)
def test_does_not_fit(selector: str) -> None:
    assert not fits(parse_selector(selector), LABELS)


@pytest.mark.parametrize(
    "selector",
    [
        "",
        "app=web",
        "app == web",
        "app!=db",
        "team!=red",
        "team notin (red)",
        "!team",
        "app",
        "app in (db, web)",
        "generation>2",
        "generation<4",
        "app in (web,db),tier=front,!team",
    ],
)
def test_fits(selector: str) -> None:
    assert fits(parse_selector(selector), LABELS)


@pytest.mark.parametrize("selector", ["app in web", "a=b=c", "(a)"])
def test_what_is_no_selector(selector: str) -> None:
    with pytest.raises(ValueError):
        parse_selector(selector)
