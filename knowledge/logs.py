"""Decides how log lines look: text on a terminal, JSON for machines. What is logged is the caller's care."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Literal

_LIBRARIES_TO_HUSH = (
    "httpx",
    "httpcore",
    "slack_bolt",
    "slack_sdk",
    "watchfiles",
    "unstructured",
    "pypdfium2",
)


class JsonFormatter(logging.Formatter):
    """One JSON object a line: time (UTC, ISO 8601), level, logger, message, traceback where there is one."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line of JSON."""
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def start_logging(log_format: Literal["text", "json"], level: str) -> None:
    """Send the process's logs to standard error, in the form asked for."""
    handler = logging.StreamHandler(sys.stderr)
    text = logging.Formatter("%(asctime)s %(levelname)-7s %(name)s: %(message)s", "%H:%M:%S")
    handler.setFormatter(JsonFormatter() if log_format == "json" else text)
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in _LIBRARIES_TO_HUSH:
        logging.getLogger(name).setLevel(logging.WARNING)
