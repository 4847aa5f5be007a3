"""Credentials of user code's own calls: none found, refused, or expired; told from the exceptions that ended the program."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, TypeAlias

from kfpops.knowledge.traceback import Traceback

CredentialTrouble: TypeAlias = Literal["missing", "expired", "denied"]


@dataclass(frozen=True, slots=True)
class CredentialFailure:
    """`http_status` where the service answered with one; `code` is the service's own word (AccessDenied); `operation` what
    was asked (GetObject); `said` the exception that told."""

    trouble: CredentialTrouble
    said: Traceback
    http_status: int | None = None
    code: str | None = None
    operation: str | None = None


_MISSING_CLASSES = frozenset(
    {"NoCredentialsError", "PartialCredentialsError", "DefaultCredentialsError", "CredentialUnavailableError",
     "TokenRetrievalError", "NoAuthTokenError", "LocalTokenNotFoundError", "ProfileNotFound", "CredentialRetrievalError"}
)  # fmt: skip
_MISSING = re.compile(
    r"Unable to locate credentials|default credentials were not found|Could not automatically determine credentials"
    r"|DefaultAzureCredential failed to retrieve a token|No valid credentials provided|api_key client option must be set"
    r"|api_key not configured|No API key (?:provided|found)|Token is required .* but no token found|no password supplied"
)
_EXPIRED_CLASSES = frozenset(
    {"UnauthorizedSSOTokenError", "SSOTokenLoadError", "TokenExpiredError", "ExpiredSignatureError"}
)
_EXPIRED = re.compile(
    r"\b(?P<code>ExpiredToken(?:Exception)?|RequestExpired|TokenExpired|ExpiredAccessKey)\b|token (?:has|is) expired"
    r"|[Tt]oken has been expired or revoked|token included in the request is expired|Signature has expired"
    r"|credentials? (?:have|has) expired|Reauthentication is needed"
)
_DENIED_CODES = (
    "AccessDenied|AccessDeniedException|AllAccessDisabled|UnauthorizedOperation|UnauthorizedAccess|InvalidAccessKeyId"
    "|SignatureDoesNotMatch|InvalidClientTokenId|UnrecognizedClientException|AuthFailure|NotAuthorized|Forbidden"
    "|AuthorizationFailure|AuthenticationFailed|PERMISSION_DENIED|UNAUTHENTICATED|ACCESS_DENIED|403|401"
)
# botocore's ClientError; minio's S3Error; Azure's ErrorCode; gRPC's status.
_SERVICE = re.compile(
    rf"error occurred \((?P<a>{_DENIED_CODES})\) when calling the (?P<operation>\w+)|code: (?P<b>{_DENIED_CODES}),"
    rf"|ErrorCode:(?P<c>{_DENIED_CODES})|StatusCode\.(?P<d>PERMISSION_DENIED|UNAUTHENTICATED)|AWS Error (?P<e>ACCESS_DENIED)"
)
_HTTP = re.compile(
    r"\b(?P<a>40[13]) Client Error|HTTP Error (?P<b>40[13])\b|^\(?(?P<c>40[13])\)?(?:\s|$|:)|[Ee]rror code: (?P<d>40[13])\b"
    r"|Client error '(?P<e>40[13]) |status[ _]?(?:code)?[ =:]+(?P<f>40[13])\b|responded with (?P<g>40[13])\b"
)
_LOGIN = re.compile(
    r"password authentication failed|Access denied for user|Authentication failed|authentication required|NOAUTH|WRONGPASS"
    r"|Login failed for user|no pg_hba\.conf entry|permission denied for (?:table|schema|relation|database)"
)
_DENIED_CLASSES = frozenset(
    {"GatedRepoError", "AuthenticationError", "PermissionDenied", "PermissionDeniedError", "Forbidden", "Unauthorized",
     "Unauthenticated", "AuthenticationException", "AuthorizationException"}
)  # fmt: skip
# s3fs and gcsfs turn a 403 into Python's own PermissionError with nothing but this word.
_BARE = re.compile(r"(?:Forbidden|Access Denied|AccessDenied|Unauthorized)\.?$")


def read_credential_failure(traceback: Traceback) -> CredentialFailure | None:
    """The credentials that a traceback goes back to; None when it is about something else, also for files of the container.

    What user code raises itself in its own words (`PermissionError("locked")`) is none, unless it speaks as the services do.
    """
    return next((found for one in traceback.explained if (found := _read(one)) is not None), None)


def _read(one: Traceback) -> CredentialFailure | None:
    text, own = one.message, one.in_own_words
    if one.name in ("KeyError", "AssertionError", "IndexError") or (one.name == "PermissionError" and "Errno" in text):
        return None
    expired = _EXPIRED.search(text)
    if expired is not None or (one.name in _EXPIRED_CLASSES and not own):
        return CredentialFailure("expired", one, _status(text), expired["code"] if expired else None, _operation(text))
    if _MISSING.search(text) or (one.name in _MISSING_CLASSES and not own):
        return CredentialFailure("missing", one)
    return None if own else _denied(one)


def _denied(one: Traceback) -> CredentialFailure | None:
    status = _status(one.message)
    service = _SERVICE.search(one.message)
    if service is not None:
        code = service["a"] or service["b"] or service["c"] or service["d"] or service["e"]
        return CredentialFailure("denied", one, status or _status_of(code), code, service["operation"])
    if one.name == "PermissionError" and _BARE.match(one.message):
        return CredentialFailure("denied", one, 403)
    if status is not None or one.name in _DENIED_CLASSES or _LOGIN.search(one.message):
        return CredentialFailure("denied", one, status or (403 if one.name in ("Forbidden", "PermissionDenied") else None))
    return None


def _status(text: str) -> int | None:
    found = _HTTP.search(text)
    return int(next(filter(None, found.groups()))) if found else None


def _status_of(code: str) -> int | None:
    """What S3 and its kin answer with for a code (Amazon S3 API, error responses); None for those of other protocols."""
    if code.isdigit():
        return int(code)
    of_s3 = ("AccessDenied", "AllAccessDisabled", "InvalidAccessKeyId", "SignatureDoesNotMatch", "Forbidden")
    return 403 if code in of_s3 else None


def _operation(text: str) -> str | None:
    found = re.search(r"when calling the (\w+)", text)
    return found[1] if found else None
