"""How many pipelines KFP holds."""

from __future__ import annotations

from collections.abc import Callable

from kfpops.errors import NotFound
from kfpops.metrics import pipelines
from kfpops.metrics.family import Series
from kfpops.metrics.gather.asked import Lists
from kfpops.metrics.labels import label_value


def count(lists: Lists, namespace: str, home: Callable[[], str]) -> dict[Series, float]:
    """The gauge of a namespace. `namespace`: "" on a KFP without users, where all of them are counted as `home`'s.

    Empty where nobody knows. Raises what KFP answers else.
    """
    try:
        number = lists.pipeline_count(namespace)
    except NotFound:
        return {}
    return {Series(pipelines.COUNT.name, (label_value(namespace or home()),)): float(number)}
