"""Bytes of a Kubernetes list → model values: fast when the body is as documented, item by item when it is not."""

from __future__ import annotations

import gc
from dataclasses import dataclass
from functools import cache
from typing import Any, Generic

import msgspec

from kfpops.model.kinds import T
from kfpops.model.meta import KubernetesStruct, Metadata
from kfpops.model.namespaced import Secret


class ListMetadata(KubernetesStruct, frozen=True):
    resource_version: str = ""
    # `continue` is a keyword, hence another name here.
    continue_token: str = msgspec.field(default="", name="continue")


class _SecretOnTheWire(KubernetesStruct, frozen=True):
    metadata: Metadata = Metadata()
    type: str = ""
    keys: tuple[str, ...] = ()
    # Raw: the values are skipped over, never made into text.
    data: dict[str, msgspec.Raw] = {}


class _RawList(msgspec.Struct, frozen=True):
    items: list[msgspec.Raw] | None = None
    metadata: msgspec.Raw = msgspec.Raw(b"{}")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a list. `unreadable` counts items that no reading of this kind could make sense of."""

    items: tuple[T, ...]
    continue_token: str = ""
    unreadable: int = 0


@cache
def _list_decoder(kind: Any) -> msgspec.json.Decoder[Any]:
    shape = msgspec.defstruct(
        f"{kind.__name__}List",
        [("items", tuple[kind, ...], ()), ("metadata", ListMetadata, ListMetadata())],
        frozen=True,
        gc=False,
    )
    return msgspec.json.Decoder(shape)


def decode_page(kind: type[T], body: bytes) -> Page[T]:
    """Decode one page. Raises `msgspec.DecodeError` when the body is no JSON list at all (truncated, HTML …).

    The garbage collector is held while thousands of small values are made: it would visit them again and again and costs
    four times the decoding itself.
    """
    wire: Any = _SecretOnTheWire if kind is Secret else kind
    collecting = gc.isenabled()
    gc.disable()
    try:
        decoded = _list_decoder(wire).decode(body)
        items, token, unreadable = decoded.items, decoded.metadata.continue_token, 0
    except msgspec.ValidationError:
        items, token, unreadable = _item_by_item(wire, body)
    finally:
        if collecting:
            gc.enable()
    if kind is Secret:
        items = tuple(Secret(s.metadata, s.type, s.keys or tuple(sorted(s.data))) for s in items)
    return Page(tuple(items), token, unreadable)


def _item_by_item(kind: type[Any], body: bytes) -> tuple[tuple[Any, ...], str, int]:
    """The slow way, for bodies with a null or an unexpected type somewhere: one bad item must not hide the others."""
    raw = msgspec.json.decode(body, type=_RawList)
    good = []
    bad = 0
    for item in raw.items or ():
        try:
            good.append(decode_tolerant(kind, bytes(item)))
        except msgspec.ValidationError:
            bad += 1
    metadata = msgspec.json.decode(raw.metadata) or {}
    token = metadata.get("continue") if isinstance(metadata, dict) else ""
    return tuple(good), token or "", bad


def decode_tolerant(kind: type[T], body: bytes) -> T:
    """Decode one object; fields that are null count as absent."""
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.ValidationError:
        return msgspec.convert(_without_nulls(msgspec.json.decode(body)), kind, strict=False)


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _without_nulls(v) for k, v in value.items() if v is not None}
    if isinstance(value, list):
        return [_without_nulls(v) for v in value if v is not None]
    return value
