from __future__ import annotations

from datetime import datetime, timezone

import pytest

from kfpops.cleanup.inventory import Gap
from kfpops.cleanup.why.answer import Answer, Step
from kfpops.cleanup.why.report import why_report
from kfpops.render.json import to_json
from tests.cleanup.why.test_present import GOES, STAYS, a_folder, an_object
from tests.schemas import validates


@pytest.mark.parametrize(
    "answer",
    [
        an_object(STAYS, steps=(Step("rule", "old", "rule old …", False), Step("artifact", "1", "artifact 1"))),
        an_object(GOES, policy="p.yaml", gaps=(Gap("kfp", "403"),)),
        a_folder((GOES, 3), (STAYS, 4)),
        Answer("minio://m/x", "m", "x", "nothing", nearest=("y",)),
    ],
)
def test_it_is_valid(answer: Answer) -> None:
    validates(to_json(why_report(answer, datetime(2026, 11, 21, tzinfo=timezone.utc))))
