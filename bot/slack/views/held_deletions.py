"""Renders deletions that wait for a confirmation, for Home and for messages to administrators. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.slack.views.block_kit import (
    SECTION_LENGTH,
    Block,
    build_actions_block,
    build_danger_button,
    build_header_block,
    build_section_block,
    format_datetime,
    shorten_path,
)
from bot.slack.views.markup import escape_label, format_user

if TYPE_CHECKING:
    from bot.slack.i18n.texts import InterfaceTexts
    from knowledge.storage.worker_requests import DeletionHold

CONFIRM_BUTTON = "confirm_deletes"
_MAX_NAMES = 10
_MAX_NAME_CHARACTERS = SECTION_LENGTH - 100


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
