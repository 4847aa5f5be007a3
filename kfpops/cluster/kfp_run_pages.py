"""Runs of KFP's REST API, the oldest first, page by page, none passed over: for those who count them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import quote

from kfpops.cluster.kfp_filter import Predicate, filter_of, not_after, not_before, one_of
from kfpops.cluster.kfp_pages import GROUP, Pages
from kfpops.cluster.kfp_route import KfpRoute
from kfpops.cluster.refusals import Ask, Rejected
from kfpops.errors import BadAnswer, Forbidden, NotFound, Unreachable
from kfpops.knowledge import kfp_json
from kfpops.knowledge.kfp_json import Json
from kfpops.model.run import Run, RunQuery

_PATH = "/apis/v2beta1/runs"
_FIRST = 50
_LATER = 200
"""KFP gives no more on a page (backend/src/apiserver/list/list.go). Lists carry every task of every run, so that large pages
can break the server's message limit: what cannot be had so is asked for in small ones."""
_SMALL = 10


class RunPages:
    """Safe for use by several threads."""

    def __init__(self, route: KfpRoute) -> None:
        self._pages = Pages(route)
        self._names: dict[str, str] = {}

    def of(self, namespace: str, query: RunQuery) -> Iterator[tuple[Run, ...]]:
        """As `Pipelines.run_pages`."""
        given, totals = 0, list[int]()
        for page in self._documents(namespace, query):
            runs = kfp_json.runs_of(page, namespace)
            given += len(runs)
            totals.append(kfp_json.total_of(page))
            yield tuple(self._named(run, namespace) for run in runs)
        # Runs come and go while the pages are read: fewer than there were before and after is a page that is missing.
        if given < min(totals[0], totals[-1]):
            raise BadAnswer(f"The KFP API told {given} of {totals[-1]} runs.", "Try again.")

    def _documents(self, namespace: str, query: RunQuery) -> Iterator[Json]:
        """Later pages by their token alone: KFP takes its numbers (times) for floats, and knows the filter no more."""
        scope = (("namespace", namespace),) if namespace else ()
        asked = (("sort_by", "created_at asc"), *filter_of(_predicates(query)))
        size, token = _FIRST, ""
        while True:
            try:
                page, size = self._page((*asked, *scope), size, namespace)
            except Rejected as error:
                # A KFP without users may refuse a namespace.
                if not scope or token or "single-user" not in error.said.lower():
                    raise
                scope = ()
                continue
            before, token = token, kfp_json.next_page(page)
            if token and len(kfp_json.items_of(page, "runs")) < size:
                raise BadAnswer("The KFP API gave a page of runs that is not whole.", "Try again.")
            yield page
            if not token:
                return
            if token == before:
                raise BadAnswer("The KFP API gave the same page of runs twice.", "Try again.")
            asked, size = (("page_token", token),), _LATER if size != _SMALL else _SMALL

    def _page(self, asked: tuple[tuple[str, str], ...], size: int, namespace: str) -> tuple[Json, int]:
        """The page, and the size it was asked for with."""
        where = f" in {namespace}" if namespace else ""
        needs = f"list runs.{GROUP}{where}"
        try:
            return self._pages.get(Ask(_PATH, (("page_size", str(size)), *asked), needs=needs, about=f"runs{where}")), size
        except (Forbidden, Rejected):
            raise
        except Unreachable as error:
            if size <= _SMALL or not _too_large(error):
                raise
            ask = Ask(_PATH, (("page_size", str(_SMALL)), *asked), needs=needs, about=f"runs{where}")
            return self._pages.get(ask), _SMALL

    def _named(self, run: Run, namespace: str) -> Run:
        """With its pipeline's name. Raises what KFP answers when it cannot tell: runs are counted once, under their name.

        A pipeline that is deleted, or that may not be read, has none. What a pipeline consists of is left out: thousands of
        runs may be kept at once.
        """
        if run.pipeline_name or not run.pipeline_id:
            return replace(run, pipeline=None) if run.pipeline else run
        if run.pipeline_id not in self._names:
            self._names[run.pipeline_id] = self._name(run.pipeline_id)
        return replace(run, pipeline=None, pipeline_name=self._names[run.pipeline_id])

    def _name(self, pipeline_id: str) -> str:
        path = f"/apis/v2beta1/pipelines/{quote(pipeline_id, safe='')}"
        try:
            found = self._pages.get(Ask(path, needs=f"get pipelines.{GROUP}", about=f"pipeline {pipeline_id}"))
        except (NotFound, Forbidden, Rejected):
            return ""
        return next(iter(kfp_json.pipeline_names_of({"pipelines": [found]}).values()), "")


def _too_large(error: Unreachable) -> bool:
    """gRPC says `received message larger than max`, MySQL that a GROUP_CONCAT was cut (`Failed to parse task details`)."""
    said = error.message.lower()
    return "larger than" in said or "exhausted" in said or "task details" in said


def _predicates(query: RunQuery) -> list[Predicate]:
    found: list[Predicate] = [one_of("run_id", query.ids)] if query.ids else []
    found += [not_before("created_at", query.created_since)] if query.created_since else []
    found += [not_after("created_at", query.created_until)] if query.created_until else []
    found += [not_before("finished_at", query.finished_since)] if query.finished_since else []
    found += [{"operation": "NOT_EQUALS", "key": "state", "stringValue": state} for state in query.not_in]
    return found
