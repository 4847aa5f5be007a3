"""A page of a listing through expat: any order of elements, white space, entities and prefixes of namespaces."""

from __future__ import annotations

from kfpops.cluster.bucket.dates import iso_seconds
from kfpops.cluster.bucket.page import Page, checked, unquoted
from kfpops.cluster.bucket.tree import Node, read_xml
from kfpops.errors import BadAnswer
from kfpops.model.bucket import BucketObject
from kfpops.model.object_rows import in_columns


def read_any_page(body: bytes) -> Page:
    """Raises `BadAnswer` for what is no ListBucketResult, cut off or miscounted."""
    root = read_xml(body, "ListBucketResult", "a page of the listing")
    quoted = root.text("EncodingType") == "url"
    objects = in_columns([_row(node, quoted) for node in root.all("Contents")])
    folders = (node.text("Prefix") for node in root.all("CommonPrefixes"))
    page = Page(objects, tuple(unquoted(f) if quoted else f for f in folders), root.text("NextContinuationToken"))
    return checked(page, root.text("KeyCount"), root.text("IsTruncated"))


def _row(node: Node, quoted: bool) -> BucketObject:
    key, size = node.text("Key"), node.text("Size")
    try:
        seconds = iso_seconds(node.text("LastModified"))
    except ValueError:
        raise BadAnswer(f"The listing tells no time for {key}.") from None
    if not key or not size.isascii() or not size.isdigit():
        raise BadAnswer("The listing holds a row without a key or a size.")
    return BucketObject(unquoted(key) if quoted else key, int(size), node.text("ETag").strip('"'), seconds)
