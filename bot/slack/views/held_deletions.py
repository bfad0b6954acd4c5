"""The look of deletions that wait for a confirmation: in App Home, and as told to the admins. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.slack.people.users import named
from bot.slack.views.block_kit import SECTION, Block, actions, grave_button, header, moment, section, tail
from bot.slack.views.markup import label

if TYPE_CHECKING:
    from bot.slack.i18n.texts import Texts
    from knowledge.storage.held_deletions import Hold

CONFIRM_BUTTON = "confirm_deletes"
_NAMES = 10
_NAMES_TOGETHER = SECTION - 100


def held(hold: Hold, texts: Texts, *, admin: bool, pressable: bool = False) -> list[Block]:
    """What is held, since when and why; and for admins what they can do, with a button where it may stand."""
    blocks = [
        header(texts.admin.hold_title),
        section(f"{_why(hold, texts)}\n{texts.admin.hold_stays}"),
        *([section("\n".join(_names(hold, texts)))] if admin else []),  # a name may be private
    ]
    if hold.confirmed_by:
        blocks.append(section(texts.admin.hold_confirmed.format(by=named(hold.confirmed_by))))
    elif admin:
        blocks.append(section(texts.admin.hold_command))
        blocks += [actions(_button(hold, texts))] if pressable else []
    return blocks


def stamp(hold: Hold) -> str:
    """Tells what a person saw from what is held later: a button confirms no more than was shown beside it."""
    return f"{hold.since:.3f} {hold.count}"


def _why(hold: Hold, texts: Texts) -> str:
    sentence = texts.admin.hold_unmounted if hold.reason == "unmounted" else texts.admin.hold_many
    return sentence.format(count=hold.count, known=hold.known, since=moment(hold.since))


def _names(hold: Hold, texts: Texts) -> list[str]:
    names: list[str] = []
    room = _NAMES_TOGETHER
    for path in hold.paths[:_NAMES]:
        line = f"• {label(tail(path, 120))}"
        room -= len(line) + 1
        if room < 0:
            break
        names.append(line)
    left = hold.count - len(names)
    return [texts.admin.hold_names, *names, *([texts.more.format(n=left)] if left > 0 else [])]


def _button(hold: Hold, texts: Texts) -> Block:
    sure = texts.admin.hold_sure.format(count=hold.count)
    return grave_button(CONFIRM_BUTTON, texts.admin.hold_button, stamp(hold), sure=sure, deny=texts.admin.hold_keep)
