"""Renders what administrators alone see in Home: the audit log's last lines, and folders that nobody sees. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.slack.views.block_kit import (
    Block,
    build_context_block,
    build_header_block,
    format_datetime,
    pack_lines,
    shorten_path,
)
from bot.slack.views.markup import escape_label, format_user

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.slack.i18n.texts import InterfaceTexts
    from bot.slack.people.access import UnmetRequirement
    from knowledge.storage.audit_log import AuditAction, AuditEntry, AuditOutcome
    from knowledge.storage.worker_requests import FolderProblem

LATEST_ENTRIES = 8  # `python -m bot audit` prints all of them


def render_audit_entries(entries: Sequence[AuditEntry], texts: InterfaceTexts) -> list[Block]:
    """Renders the newest entries first; nothing if there are none."""
    if not entries:
        return []
    lines = [
        f"{format_datetime(one.at)} · {format_user(one.who)} · {_describe_action(one, texts)}"
        for one in entries[:LATEST_ENTRIES]
    ]
    return [build_header_block(texts.audit_title), build_context_block("\n".join(lines))]


def _describe_action(audit_entry: AuditEntry, texts: InterfaceTexts) -> str:
    """Describes an action, and its outcome if it was not done. The subject (ids, counts) stays in the log."""
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
    # A newer version of the bot may have written an action that this one does not know.
    what, end = whats.get(audit_entry.what, str(audit_entry.what)), ends.get(audit_entry.outcome)
    return f"{what} ({end})" if end else what


_MAX_BLOCKS = 5
_MAX_CHARACTERS = 9_000


def render_closed_folders(
    problems: Iterable[FolderProblem], unmet: Iterable[UnmetRequirement], texts: InterfaceTexts
) -> list[Block]:
    """Renders each folder or name with the reason why nobody sees it."""
    lines = [
        f"• `{escape_label(shorten_path(one.folder, 120))}` — {escape_label(texts.failures.write_failure(one.failure))}"
        for one in problems
    ]
    lines += [f"• `{escape_label(shorten_path(one.requirement, 120))}` — {_explain_unmet(one, texts)}" for one in unmet]
    return [build_header_block(texts.closed_title), *pack_lines(lines, texts.more, _MAX_BLOCKS, _MAX_CHARACTERS)]


def _explain_unmet(unmet: UnmetRequirement, texts: InterfaceTexts) -> str:
    match unmet.reason:
        case "ambiguous":
            return texts.closed_ambiguous
        case "another":
            return texts.closed_another
        case "unknown" if unmet.requirement[:1] in "@UW":
            return texts.closed_person
        case "unknown":
            return texts.closed_channel
