"""Lists page by page."""

from __future__ import annotations

import pytest

from kfpops.cluster.kfp_pages import Pages, chunks
from kfpops.cluster.kfp_route import KfpRoute
from kfpops.errors import BadAnswer, Forbidden
from tests.cluster.loopback import Answer, loopback, says


def test_later_pages_repeat_the_query_but_not_what_the_token_holds() -> None:
    with loopback() as server:
        server.routes["/x"] = [says({"n": 1, "next_page_token": "t"}), says({"n": 2})]
        pages = Pages(KfpRoute([server.http])).of("/x", (("filter", "f"), ("id", "1"), ("id", "2")), "list runs", "runs")
        assert [page["n"] for page in pages] == [1, 2]
        ids = (("id", "1"), ("id", "2"))
        assert [asked.pairs for asked in server.asked] == [(("filter", "f"), *ids), (*ids, ("page_token", "t"))]


def test_a_token_that_repeats_itself_ends_the_list() -> None:
    with loopback() as server:
        server.routes["/x"] = says({"next_page_token": "t"})
        assert len(list(Pages(KfpRoute([server.http])).of("/x", (), "list runs", "runs"))) == 2


def test_errors_name_the_right() -> None:
    with loopback() as server:
        server.routes["/x"] = says({"message": "no"}, 403)
        with pytest.raises(Forbidden) as caught:
            list(Pages(KfpRoute([server.http])).of("/x", (), "list runs", "runs"))
        assert caught.value.needs == "list runs.pipelines.kubeflow.org"
        server.routes["/x"] = Answer(b"[]")
        with pytest.raises(BadAnswer):
            list(Pages(KfpRoute([server.http])).of("/x", (), "list runs", "runs"))


def test_chunks() -> None:
    assert list(chunks([], 2)) == []
    assert list(chunks(["", ""], 2)) == []
    assert list(chunks(["a", "b", "a", "", "c"], 2)) == [["a", "b"], ["c"]]
