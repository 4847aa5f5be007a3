"""Lists of KFP's REST API page by page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kfpops.cluster.kfp_route import KfpRoute
from kfpops.cluster.refusals import Ask
from kfpops.knowledge import kfp_json
from kfpops.knowledge.kfp_json import Json

GROUP = "pipelines.kubeflow.org"
"""The API group whose rights KFP asks Kubernetes for."""


class Pages:
    """Safe for use by several threads."""

    def __init__(self, route: KfpRoute) -> None:
        self._route = route

    def get(self, ask: Ask) -> Json:
        """One answer, a JSON object."""
        return self._route.get_as(kfp_json.decode_object, ask)

    def of(self, path: str, query: tuple[tuple[str, str], ...], right: str, about: str) -> Iterator[Json]:
        """The pages of a list; see `later`.

        `right`: what it takes, without the group (`list runs`).
        """
        token = ""
        while True:
            asked = later(query, token) if token else query
            page = self.get(Ask(path, asked, needs=f"{right}.{GROUP}", about=about))
            yield page
            token, before = kfp_json.next_page(page), token
            if not token or token == before:
                return


def later(query: tuple[tuple[str, str], ...], token: str) -> tuple[tuple[str, str], ...]:
    """What to ask for the next page: the token holds sort and filter.

    KFP 2.17 refuses its own token beside a filter with a time, repeated or not as it was: seen, "page token does not match".
    """
    return (*(pair for pair in query if pair[0] not in ("sort_by", "order_by", "filter")), ("page_token", token))


def chunks(ids: Sequence[str], size: int) -> Iterator[list[str]]:
    """The ids without empty ones and repetitions, so many at a time."""
    wanted = [id for id in dict.fromkeys(ids) if id]
    return (wanted[start : start + size] for start in range(0, len(wanted), size))
