"""Credentials in ordinary text → a marker; everything else stays as it is.

Used for whatever leaves the cluster: bundles, and evidence quoted in outputs. Time grows with the length of the text only:
every repetition in a pattern is bounded, or consumes what it has read whether it is hidden or not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from kfpops.knowledge.credential_names import (
    HARMLESS_TOKENS,
    is_no_value,
    is_path,
    names_a_credential,
    suggests_a_credential,
)

MARKER = "[redacted]"

# A quote in JSON that stands in JSON that stands in JSON …: KFP's arguments nest five levels deep.
_QUOTE = r"""\\{0,63}["']"""
_KEY = re.compile(
    rf"""(password|passwd|passphrase|pwd|client[_-]?secret|secret|token
        |(?:access|account|api|encryption|private|secret|shared|signing)[_-]?key)
        (?:{_QUOTE})?\]?[ \t]{{0,3}}(=>|==?|:)[ \t]{{0,3}}({_QUOTE})?""",
    re.IGNORECASE | re.VERBOSE,
)
_BARE_VALUE = re.compile(r"""[^\s"'\\]+""")
# Where an unquoted value ends before the white space does: `password=x,user=y`, `(token=abc)`.
_BARE_END = re.compile(r"[,;&]\s{0,3}[\w.-]{1,64}\s{0,3}[=:]|[)\]},;]{1,16}$")
_CODE = re.compile(r"[A-Za-z_][\w.]{0,128}(?:\[|\(\)?)")
# At least three digits among letters, in one word: what no person would write.
_RANDOM = re.compile(r"(?=(?:[^\d]*\d){3})(?=\d*[A-Za-z])[A-Za-z0-9_+=~-]{16,}")
_WEAK_KEYS = frozenset({"token", "secret"})

# `secret_key_to_env={'access_key': 'AWS_ACCESS_KEY_ID'}` of the KFP SDK names a Secret's keys and variables, no values.
_TO_ENV = re.compile(r"_key_to_env[\"']?\s{0,3}[=:]\s{0,3}\{[^{}]{0,240}$")
_ENV_NAME = re.compile(r"[A-Z]{2,32}(?:_[A-Z]{2,32}){1,8}")

# {"name": "DB_PASSWORD", "value": "…"}, also over two lines of a kubelet log with their time stamps.
_PAIR = re.compile(
    rf"""name{_QUOTE}\ {{0,4}}:\ {{0,4}}{_QUOTE}([\w.-]{{1,128}}){_QUOTE}\ {{0,4}},[\s\dTZ:.+\\n-]{{0,160}}["']value
        {_QUOTE}\ {{0,4}}:\ {{0,4}}({_QUOTE})""",
    re.VERBOSE,
)
_OPTION = re.compile(r"""(?<![\w-])--([A-Za-z][\w-]{1,60})((?:[ \t]{1,3}|=)["']?)(?![-"'\s])([^\s"']+)""")
_URL_PASSWORD = re.compile(r"""(://[^\s/:@"'\\]{0,128}:)([^\s/"'\\]{1,512})(@)(?!sha\d)""")
_URL_USER = re.compile(r"""(://)([^\s/:@"'\\]{16,512})(@)(?!sha\d)""")
_BEARER = re.compile(r"(\bbearer[ \t]{1,3})([\w.~+/=-]{12,})", re.IGNORECASE)
_HEADER = re.compile(
    r"""(\bauthorization["']?[ \t]{0,3}[:=][ \t]{0,3}["']?(?:basic|digest|key|negotiate|token)[ \t]{1,3})([^\s"',]+)""",
    re.IGNORECASE,
)
_COOKIE = re.compile(r"(\bcookie:[ \t]{1,3})(\w[^\r\n]*=[^\r\n]*)", re.IGNORECASE)
_SIGNATURE = re.compile(r"((?:\bx-(?:amz|goog)-signature|[?&]sig(?:nature)?)=)([\w%+/=-]{16,})", re.IGNORECASE)
_DOCKER_AUTH = re.compile(rf"""(\bauth{_QUOTE}[ \t]{{0,3}}:[ \t]{{0,3}}{_QUOTE})([A-Za-z0-9+/=]{{8,}})""")
_WEBHOOK = re.compile(r"(hooks\.slack\.com/(?:services|workflows)/)([\w/-]{10,})")

# Tokens that are known by their own form: of AWS, GitHub, GitLab, Slack, Hugging Face, OpenAI, Google, npm, Databricks,
# Vault, Stripe; JSON web tokens; and `{"auths":…` of a registry login in base64.
_TOKEN = re.compile(
    r"""(?<![A-Za-z0-9])(?:(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])|gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,}
        |glpat-[\w-]{16,}|xox[abeoprs]-[A-Za-z0-9-]{10,}|hf_[A-Za-z0-9]{20,}|sk-[\w-]{20,}|AIza[\w-]{30,}|ya29\.[\w-]{20,}
        |npm_[A-Za-z0-9]{30,}|dapi[0-9a-f]{32}|hvs\.[\w-]{20,}|[rs]k_live_[A-Za-z0-9]{16,}|eyJhdXRocyI6[A-Za-z0-9+/=]{8,}
        |(?<![_-])eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*)""",
    re.VERBOSE,
)
_TOKEN_BEGINNINGS = (
    *("akia", "asia", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-", "xox", "hf_", "sk-", "aiza", "ya29."),
    *("npm_", "dapi", "hvs.", "k_live_", "eyj"),
)
_KEY_BEGIN = re.compile(r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----")
_KEY_END = re.compile(r"-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----")
# The lines of a key whose end is missing (a log that was cut), with a kubelet's time stamps or without.
_KEY_LINES = re.compile(r"(?:(?:\s|\\n){1,4}(?:\d{4}-\d\d-\d\dT[\d:.]{8,24}Z )?[A-Za-z0-9+/=]{16,})*")
_LONGEST_KEY = 64 * 1024

# The words with which a key may begin, in lower case: found first, because that is twenty times as fast as _KEY's search.
_WORD = re.compile(
    r"password|passwd|passphrase|pwd|client[_-]?secret|secret|token"
    r"|(?:access|account|api|encryption|private|shared|signing)[_-]?key"
)


def redact(text: str) -> str:
    """The text with credentials replaced by MARKER. Doing it twice changes nothing more."""
    if len(text) < 5:
        return text
    low = text.lower()
    for hints, rule in _RULES:
        if any(hint in low for hint in hints):
            text = rule(text)
    return text


def redact_value(name: str, value: str) -> str:
    """A value with its name: hidden whole when the name says what it is (DB_PASSWORD), else treated as text."""
    hidden = names_a_credential(name) or (suggests_a_credential(name) and _RANDOM.fullmatch(value))
    return MARKER if hidden and not is_no_value(value) and not is_path(value) else redact(value)


def _private_keys(text: str) -> str:
    parts, done = [], 0
    ends = _KEY_END.finditer(text)
    end = next(ends, None)
    for begin in _KEY_BEGIN.finditer(text):
        if begin.start() < done:
            continue
        while end is not None and end.start() < begin.end():
            end = next(ends, None)
        whole = end is not None and end.start() - begin.end() < _LONGEST_KEY
        last = end if whole else _KEY_LINES.match(text, begin.end())
        parts += [text[done : begin.start()], MARKER]
        done = last.end() if last else begin.end()
    return "".join(parts) + text[done:]


def _assignments(text: str) -> str:
    parts, done, line_end = [], 0, -1
    for at in _words(text):
        key = _KEY.match(text, at) if at >= done else None
        if key is None:
            continue
        start, quote = key.end(), key.group(3)
        if quote:
            line_end = line_end if line_end >= start else _or_end(text.find("\n", start), len(text))
            end = _or_end(text.find(quote, start, line_end), line_end)
        else:
            end = _bare_end(text, start)
        hidden = end > start and _is_hidden(text, key, text[start:end])
        parts += [text[done:start], MARKER if hidden else text[start:end]]
        done = end
    return "".join(parts) + text[done:]


def _words(text: str) -> Iterator[int]:
    """Where keys may begin. A few letters change their length in lower case; then every place may be one."""
    low = text.lower()
    found = _WORD.finditer(low) if len(low) == len(text) else re.finditer(_WORD.pattern, text, re.IGNORECASE)
    return (m.start() for m in found)


def _or_end(found: int, end: int) -> int:
    return found if found >= 0 else end


def _bare_end(text: str, start: int) -> int:
    value = _BARE_VALUE.match(text, start)
    if value is None:
        return start
    cut = _BARE_END.search(value.group())
    return start + cut.start() if cut else value.end()


def _is_hidden(text: str, key: re.Match[str], value: str) -> bool:
    """Whether the value of `key` is a credential: `token` and `secret` are ordinary words, so theirs must look like one."""
    name, mark, quote = key.group(1).lower(), key.group(2), key.group(3)
    if is_no_value(value) or value.lower() == name or (not quote and _CODE.fullmatch(value)):
        return False
    before = text[max(0, key.start() - 16) : key.start()].lower().rstrip("_-. ")
    if name == "token" and before.endswith(HARMLESS_TOKENS):
        return False
    if name == "pwd" and is_path(value):
        return False
    if name.startswith("secret") and name.endswith("key") and _is_key_of_a_secret(text, key):
        return False
    if _ENV_NAME.fullmatch(value) and _TO_ENV.search(text[max(0, key.start() - 256) : key.start()]):
        return False
    if name not in _WEAK_KEYS:
        return value[0] not in "{["
    if value[0] in "{[(" or (value.isdigit() and len(value) < 12) or is_path(value):
        return False
    looks_random = any(c.isdigit() for c in value) or any(c.isupper() for c in value[1:])
    return len(value) >= 6 if mark.startswith("=") and not quote else len(value) >= 8 and (looks_random or len(value) >= 24)


def _is_key_of_a_secret(text: str, key: re.Match[str]) -> bool:
    """`{"secretKey": "password", "envVar": "DB_PASSWORD"}` of kfp-kubernetes names a key; it holds no value."""
    around = text[max(0, key.start() - 96) : key.end() + 96].lower()
    return "envvar" in around or "env_var" in around


def _pairs(text: str) -> str:
    parts, done = [], 0
    for pair in _PAIR.finditer(text):
        start = pair.end()
        if start < done or not names_a_credential(pair.group(1)):
            continue
        end = _or_end(text.find(pair.group(2), start), len(text))
        if is_no_value(text[start:end]) or is_path(text[start:end]):
            continue
        parts += [text[done:start], MARKER]
        done = end
    return "".join(parts) + text[done:]


def _option(found: re.Match[str]) -> str:
    name, between, value = found.groups()
    if not names_a_credential(name) or is_no_value(value) or is_path(value):
        return found.group()
    return f"--{name}{between}{MARKER}"


def _token(found: re.Match[str]) -> str:
    """`hf_` and `sk-` also begin ordinary names; a token has digits in it."""
    text = found.group()
    plain = text.startswith(("hf_", "sk-")) and sum(c.isdigit() for c in text) < 2
    return text if plain else MARKER


def _looks_random(found: re.Match[str]) -> str:
    value = found.group(2)
    rest = found.group(3) if found.re.groups > 2 else ""
    return f"{found.group(1)}{MARKER}{rest}" if any(c.isdigit() for c in value) else found.group()


def _second(found: re.Match[str]) -> str:
    rest = found.group(3) if found.re.groups > 2 else ""
    return f"{found.group(1)}{MARKER}{rest}"


def _by(pattern: re.Pattern[str], replace: Callable[[re.Match[str]], str]) -> Callable[[str], str]:
    return lambda text: pattern.sub(replace, text)


# Each rule with texts, in lower case, without all of which it finds nothing.
_RULES: tuple[tuple[tuple[str, ...], Callable[[str], str]], ...] = (
    (("private key",), _private_keys),
    (_TOKEN_BEGINNINGS, _by(_TOKEN, _token)),
    (("://",), _by(_URL_PASSWORD, _second)),
    (("://",), _by(_URL_USER, _looks_random)),
    (("bearer",), _by(_BEARER, _looks_random)),
    (("authorization",), _by(_HEADER, _second)),
    (("cookie:",), _by(_COOKIE, _second)),
    (("signature=", "sig="), _by(_SIGNATURE, _second)),
    (("auth",), _by(_DOCKER_AUTH, _second)),
    (("hooks.slack",), _by(_WEBHOOK, _second)),
    (("value",), _pairs),
    (("pass", "pwd", "secret", "token", "key"), _assignments),
    (("--",), _by(_OPTION, _option)),
)
