"""The look of what follows an answer: sources, nearest passages, their buttons, notices. Pure; within Slack's sizes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.slack.views.block_kit import (
    Block,
    Links,
    actions,
    button,
    context,
    day,
    fitted,
    plain_text,
    section,
    shortened,
    tail,
)
from bot.slack.views.markup import label
from knowledge.core.documents import ABOVE
from knowledge.core.passages import span_of_pages, trail_of

if TYPE_CHECKING:
    from bot.answering.answer import Answer
    from bot.slack.i18n.texts import Texts
    from knowledge.core.passages import Citation, Found

RATE = "rate_answer"
SHOW_PASSAGE = "show_passage"  # what the action ids of the buttons below begin with
_SOURCES = 1_600  # with a page of text, a message stays under 13,200 characters
_NEAREST = 3
_QUOTE = 160
_TRAIL = 80
_COPIES = 2
_BUTTONS = 3
_MENU = 10
_MENU_LABEL = 40


@dataclass(frozen=True, slots=True)
class Wanted:
    """A passage that a person asks to see: its number beside the answer, and its id."""

    n: int
    passage: str

    @property
    def value(self) -> str:
        """What a button carries: a name to look up, and nothing that is shown."""
        return f"{self.n} {self.passage}"

    @classmethod
    def of(cls, value: str) -> Wanted | None:
        """What a button carried; it came from outside."""
        number, _, passage = value.partition(" ")
        return cls(int(number), passage) if number.isdecimal() and len(number) <= 3 and passage else None


def after(
    answer: Answer,
    links: Links,
    texts: Texts,
    notices: Sequence[str] = (),
    changed: Mapping[str, float | None] | None = None,
) -> list[Block]:
    """What follows the words of an answer; `notices` come before the answer's own.

    `changed` says when documents were changed last, by path, in seconds since the epoch.
    """
    blocks: list[Block] = []
    if answer.state == "not_found" and answer.passages:
        near = answer.passages[:_NEAREST]
        lines = (_near(n, found, links, texts) for n, found in enumerate(near, 1))
        blocks.append(section(fitted((texts.nearest, *lines), texts)))
        blocks.append(
            _buttons([(Wanted(n, one.passage.id), _named(one, texts)) for n, one in enumerate(near, 1)], texts)
        )
    if answer.citations:
        lines = (
            _source(one, links, texts, (changed or {}).get(one.path)) + (f" · _{texts.weak}_" * (one.n in answer.weak))
            for one in answer.citations
        )
        unsourced = [texts.unsourced.format(n=answer.uncited)] if answer.uncited else []
        blocks.append(context(fitted((f"*{texts.sources}*", *lines, *unsourced), texts, _SOURCES)))
        cited = [(Wanted(one.n, one.passage_id), _place(one.document, one.pages, texts)) for one in answer.citations]
        blocks.append(_buttons(cited, texts))
    return [*blocks, *(context(label(notice)[:500]) for notice in (*notices, *answer.notices))]


def thumbs(question: str, texts: Texts) -> Block:
    """A thumb up and a thumb down for the answer to a question, by its id in the journal."""
    up, down = (
        {"text": plain_text(text), "value": f"{sign}{question}", "accessibility_label": text}
        for sign, text in (("+", texts.liked), ("-", texts.disliked))
    )
    both = {"type": "feedback_buttons", "action_id": RATE, "positive_button": up, "negative_button": down}
    return {"type": "context_actions", "elements": [both]}


def _buttons(passages: Sequence[tuple[Wanted, str]], texts: Texts) -> Block:
    """A button for each passage, or a menu where there are many."""
    if len(passages) > _BUTTONS:
        options = [
            {"text": plain_text(shortened(f"[{one.n}] {place}", _MENU_LABEL)), "value": one.value}
            for one, place in passages[:_MENU]
        ]
        menu = {"type": "static_select", "action_id": SHOW_PASSAGE, "placeholder": plain_text(texts.show_passages)}
        return actions({**menu, "options": options})
    return actions(
        *(
            button(f"{SHOW_PASSAGE}_{one.n}", text, one.value, spoken=f"{text}: {place}")
            for one, place in passages
            for text in [texts.show_passage.format(n=one.n)]
        )
    )


def _source(citation: Citation, links: Links, texts: Texts, changed: float | None) -> str:
    place = [links.shown(citation.document, citation.path, citation.page)]
    if citation.pages:
        place.append(texts.page.format(page=citation.pages))
    trail = ABOVE.join(trail_of(citation.document, citation.section))
    where = f" — {label(shortened(trail, _TRAIL))}" if trail else ""
    age = f" · {day(changed)}" if changed else ""
    return f"[{citation.n}] {', '.join(place)}{where}{age}{_elsewhere(citation.copies, links, texts)}"


def _elsewhere(copies: Sequence[str], links: Links, texts: Texts) -> str:
    """The other documents with the same passage, by path: copies often share their title."""
    if not copies:
        return ""
    shown = [links.shown(tail(path, _TRAIL), path) for path in copies[:_COPIES]]
    left = [texts.more.format(n=len(copies) - _COPIES)] if len(copies) > _COPIES else []
    return f" · {texts.also_in.format(documents=', '.join([*shown, *left]))}"


def _near(n: int, found: Found, links: Links, texts: Texts) -> str:
    passage, excerpt = found.passage, found.passage.excerpt
    place = links.shown(passage.title or passage.path, passage.path, excerpt.page)
    pages = span_of_pages(excerpt.page, excerpt.last_page)
    number = f", {texts.page.format(page=pages)}" if pages else ""
    return f"{n}. {place}{number}: {texts.quoted.format(text=label(shortened(excerpt.text, _QUOTE)))}"


def _named(found: Found, texts: Texts) -> str:
    passage, excerpt = found.passage, found.passage.excerpt
    return _place(passage.title or passage.path, span_of_pages(excerpt.page, excerpt.last_page), texts)


def _place(title: str, pages: str | None, texts: Texts) -> str:
    return f"{title}, {texts.page.format(page=pages)}" if pages else title
