"""What to change, as blocks of a Document."""

from __future__ import annotations

from kfpops.model.finding import Advice
from kfpops.render.document import Block, Code, Paragraph


def advice_blocks(advice: Advice) -> list[Block]:
    """The text, then the SDK's code and the command line to copy, where there are any."""
    blocks: list[Block] = [Paragraph(advice.text)]
    if advice.sdk:
        blocks.append(Code("python", advice.sdk))
    if advice.kubectl:
        blocks.append(Code("shell", advice.kubectl))
    return blocks
