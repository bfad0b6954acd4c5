"""Finds names in `.env` that nothing reads, which are mostly misspelt. Changes nothing and stops nobody."""

from __future__ import annotations

import difflib
import logging
from pathlib import Path

log = logging.getLogger(__name__)

# Both processes read the same file, so each knows the other's names too.
KNOWN_SETTINGS = frozenset(
    [
        "ADMINS",
        "AUDIT_DAYS",
        "GUESTS_SEE_EVERYONE",
        "CATCH_UP_HOURS",
        "CHAT_MODEL",
        "CHAT_PARALLEL",
        "CHAT_TIMEOUT",
        "COLLECTION",
        "DASK_SCHEDULER",
        "DASK_TLS_CA",
        "DASK_TLS_CERT",
        "DASK_TLS_KEY",
        "DOCUMENTS_DIR",
        "DOCUMENT_URL_TEMPLATE",
        "EMBEDDING_MODEL",
        "EMBEDDING_TIMEOUT",
        "FEEDBACK_DAYS",
        "FILING",
        "FOLLOW_UPS",
        "HEARTBEAT_DIR",
        "JOURNAL_DAYS",
        "KEEP_OLD_INDEX_HOURS",
        "LOG_FORMAT",
        "LOG_LEVEL",
        "MAX_DELETES",
        "MAX_DELETES_PERCENT",
        "MAX_FILE_MB",
        "NUM_CTX",
        "OLLAMA_URL",
        "PASSAGES_IN_PROMPT",
        "QDRANT_API_KEY",
        "QDRANT_API_KEY_FILE",
        "QDRANT_PATH",
        "QDRANT_QUANTIZATION",
        "QDRANT_REPLICAS",
        "QDRANT_SHARDS",
        "QDRANT_TIMEOUT",
        "QDRANT_URL",
        "QUIET_SECONDS",
        "READERS",
        "READ_MEMORY_MB",
        "READ_SECONDS",
        "REWRITING",
        "SCAN_SECONDS",
        "SHUTDOWN_GRACE",
        "SLACK_API_URL",
        "SLACK_APP_TOKEN",
        "SLACK_APP_TOKEN_FILE",
        "SLACK_BOT_TOKEN",
        "SLACK_BOT_TOKEN_FILE",
        "SWITCH_GATE",
    ]
)
# What other programs read from the same file: Docker Compose, HTTP libraries.
_FOREIGN_PREFIXES = ("COMPOSE_", "DOCKER_", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY", "TZ")


def find_unknown_settings(file: Path = Path(".env")) -> list[str]:
    """A sentence for each name in `file` that neither process knows."""
    from dotenv import dotenv_values

    try:
        names = dotenv_values(file, interpolate=False)
    except OSError:
        return []  # reading the settings has said so, or there is no file
    return [
        _format_unknown_setting(name, file)
        for name in names
        if name.upper() not in KNOWN_SETTINGS and not _is_foreign_setting(name.upper())
    ]


def warn_unknown_settings() -> None:
    """Log what `unknown_names` finds."""
    for sentence in find_unknown_settings():
        log.warning("%s", sentence)


def _is_foreign_setting(name: str) -> bool:
    return name.startswith(_FOREIGN_PREFIXES)


def _format_unknown_setting(name: str, file: Path) -> str:
    near = difflib.get_close_matches(name.upper(), sorted(KNOWN_SETTINGS), n=1)
    hint = f"did you mean {near[0]}?" if near else "remove it, or see .env.example for the names."
    return f"{name} in {file} is no setting of Souffleur and is not read: {hint}"
