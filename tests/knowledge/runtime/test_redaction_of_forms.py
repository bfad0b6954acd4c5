"""Generated secrets in every form that logs have them in, between other words: none of them comes through."""

from __future__ import annotations

import base64
import json
import logging
import string
import sys

from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.runtime.log_setup import JsonFormatter, TextFormatter, redact_secrets

_LETTERS = string.ascii_letters + string.digits
_WORDS = st.text(_LETTERS, min_size=20, max_size=40).map("Zq".__add__)  # long: none is part of another text by chance
_SCHEMES = st.sampled_from(("http", "https", "HTTP", "grpc", "redis", "wss", "socks5h", "postgresql+asyncpg"))
_HOSTS = st.sampled_from(("qdrant", "10.0.0.1:6333", "[::1]:6333", "example.test"))
_NAMES = ("Authorization", "authorization", "Proxy-Authorization", "api-key", "X-API-Key", "API_KEY", "apikey",
          "QDRANT_API_KEY", "client_secret", "SIGNING_SECRET", "access_token", "refresh-token", "password")  # fmt: skip
_PARAMETERS = ("ticket", "token", "key", "api_key", "access_token", "client-secret", "X-Amz-Signature", "password")
_TOKENS = ("xoxb-", "xoxp-1-", "xoxa-2-", "xoxe-1-", "xoxe.xoxp-1-", "xoxe.xoxb-1-", "xoxc-", "xoxd-", "xapp-1-A01-2-",
           "XOXB-", "Xapp-1-")  # fmt: skip


@st.composite
def _slack_token(draw: st.DrawFn, secret: str) -> str:
    return draw(st.sampled_from(_TOKENS)) + secret[:5] + draw(st.sampled_from(("-", "%2F", "+", "=", ""))) + secret


@st.composite
def _header(draw: st.DrawFn, secret: str) -> str:
    name = draw(st.sampled_from(_NAMES))
    value = draw(st.sampled_from(("", "Bearer ", "bearer  ", "Basic ", "token ", "Digest "))) + secret
    form = draw(st.integers(0, 5))
    return (
        f"{name}: {value}",
        f"{name}={value}",
        json.dumps({name: value, "x": 1}),
        repr({name: value, "x": 1}),
        repr([(name.encode(), value.encode()), (b"accept", b"*/*")]),
        json.dumps({name: value}, separators=(",", ":")),
    )[form]


@st.composite
def _url(draw: st.DrawFn, secret: str) -> str:
    user = draw(st.sampled_from((secret, f"u:{secret}", f"{secret}:", f":{secret}", f"u:a@{secret}", f"u:?{secret}#")))
    url = f"{draw(_SCHEMES)}://{user}@{draw(_HOSTS)}/collections?x=1"
    return url.replace("/", "\\/") if draw(st.booleans()) else url


@st.composite
def _parameter(draw: st.DrawFn, secret: str) -> str:
    name, sign = draw(st.sampled_from(_PARAMETERS)), draw(st.sampled_from("?&"))
    return f"GET https://{draw(_HOSTS)}/path{sign}{name}={secret}&app_id=A1"


@st.composite
def _webhook(draw: st.DrawFn, secret: str) -> str:
    host = draw(st.sampled_from(("hooks.slack.com", "hooks.slack-gov.com", "HOOKS.slack.com", "hooks.slack.com:443")))
    kind = draw(st.sampled_from(("services", "commands", "actions", "workflows", "triggers")))
    url = f"https://{host}/{kind}/T012/B345/{secret}"
    return draw(st.sampled_from((url, url.replace("/", "\\/"), url.replace("/", "%2F"))))


@st.composite
def _signed_token(draw: st.DrawFn, secret: str) -> str:
    header = draw(st.sampled_from(('{"alg":"HS256","typ":"JWT"}', '{ "alg": "HS256" }', '{\n"alg": "RS256"}')))
    body = base64.urlsafe_b64encode(header.encode()).decode().rstrip("=")
    return f"{body}.{secret}.{draw(st.sampled_from((secret, '')))}"


_FORMS = (
    _slack_token, _header, _url, _parameter, _webhook, _signed_token, lambda secret: st.just(f"Bearer {secret}"),
    lambda secret: st.just(f"sk-proj-{secret}"),
)  # fmt: skip


@st.composite
def _lines(draw: st.DrawFn) -> tuple[str, str]:
    secret = draw(_WORDS)
    told = draw(st.sampled_from(_FORMS).flatmap(lambda form: form(secret)))
    before, after = (draw(st.sampled_from(("", " ", "(", "url=", "said: ", "\n", "\\n", '"', "é "))) for _ in range(2))
    return before + told + after, secret


@settings(max_examples=800, deadline=None)
@given(_lines())
def test_a_secret_in_any_form_is_taken_out_of_lines_and_tracebacks(made: tuple[str, str]) -> None:
    line, secret = made
    assert secret not in redact_secrets(line)
    try:
        int(line, 3)  # its error repeats the line
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, "f", 1, "failed: %s", (line,), sys.exc_info())
    assert secret not in TextFormatter().format(record)
    assert secret not in JsonFormatter().format(record)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.text(string.ascii_lowercase, min_size=1, max_size=5), max_size=20))
def test_ordinary_words_stay_as_they_are(words: list[str]) -> None:
    text = " ".join(words)
    assert redact_secrets(text) == text
