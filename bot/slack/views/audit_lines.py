"""The look of the audit log's last lines, as admins are shown it in Home: who, what, when, and how it ended. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.slack.people.users import format_user
from bot.slack.views.block_kit import Block, build_context_block, build_header_block, format_datetime

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.slack.i18n.texts import InterfaceTexts
    from knowledge.storage.audit_log import AuditAction, AuditEntry, AuditOutcome

LATEST_ENTRIES = 8  # the terminal has the others: `python -m bot audit`


def render_audit_entries(entries: Sequence[AuditEntry], texts: InterfaceTexts) -> list[Block]:
    """The newest lines first; nothing where nobody has done anything yet."""
    if not entries:
        return []
    lines = [
        f"{format_datetime(one.at)} · {format_user(one.who)} · {_describe_action(one, texts)}"
        for one in entries[:LATEST_ENTRIES]
    ]
    return [build_header_block(texts.audit_title), build_context_block("\n".join(lines))]


def _describe_action(audit_entry: AuditEntry, texts: InterfaceTexts) -> str:
    """What was done, and how it ended where it did not end well. Its subject is ids and figures, for the log."""
    whats: dict[AuditAction, str] = {
        "reindex": texts.audit_reindex,
        "confirm-deletes": texts.audit_confirm,
        "compare": texts.audit_compare,
        "gaps": texts.audit_gaps,
        "file": texts.audit_file,
    }
    ends: dict[AuditOutcome, str] = {
        "begun": texts.audit_begun,
        "nothing": texts.audit_nothing,
        "failed": texts.audit_failed,
        "refused": texts.audit_refused,
    }
    # A newer version of the bot may have written a word that this one does not know.
    what, end = whats.get(audit_entry.what, str(audit_entry.what)), ends.get(audit_entry.outcome)
    return f"{what} ({end})" if end else what
