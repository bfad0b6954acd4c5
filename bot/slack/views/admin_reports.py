"""Renders what administrators alone see in Home: the audit log's last lines, closed folders, held deletions. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.slack.i18n.texts import InterfaceTexts
from bot.slack.people.access import UnmetRequirement
from bot.slack.views.block_kit import (
    SECTION_LENGTH,
    Block,
    build_actions_block,
    build_context_block,
    build_danger_button,
    build_header_block,
    build_section_block,
    format_datetime,
    pack_lines,
    shorten_path,
)
from bot.slack.views.markup import escape_label, format_user
from knowledge.storage.audit_log import AuditAction, AuditEntry, AuditOutcome
from knowledge.storage.name_bindings import BindingState, NameBinding
from knowledge.storage.worker_requests import DeletionHold, FolderProblem

LATEST_ENTRIES = 8  # `python -m bot audit` prints all of them
_MAX_BLOCKS = 5
_MAX_CHARACTERS = 9_000
CONFIRM_BUTTON = "confirm_deletes"
_MAX_NAMES = 10
_MAX_NAME_CHARACTERS = SECTION_LENGTH - 100


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
        "bindings": texts.audit_bindings,
        "unasked": texts.audit_unasked,
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
        case "provisional":
            return texts.closed_provisional
        case "undone":
            return texts.closed_undone
        case "unknown" if unmet.requirement[:1] in "@UW":
            return texts.closed_person
        case "unknown":
            return texts.closed_channel


def render_bindings(bindings: Iterable[NameBinding], texts: InterfaceTexts) -> list[Block]:
    """Renders which channel or person the name of each folder means, those that are not confirmed first."""
    words: dict[BindingState, str] = {
        "provisional": texts.binding_provisional,
        "undone": texts.binding_undone,
        "confirmed": texts.binding_confirmed,
    }
    ordered = sorted(bindings, key=lambda one: (one.state == "confirmed", one.name))
    lines = [
        f"• `{escape_label(shorten_path(one.name, 99))}` → `{escape_label(one.id)}` · {words.get(one.state, one.state)}"
        for one in ordered
    ]
    shown = pack_lines(lines, texts.more, _MAX_BLOCKS, _MAX_CHARACTERS)
    return [*(shown or [build_section_block(texts.bindings_none)]), build_context_block(texts.bindings_usage)]


def render_deletion_hold(
    hold: DeletionHold, texts: InterfaceTexts, *, admin: bool, pressable: bool = False
) -> list[Block]:
    """Renders what is held, since when and why; for administrators also what they can do."""
    blocks = [
        build_header_block(texts.hold_title),
        build_section_block(f"{_explain_hold(hold, texts)}\n{texts.hold_stays}"),
        *([build_section_block("\n".join(_list_missing_names(hold, texts)))] if admin else []),  # a name may be private
    ]
    if hold.confirmed_by:
        blocks.append(build_section_block(texts.hold_confirmed.format(by=format_user(hold.confirmed_by))))
    elif admin:
        blocks.append(build_section_block(texts.hold_command))
        blocks += [build_actions_block(_build_hold_button(hold, texts))] if pressable else []
    return blocks


def stamp_from_hold(hold: DeletionHold) -> str:
    """Makes a stamp of what is held, so that a button confirms only what was shown beside it."""
    return f"{hold.since:.3f} {hold.count}"


def _explain_hold(hold: DeletionHold, texts: InterfaceTexts) -> str:
    sentence = texts.hold_unmounted if hold.reason == "unmounted" else texts.hold_many
    return sentence.format(count=hold.count, known=hold.known, since=format_datetime(hold.since))


def _list_missing_names(hold: DeletionHold, texts: InterfaceTexts) -> list[str]:
    names: list[str] = []
    room = _MAX_NAME_CHARACTERS
    for path in hold.paths[:_MAX_NAMES]:
        line = f"• {escape_label(shorten_path(path, 120))}"
        room -= len(line) + 1
        if room < 0:
            break
        names.append(line)
    left = hold.count - len(names)
    return [texts.hold_names, *names, *([texts.more.format(n=left)] if left > 0 else [])]


def _build_hold_button(hold: DeletionHold, texts: InterfaceTexts) -> Block:
    sure = texts.hold_sure.format(count=hold.count)
    return build_danger_button(
        CONFIRM_BUTTON, texts.hold_button, stamp_from_hold(hold), confirm_text=sure, deny=texts.hold_keep
    )
