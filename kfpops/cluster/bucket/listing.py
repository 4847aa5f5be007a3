"""A whole listing, page after page, that ends, never says the same twice and never strays from what was asked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kfpops.cluster.bucket.line import Line
from kfpops.cluster.bucket.page import DISTRUST, Page, read_page
from kfpops.cluster.bucket.question import Question
from kfpops.errors import BadAnswer
from kfpops.model.bucket import BucketObject


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
    keys = [found[0] for found in page.objects]
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
        self._objects: Sequence[BucketObject] = ()
        self._since, self._for = 0, 1

    def refuse(self, page: Page) -> None:
        """Raises `BadAnswer` for a page that was there before."""
        first, before = page.objects[:1], self._objects
        if first and before and first[0].key in (before[0].key, before[-1].key):
            raise BadAnswer(f"The listing repeats a page: {first[0].key} came before.", hint=DISTRUST)
        if page.token and page.token in (self._token, self._kept):
            raise BadAnswer("The listing goes in a circle: a continuation token came before.", hint=DISTRUST)
        if page.objects:
            self._objects = page.objects
        self._token = page.token
        self._since += 1
        if self._since == self._for:
            self._kept, self._since, self._for = page.token, 0, self._for * 2
