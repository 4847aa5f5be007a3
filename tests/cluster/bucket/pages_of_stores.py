"""Pages of listings as stores write them."""

from __future__ import annotations

from collections.abc import Sequence

TIME = "2026-11-21T09:52:06.250Z"
SECONDS = 1795254726.25
ETAG = "5d41402abc4b2a76b9719d911017c592"


def as_aws(key: str, more: str = "<StorageClass>STANDARD</StorageClass>") -> str:
    return (
        f"<Contents><Key>{key}</Key><LastModified>{TIME}</LastModified><ETag>&quot;{ETAG}&quot;</ETag>"
        f"<Size>5</Size>{more}</Contents>"
    )


def as_seaweedfs(key: str) -> str:
    return (
        f"<Contents><Key>{key}</Key><ETag>&#34;{ETAG}&#34;</ETag><Size>5</Size>"
        f"<StorageClass>STANDARD</StorageClass><LastModified>{TIME}</LastModified></Contents>"
    )


def page_of(
    rows: Sequence[str],
    *,
    count: int | None = None,
    cut: str = "false",
    token: str = "",
    quoted: bool = True,
    more: str = "",
) -> bytes:
    following = f"<NextContinuationToken>{token}</NextContinuationToken>" if token else ""
    head = f"<IsTruncated>{cut}</IsTruncated><KeyCount>{len(rows) if count is None else count}</KeyCount>{following}"
    encoding = "<EncodingType>url</EncodingType>" if quoted else ""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
        f"<Name>mlpipeline</Name><Prefix></Prefix><MaxKeys>1000</MaxKeys>{head}{encoding}{''.join(rows)}{more}</ListBucketResult>"
    ).encode("utf-8", "surrogateescape")
