"""Sets up logging: text for a terminal, JSON for machines, without secrets in either.

`redact_secrets` takes secrets out of a text, by their shapes and by the registered values.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import threading
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal
from urllib.parse import quote, quote_plus

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from types import TracebackType

REDACTED = "[redacted]"
_MIN_SECRET_LENGTH = 4  # characters: shorter values would redact parts of ordinary words

_NAMES_OF_SECRETS = (
    r"(?:proxy-)?authorization|(?:x-)?api[-_]?key|(?:client|signing)[-_]?secret|(?:access|refresh)[-_]?token|password"
)
_BEGINS = r"(?:(?<![\w-])|(?<=\\[nrt]))"  # no letter before it, or a line end as `repr` writes it
# Each pattern keeps the part that names the secret. Slack's tokens come first: later patterns match their beginnings.
_SECRET_PATTERNS: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    (re.compile(r"(?i)(xox[a-z](?:\.xox[a-z])?|xapp)-[\w%.+=/-]+"), rf"\1-{REDACTED}"),
    (
        re.compile(
            rf"(?i)({_NAMES_OF_SECRETS})"
            r"([\"'\\]*\s*[:=,]\s*(?:b(?=[\\\"']))?[\"'\\]*)((?:bearer|basic|digest|negotiate|token)\s+)?[^\s\"',;)}\]]+"
        ),
        rf"\1\2\3{REDACTED}",
    ),
    (re.compile(r"(?i)(bearer|basic)(\s+)[\w.~+/=-]{8,}"), rf"\1\2{REDACTED}"),
    (re.compile(rf"{_BEGINS}sk-[\w-]{{16,}}"), f"sk-{REDACTED}"),
    # A signed token, which Qdrant accepts as a key: its first part is an object in Base64.
    (re.compile(rf"{_BEGINS}(?:ey[JA]|ew[o0])[\w-]{{8,}}\.[\w-]+\.[\w-]*"), REDACTED),
    (re.compile(r"(/\\{0,4}/)[^/\s]*@"), rf"\1{REDACTED}@"),  # name, key or both before a host, in a URL of any scheme
    (re.compile(r"(?i)([?&][\w-]*(?:ticket|token|key|secret|password|signature)=)[^&\s\"']+"), rf"\1{REDACTED}"),
    # An address of Slack that allows anybody to post in a channel.
    (re.compile(r"(?i)(hooks\.slack(?:-gov)?\.com(?::\d{1,5})?(?:\\{0,4}/|%2F))[\w/.%\\-]+"), rf"\1{REDACTED}"),
    # The rejected value in a pydantic error: it may be a question or a document's text.
    (re.compile(r"\b(input_value=)(?:.*(, input_type=)|.*)"), rf"\1{REDACTED}\2"),
)
_known_secrets: set[str] = set()


def register_secret(value: str) -> None:
    """Redact this value from now on, also as it is written in URLs and in Python's `repr`."""
    if len(value) >= _MIN_SECRET_LENGTH:
        _known_secrets.update((value, quote(value, safe=""), quote_plus(value), repr(value)[1:-1]))


def redact_secrets(text: str) -> str:
    """Replace every secret in the text."""
    for value in sorted(_known_secrets, key=len, reverse=True):
        text = text.replace(value, REDACTED)
    for pattern, replacement in _SECRET_PATTERNS:
        text = pattern.sub(replacement, text)
    return text


_QUIET_LIBRARIES = (
    "httpx",
    "httpcore",
    "slack_bolt",
    "slack_sdk",
    "watchfiles",
    "unstructured",
    "pypdfium2",
)
log = logging.getLogger(__name__)


class TextFormatter(logging.Formatter):
    """Formats a record as a line of text, with its traceback below."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as text."""
        return redact_secrets(super().format(record))


class JsonFormatter(logging.Formatter):
    """Formats a record as one JSON object: time (UTC, ISO 8601), level, logger, message and traceback, if any."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line of JSON."""
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": redact_secrets(record.getMessage()),
        }
        if record.exc_info:
            line["traceback"] = redact_secrets(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False)


class _StandardErrorHandler(logging.StreamHandler):  # type: ignore[type-arg] # it is generic for type checkers only
    enter_line: Callable[[], AbstractContextManager[object]] = nullcontext

    def emit(self, record: logging.LogRecord) -> None:
        """Write a line, in the context that `write_log_lines_in` has set."""
        with self.enter_line():
            super().emit(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 (logging's own name)
        """Report a lost line without its text: logging itself would print the text, with its secrets."""
        kind = type(sys.exc_info()[1]).__name__
        self.stream.write(f"a log line could not be written logger={record.name} error={kind}{self.terminator}")


def configure_logging(log_format: Literal["text", "json"], level: str) -> None:
    """Send the process's logs to standard error in this format."""
    handler = _StandardErrorHandler(sys.stderr)
    text = TextFormatter("%(asctime)s %(levelname)-7s %(name)s: %(message)s", "%H:%M:%S")
    handler.setFormatter(JsonFormatter() if log_format == "json" else text)
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in _QUIET_LIBRARIES:
        logging.getLogger(name).setLevel(logging.WARNING)


@contextmanager
def write_log_lines_in(context: Callable[[], AbstractContextManager[object]]) -> Iterator[None]:
    """Write each log line in a context of its own, as one that takes a progress bar away meanwhile."""
    handlers = [one for one in logging.getLogger().handlers if isinstance(one, _StandardErrorHandler)]
    for handler in handlers:
        handler.enter_line = context
    try:
        yield
    finally:
        for handler in handlers:
            handler.enter_line = nullcontext


def log_uncaught_exceptions() -> None:
    """Log uncaught exceptions of the process and its threads, without secrets."""
    configure_logging("text", "INFO")
    sys.excepthook = _log_uncaught
    threading.excepthook = _log_uncaught_in_thread
    sys.unraisablehook = _log_unraisable


def _log_uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if not isinstance(error, KeyboardInterrupt):
        log.critical("crashed", exc_info=(kind, error, trace))


def _log_uncaught_in_thread(crash: threading.ExceptHookArgs) -> None:
    if crash.exc_value is not None and not isinstance(crash.exc_value, SystemExit):
        log.error("thread crashed", exc_info=(crash.exc_type, crash.exc_value, crash.exc_traceback))


def _log_unraisable(lost: sys.UnraisableHookArgs) -> None:
    if lost.exc_value is not None:
        log.error("an error was lost", exc_info=(lost.exc_type, lost.exc_value, lost.exc_traceback))
