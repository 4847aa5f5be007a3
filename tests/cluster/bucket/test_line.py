"""Requests: what is sent again, what is not, and that no error tells a secret."""

from __future__ import annotations

import pytest

from kfpops.cluster.bucket.question import Question
from kfpops.errors import BadAnswer, Forbidden, NotFound, Unreachable
from kfpops.model.bucket import Deletion
from tests.cluster.bucket.opening import NAME, SOUND, a_store, opened
from tests.cluster.loopback import Answer, Loopback


@pytest.mark.parametrize("key", ["a/../b", "./x", "/lead", "a//b", "tr/", "ü &+%25?#", "\udcff", "~*'()"])
def test_any_key_arrives_as_it_is(key: str) -> None:
    with a_store() as (store, both):
        both.line.ask(Question("PUT", key, body=b"x"))
        assert store.keys(NAME) == [key]
        assert both.bucket.head(key) is not None


def test_what_changes_something_is_sent_once() -> None:
    with a_store(lose=("DELETE", "POST")) as (store, both):
        etag = store.put(NAME, "key", b"x")
        for question in (Question("DELETE", "key"), Question("POST", query={"delete": ""})):
            store.asked.clear()
            with pytest.raises(Unreachable):
                both.line.reply(question)
            assert len(store.asked) == 1
        with pytest.raises(Unreachable):
            both.changes.delete([Deletion("key", etag)], SOUND)


def test_how_long_is_waited() -> None:
    with a_store(busy_every=1) as (_, both):
        pauses: list[float] = []
        both.line.pause = pauses.append
        with pytest.raises(Unreachable):
            both.bucket.clock()
        assert len(pauses) == 6
        assert 0.1 < pauses[0] < 0.21
        assert 2 < pauses[-1] <= 5


def test_as_long_as_the_store_asks_for(server: Loopback) -> None:
    server.routes["/mlpipeline/key"] = [Answer(b"", 503, {"Retry-After": "4"}), Answer(b"", 404)]
    server.routes["/mlpipeline"] = Answer(b"", 200)
    both = opened(server.url)
    pauses: list[float] = []
    both.line.pause = pauses.append
    assert both.bucket.head("key") is None
    assert pauses == [4.0]


@pytest.mark.parametrize(
    "answer, kind, words",
    [
        pytest.param(Answer(b"", 403), Forbidden, "refuses HEAD mlpipeline", id="forbidden"),
        pytest.param(Answer(b"", 404), NotFound, "no bucket mlpipeline", id="no bucket"),
        pytest.param(Answer(b"", 302, {"Location": "/login"}), Unreachable, "redirect", id="a login page"),
        pytest.param(Answer(b"", 400), BadAnswer, r"did not accept HEAD mlpipeline/key \(400\)", id="a bad request"),
        pytest.param(Answer(b"", 200), BadAnswer, "no usable Last-Modified", id="no time"),
        pytest.param(Answer(b"", reset=True), Unreachable, "closed or lost the connection", id="reset"),
    ],
)
def test_what_goes_wrong_is_said_without_keys(server: Loopback, answer: Answer, kind: type[Exception], words: str) -> None:
    server.routes.update({"/mlpipeline": answer, "/mlpipeline/key": answer})
    with pytest.raises(kind, match=words) as caught:
        opened(server.url, secret="hunter2hunter2").bucket.head("key")
    shown = f"{caught.value!r} {caught.value.__cause__!r} {vars(caught.value)}"
    assert "hunter2" not in shown
    assert "Signature" not in shown


def test_nobody_listens() -> None:
    with pytest.raises(Unreachable, match="refused the connection"):
        opened("http://127.0.0.1:1").bucket.clock()


def test_a_slow_store_is_not_waited_for_twice() -> None:
    with a_store(slow=0.4) as (store, _), pytest.raises(Unreachable, match=r"did not answer within 0.1 s"):
        opened(store.endpoint, timeout=0.1).bucket.clock()
