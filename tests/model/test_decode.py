"""Lists of Kubernetes objects from bytes, also from bytes that are not as documented."""

from __future__ import annotations

import gc
import json
from typing import Any

import msgspec
import pytest

from kfpops.model.decode import decode_page
from kfpops.model.namespaced import Secret
from kfpops.model.pod import Pod


def body(*items: Any, **metadata: Any) -> bytes:
    return json.dumps({"kind": "PodList", "metadata": metadata, "items": list(items)}).encode()


def a(name: str, **more: Any) -> dict[str, Any]:
    return {"metadata": {"name": name}, **more}


def names(text: bytes) -> list[str]:
    return [p.metadata.name for p in decode_page(Pod, text).items]


@pytest.mark.parametrize("text", [b"", b"<html>", b'{"items": [{"metadata"', b'"pods"', b"[]"])
def test_what_is_no_list_is_an_error(text: bytes) -> None:
    with pytest.raises(msgspec.DecodeError):
        decode_page(Pod, text)


def test_a_page_with_its_token() -> None:
    page = decode_page(Pod, body(a("one"), a("two"), **{"continue": "abc"}))
    assert ([p.metadata.name for p in page.items], page.continue_token, page.unreadable) == (["one", "two"], "abc", 0)


def test_no_items_may_be_written_as_null() -> None:
    assert names(b'{"metadata": {}, "items": null}') == []


def test_nulls_and_unknown_fields_do_no_harm() -> None:
    odd = a(
        "one", status={"phase": "A phase of 2031", "containerStatuses": None, "unheardOf": [1]}, spec={"containers": None}
    )
    assert names(body(odd, a("two"))) == ["one", "two"]


def test_one_unreadable_item_does_not_hide_the_others() -> None:
    page = decode_page(Pod, body(a("one"), {"metadata": "nonsense"}, a("two"), **{"continue": "abc"}))
    assert ([p.metadata.name for p in page.items], page.unreadable, page.continue_token) == (["one", "two"], 1, "abc")


def test_values_of_secrets_are_not_kept() -> None:
    secret = a("s", type="Opaque", data={"password": "Y2FuYXJ5", "user": "Y2FuYXJ5"})
    (found,) = decode_page(Secret, body(secret)).items
    assert found.keys == ("password", "user")
    assert "Y2FuYXJ5" not in repr(found)


def test_the_garbage_collector_is_left_as_it_was() -> None:
    decode_page(Pod, body(a("one")))
    assert gc.isenabled()
