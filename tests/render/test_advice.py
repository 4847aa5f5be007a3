"""An advice is a text, and what of it can be copied."""

from __future__ import annotations

from kfpops.model.finding import Advice
from kfpops.render.advice import advice_blocks
from kfpops.render.document import Code, Paragraph


def test_text_alone() -> None:
    assert advice_blocks(Advice("Wait.")) == [Paragraph("Wait.")]


def test_code_and_command() -> None:
    assert advice_blocks(Advice("Do.", sdk="t.x()", kubectl="kubectl get pods")) == [
        Paragraph("Do."),
        Code("python", "t.x()"),
        Code("shell", "kubectl get pods"),
    ]
