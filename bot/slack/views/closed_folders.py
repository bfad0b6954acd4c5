"""The look of folders that nobody sees, or not those whom one would think, as admins are shown it. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.slack.views.block_kit import Block, header, packed, tail
from bot.slack.views.markup import label

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.slack.i18n.texts import Texts
    from bot.slack.people.access import Unmet
    from knowledge.storage.folder_problems import Trouble

_BLOCKS = 5
_CHARACTERS = 9_000


def closed_folders(troubles: Iterable[Trouble], unmet: Iterable[Unmet], texts: Texts) -> list[Block]:
    """Each folder or name with the reason."""
    lines = [f"• `{label(tail(one.folder, 120))}` — {label(texts.reasons.told(one.reason))}" for one in troubles]
    lines += [f"• `{label(tail(one.requirement, 120))}` — {_why(one, texts)}" for one in unmet]
    return [header(texts.closed_title), *packed(lines, texts.more, _BLOCKS, _CHARACTERS)]


def _why(unmet: Unmet, texts: Texts) -> str:
    match unmet.why:
        case "ambiguous":
            return texts.closed_ambiguous
        case "another":
            return texts.closed_another
        case "unknown" if unmet.requirement[:1] in "@UW":
            return texts.closed_person
        case "unknown":
            return texts.closed_channel
