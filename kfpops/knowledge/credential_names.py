"""Names that say "a credential is my value": of environment variables, parameters, options and JSON keys."""

from __future__ import annotations

import re

# A name is judged by its last word, or by its last two: DB_PASSWORD, hfToken, AWS_SECRET_ACCESS_KEY, x-api-key.
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_ENDINGS = ("password", "passwd", "passphrase", "apikey", "accesskey", "secretkey", "privatekey", "accountkey", "authtoken")
_LAST = frozenset({"pwd", "secret", "token", "credential", "credentials", "authorization", "cookie", "sas"})
_BEFORE_KEY = frozenset(
    {"access", "account", "api", "auth", "encryption", "master", "private", "secret", "shared", "signing", "ssh"}
)

_SUGGESTIVE = frozenset(
    {"auth", "cred", "creds", "dsn", "jwt", "key", "keys", "license", "pass", "passwords", "pat", "tokens"}
)

# Tokens that open nothing: of language models, of parsers, and those that page through lists.
HARMLESS_TOKENS = (
    *(
        "bos",
        "cls",
        "eos",
        "image",
        "input",
        "mask",
        "output",
        "pad",
        "sep",
        "special",
        "start",
        "stop",
        "end",
        "unk",
        "word",
    ),
    *("cancel", "cancellation", "continuation", "continue", "next", "page", "prev", "unexpected"),
)

# What stands where a value could be but is none: unset, typed, masked, a placeholder, a reference.
_NO_VALUE = frozenset(
    {
        *("", "none", "null", "nil", "true", "false", "on", "off", "yes", "no", "undefined", "unset", "empty"),
        *("str", "string", "bytes", "optional", "required", "missing", "invalid", "..."),
    }
)
_REFERENCES = ("$", "{{", "<", "&", "[redacted", "****", "%s", "%(")


def names_a_credential(name: str) -> bool:
    """Whether a value under this name must not be shown: DB_PASSWORD, but not DB_PASSWORD_FILE, max_tokens or secretName."""
    words = [w.lower() for w in _WORD.findall(name)]
    if not words:
        return False
    last, before = words[-1], words[-2] if len(words) > 1 else ""
    if last.endswith(_ENDINGS):
        return True
    if last == "token":
        return before not in HARMLESS_TOKENS
    return last in _LAST or (last == "key" and before in _BEFORE_KEY)


def suggests_a_credential(name: str) -> bool:
    """Whether a value under this name is a credential if it looks like one: WANDB_KEY, BASIC_AUTH, LICENSE_KEY."""
    words = [w.lower() for w in _WORD.findall(name)]
    return len(words) > 1 and "cache" not in words and not _SUGGESTIVE.isdisjoint(words)


def is_no_value(value: str) -> bool:
    """Whether this is a placeholder or a reference rather than a credential: None, `$(NAME)`, `{{input}}`, `<password>`."""
    bare = value.strip().lower()
    return bare in _NO_VALUE or bare.startswith(_REFERENCES)


def is_path(value: str) -> bool:
    """Whether this names a file: GOOGLE_APPLICATION_CREDENTIALS=/var/secrets/key.json, PWD=/app."""
    return re.fullmatch(r"(?:/[\w.-]+){1,32}/?", value) is not None and not re.search(r"[A-Za-z0-9]{24}", value)
