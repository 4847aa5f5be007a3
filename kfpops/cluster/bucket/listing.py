"""A whole listing, page after page, that ends, never says the same twice and never strays from what was asked."""

from __future__ import annotations

from collections.abc import Iterator

from kfpops.cluster.bucket.line import Line
from kfpops.cluster.bucket.page import DISTRUST, Page, read_page
from kfpops.cluster.bucket.question import Question
from kfpops.errors import BadAnswer


def list_pages(line: Line, prefix: str, *, start_after: str = "", delimiter: str = "") -> Iterator[Page]:
    """All pages. Each call has a state of its own: several threads may list with one line at once.

    Raises `BadAnswer` for a page that is cut off, miscounted, repeats a key or another page, or holds what is not below
    `prefix`; whatever came before it must then not be taken for the whole.
    """
    asked = {"list-type": "2", "max-keys": "1000", "encoding-type": "url", "prefix": prefix}
    asked |= {"delimiter": delimiter} if delimiter else {}
    loops = _Loops()
    # SeaweedFS up to 4.47 lists nothing at all for a start that lies before the prefix.
    query = {**asked, "start-after": start_after} if start_after > prefix else asked
    while True:
        reply = line.ask(Question("GET", query=query, again=True))
        page = read_page(reply.body)
        _refuse_strangers(page, prefix)
        loops.refuse(page)
        yield page
        if not page.token:
            return
        query = {**asked, "continuation-token": page.token}


def _refuse_strangers(page: Page, prefix: str) -> None:
    keys = page.objects.keys
    if len(set(keys)) != len(keys):
        raise BadAnswer("A page of the listing holds a key twice.", hint=DISTRUST)
    # What begins with the prefix lies together in the order of keys: if the first and the last do, all do.
    for stranger in (min(keys), max(keys)) if prefix and keys else ():
        if not stranger.startswith(prefix):
            raise BadAnswer(f"The listing below {prefix} holds {stranger}, which is not below it.", hint=DISTRUST)


class _Loops:
    """Notices a listing that comes back to where it was, in constant memory.

    A page is compared with the one before it, and its token with one that is kept ever longer (Brent's cycle finding): a
    loop of n pages is noticed after at most 3 n.
    """

    def __init__(self) -> None:
        self._token, self._kept = "", ""
        self._first = self._last = ""
        self._since, self._for = 0, 1

    def refuse(self, page: Page) -> None:
        """Raises `BadAnswer` for a page that was there before."""
        keys = page.objects.keys
        if keys and keys[0] in (self._first, self._last):
            raise BadAnswer(f"The listing repeats a page: {keys[0]} came before.", hint=DISTRUST)
        if page.token and page.token in (self._token, self._kept):
            raise BadAnswer("The listing goes in a circle: a continuation token came before.", hint=DISTRUST)
        if keys:
            self._first, self._last = keys[0], keys[-1]
        self._token = page.token
        self._since += 1
        if self._since == self._for:
            self._kept, self._since, self._for = page.token, 0, self._for * 2
