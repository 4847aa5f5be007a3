"""Requests that a server can bear: ids in chunks, lists page by page, and both smaller when an answer is too large."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Final, Protocol, TypeVar

from kfpops.cluster.mlmd.schema import BY_ID, message
from kfpops.cluster.mlmd.status import TooLarge
from kfpops.errors import BadAnswer

T = TypeVar("T")

MOST: Final = 100
"""Ids in a request, and rows on a page: MLMD gives no more than 100 on one (its own default is 20)."""


class Caller(Protocol):
    """Sends a request of `schema` to the server and gives the answer. Raises errors of `kfpops.errors`, also `TooLarge`."""

    def __call__(self, method: str, request: Any) -> Any: ...


def in_chunks(asked: Sequence[T], ask: Callable[[Sequence[T]], Iterable[Any]], what: str = "") -> Iterator[Any]:
    """The answers to `ask` for up to 100 of `asked` at a time; for fewer once an answer was too large.

    Raises `TooLarge`, naming it as a `what` ("artifact"), for a single one whose answer is still too large.
    """
    size, start = MOST, 0
    while start < len(asked):
        chunk = asked[start : start + size]
        try:
            answer = ask(chunk)
        except TooLarge as error:
            if len(chunk) == 1:
                one = f"{what} {chunk[0]}".strip()
                raise TooLarge(f"{error.message.rstrip('.')}, even for {one} alone.", error.said) from error
            size = len(chunk) // 2
            continue
        start += len(chunk)
        yield from answer


def in_pages(
    call: Caller, method: str, rows: str, *, where: str = "", newest_first: bool = False, **fields: Any
) -> Iterator[Any]:
    """The messages of a list in pages of up to 100, by id; of fewer once a page was too large.

    `rows` names the field that holds them, `where` is a filter_query, `fields` are further fields of the request. Raises
    `TooLarge`, telling where, when a page of one is still too large; `BadAnswer` for a list that does not go on.
    """
    request = message(f"{method}Request")(**fields)
    options = request.options
    options.max_result_size = MOST
    options.order_by_field.field, options.order_by_field.is_asc = BY_ID, not newest_first
    if where:
        options.filter_query = where.encode()
    last = 0
    while True:
        try:
            answer = call(method, request)
        except TooLarge as error:
            if options.max_result_size == 1:
                place = f"the one after {last}" if last else "the first one"
                raise TooLarge(f"{error.message.rstrip('.')}, even for {place} alone.", error.said) from error
            options.max_result_size //= 2
            continue
        found = getattr(answer, rows)
        last = found[-1].id if found else last
        yield from found
        if not answer.next_page_token:
            return
        if answer.next_page_token == options.next_page_token:
            raise BadAnswer(f"ML Metadata gave the same page token of {method} twice, so its list has no end.", "Try again.")
        options.next_page_token = answer.next_page_token
