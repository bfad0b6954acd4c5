"""A private question about a handbook, and its answer. For the tests of this folder."""

from __future__ import annotations

from knowledge.core.documents import Document
from knowledge.core.passages import Citation, Excerpt, FoundPassage, Passage, passages_from_excerpts
from playground.slack.state.records import Message
from tests.bot.slack.running_bot import (
    Desk,
    Script,
    document,
    saying,
    shown,
)

HANDBOOK = document("hr/handbook.pdf", title="Handbook")


def made(of: Document = HANDBOOK) -> Passage:
    return passages_from_excerpts(of, [Excerpt("Two days a week.", 12)])[0]


def cited() -> Script:
    citation = Citation(1, "Handbook", HANDBOOK.path, 12, (), made().id)
    return saying("Two days [1].", citations=(citation,), passages=(FoundPassage(made(), 0.5),))


async def asked(desk: Desk, channel: str = "#general") -> Message:
    await desk.slack.person("james").command("/ask", "how many days?", channel)
    return await desk.slack.wait_for(lambda m: m.ephemeral_to == "UJAMES" and "Share in channel" in shown(m))
