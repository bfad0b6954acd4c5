"""The look of the audit log's last lines, as admins are shown it in Home: who, what, when, and how it ended. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.slack.people.users import named
from bot.slack.views.block_kit import Block, context, header, moment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.slack.i18n.texts import Texts
    from knowledge.storage.audit_log import Action, Deed, Outcome

LATEST = 8  # the terminal has the others: `python -m bot audit`


def deeds(latest: Sequence[Deed], texts: Texts) -> list[Block]:
    """The newest lines first; nothing where nobody has done anything yet."""
    if not latest:
        return []
    lines = [f"{moment(one.at)} · {named(one.who)} · {_what(one, texts)}" for one in latest[:LATEST]]
    return [header(texts.audit_title), context("\n".join(lines))]


def _what(deed: Deed, texts: Texts) -> str:
    """What was done, and how it ended where it did not end well. Its subject is ids and figures, for the log."""
    whats: dict[Action, str] = {
        "reindex": texts.audit_reindex,
        "confirm-deletes": texts.audit_confirm,
        "compare": texts.audit_compare,
        "gaps": texts.audit_gaps,
        "file": texts.audit_file,
    }
    ends: dict[Outcome, str] = {
        "begun": texts.audit_begun,
        "nothing": texts.audit_nothing,
        "failed": texts.audit_failed,
        "refused": texts.audit_refused,
    }
    # A newer version of the bot may have written a word that this one does not know.
    what, end = whats.get(deed.what, str(deed.what)), ends.get(deed.outcome)
    return f"{what} ({end})" if end else what
