"""Whether a request is signed with the right key: SigV4 as a server checks it.

Upstream: https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
"""

from __future__ import annotations

import hmac
import re
from hashlib import sha256

from kfpops.sandbox.s3.asked import Request

_HEADER = re.compile(
    r"AWS4-HMAC-SHA256 Credential=(?P<access>[^/]+)/(?P<scope>[^,]+),\s*"
    r"SignedHeaders=(?P<signed>[^,]+),\s*Signature=(?P<signature>[0-9a-f]{64})"
)


def refused_because(request: Request, access: str, secret: str) -> str:
    """S3's error code for a request that these keys did not sign; "" when they did."""
    found = _HEADER.fullmatch(request.headers.get("authorization", ""))
    if not found:
        return "AccessDenied"
    if found["access"] != access:
        return "InvalidAccessKeyId"
    told = request.headers.get("x-amz-content-sha256", "")
    if re.fullmatch("[0-9a-f]{64}", told) and told != sha256(request.body).hexdigest():
        return "XAmzContentSHA256Mismatch"
    text = "\n".join(
        ("AWS4-HMAC-SHA256", request.headers.get("x-amz-date", ""), found["scope"], _digest(request, found["signed"]))
    )
    key = f"AWS4{secret}".encode()
    for part in found["scope"].split("/"):
        key = _sign(key, part)
    return "" if hmac.compare_digest(_sign(key, text).hex(), found["signature"]) else "SignatureDoesNotMatch"


def _digest(request: Request, signed: str) -> str:
    names = signed.split(";")
    pairs = sorted(pair if "=" in pair else f"{pair}=" for pair in request.query_text.split("&") if pair)
    lines = [request.method, request.path, "&".join(pairs)]
    lines += [f"{name}:{' '.join(request.headers.get(name, '').split())}" for name in names]
    lines += ["", signed, request.headers.get("x-amz-content-sha256", "")]
    return sha256("\n".join(lines).encode()).hexdigest()


def _sign(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), sha256).digest()
