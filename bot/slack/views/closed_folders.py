"""The look of folders that nobody sees, or not those whom one would think, as admins are shown it. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.slack.views.block_kit import Block, build_header_block, pack_lines, shorten_path
from bot.slack.views.markup import escape_label

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.slack.i18n.texts import InterfaceTexts
    from bot.slack.people.access import UnmetRequirement
    from knowledge.storage.folder_problems import FolderProblem

_MAX_BLOCKS = 5
_MAX_CHARACTERS = 9_000


def render_closed_folders(
    troubles: Iterable[FolderProblem], unmet: Iterable[UnmetRequirement], texts: InterfaceTexts
) -> list[Block]:
    """Each folder or name with the reason."""
    lines = [
        f"• `{escape_label(shorten_path(one.folder, 120))}` — "
        f"{escape_label(texts.reasons.translate_reason(one.reason))}"
        for one in troubles
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
