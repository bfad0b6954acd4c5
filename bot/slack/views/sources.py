"""Renders what follows an answer: sources, nearest passages, their buttons, notices. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.answering.answer import Answer
from bot.answering.understanding.counter_questions import Option
from bot.slack.i18n.texts import InterfaceTexts
from bot.slack.views.block_kit import (
    Block,
    DocumentLinks,
    build_actions_block,
    build_button,
    build_context_block,
    build_plain_text,
    build_section_block,
    fit_lines,
    format_date,
    shorten_path,
    shorten_text,
)
from bot.slack.views.markup import escape_label
from knowledge.core.documents import LANGUAGE_CODES, TITLE_SEPARATOR
from knowledge.core.passages import Citation, FoundPassage, Passage, format_page_range, headings_below_title

RATE_ACTION = "rate_answer"
SHOW_PASSAGE_ACTION = "show_passage"  # the beginning of the action ids of the buttons below
SHOW_PAGE_ACTION = "page_picture"  # in the modal of a passage
_SOURCES_LENGTH = 1_600  # with a page of text, a message stays under 13,200 characters
MORE_PASSAGES_ACTION = "more_passages"
CHOOSE_ACTION = "choose_question"  # the beginning of the action ids of the buttons below a question back
_MAX_NEAREST = 2
_MAX_MORE = 5
_MORE_QUESTION_LENGTH = 600  # characters of the question in a button: it tells which words to quote
_TRAIL_LENGTH = 80
_MAX_COPIES = 2
_MAX_BUTTONS = 3
_MAX_MENU_ITEMS = 10
_MENU_LABEL_LENGTH = 40
_MAX_SPANS = 40
_SPAN = re.compile(r"(\d{1,6})-(\d{1,6})")


@dataclass(frozen=True, slots=True)
class PassageButton:
    """A button that shows a passage: its number and id, what is quoted of it, and the answer's language, if known."""

    n: int
    passage_id: str
    spans: tuple[tuple[int, int], ...] = ()
    language: str = ""

    @property
    def value(self) -> str:
        """The button's value: an id to look up and places in its text, and nothing that is shown."""
        places = ",".join(f"{start}-{end}" for start, end in self.spans[:_MAX_SPANS])
        return " ".join(filter(None, (str(self.n), self.passage_id, places, self.language)))

    @classmethod
    def button_from_value(cls, value: str) -> PassageButton | None:
        """Parses a button's value; it came from outside, so it may be anything."""
        number, passage, *more = [*value.split(" "), ""]
        if not (number.isdecimal() and len(number) <= 3 and passage):
            return None
        language = next((code for code in LANGUAGE_CODES if code in more), "")
        spans = tuple((int(start), int(end)) for start, end in _SPAN.findall(more[0])[:_MAX_SPANS]) if more else ()
        return cls(int(number), passage, spans, language)


@dataclass(frozen=True, slots=True)
class MorePassagesButton:
    """A button that shows the next passages found for a question: their ids, the question, the answer's language."""

    question: str
    passage_ids: tuple[str, ...]
    language: str = ""

    @property
    def value(self) -> str:
        """The button's value: ids to look up, and the asker's words, by which a quote of each is chosen."""
        return f"{','.join(self.passage_ids)} {self.language}\n{self.question[:_MORE_QUESTION_LENGTH]}"

    @classmethod
    def button_from_value(cls, value: str) -> MorePassagesButton | None:
        """Parses a button's value; it came from outside, so it may be anything."""
        head, _, question = value.partition("\n")
        ids, _, language = head.partition(" ")
        passage_ids = tuple(filter(None, ids.split(",")))[:_MAX_MORE]
        return cls(question, passage_ids, language) if passage_ids else None


def render_answer_footer(
    answer: Answer,
    links: DocumentLinks,
    texts: InterfaceTexts,
    notices: Sequence[str] = (),
    changed_at: Mapping[str, float | None] | None = None,
) -> list[Block]:
    """Renders what follows the text of an answer; `notices` come before its own, `changed_at` is by path."""
    blocks: list[Block] = []
    if answer.state == "not_found" and answer.passages:
        near = _choose_nearest(answer.passages)
        lines = (_render_nearest(n, found, links, texts) for n, found in enumerate(near, 1))
        blocks.append(build_section_block(fit_lines((texts.nearest, *lines), texts)))
        blocks.append(
            _build_passage_buttons(
                [
                    (PassageButton(n, one.passage.id, language=texts.code), _name_found_passage(one, texts))
                    for n, one in enumerate(near, 1)
                ],
                texts,
            )
        )
    if answer.citations:
        sources = _render_sources(answer, links, texts, changed_at or {})
        unsourced = [texts.unsourced.format(n=answer.uncited)] if answer.uncited else []
        blocks.append(
            build_context_block(fit_lines((f"*{texts.sources}*", *sources, *unsourced), texts, _SOURCES_LENGTH))
        )
        cited = [
            (PassageButton(one.n, one.passage_id, one.spans, texts.code), _format_place(one.document, one.pages, texts))
            for one in answer.citations
        ]
        buttons = _build_passage_buttons(cited, texts)
        buttons["elements"] += _build_more_button(answer, texts)
        blocks.append(buttons)
    return [*blocks, *(build_context_block(escape_label(notice)[:500]) for notice in (*notices, *answer.notices))]


@dataclass(frozen=True, slots=True)
class ChoiceButton:
    """A button that asks a clearer question in place of a vague one, by the vague one's id in the question log."""

    question_id: str
    question: str

    @property
    def value(self) -> str:
        """The button's value: all that is needed to ask, so that it outlasts a restart."""
        return f"{self.question_id}\n{self.question[:_MORE_QUESTION_LENGTH]}"

    @classmethod
    def button_from_value(cls, value: str) -> ChoiceButton | None:
        """Parses a button's value; it came from outside, so it may be anything."""
        question_id, _, question = value.partition("\n")
        return cls(question_id, question.strip()) if question_id and question.strip() else None


def render_choices(options: Sequence[Option], question_id: str) -> list[Block]:
    """Renders a button for each thing that a vague question may mean; lines where the question is in no log."""
    if not question_id:
        return [build_section_block("\n".join(f"• {escape_label(option.label)}" for option in options))]
    buttons = (
        build_button(f"{CHOOSE_ACTION}_{n}", option.label, ChoiceButton(question_id, option.question).value)
        for n, option in enumerate(options, 1)
    )
    return [build_actions_block(*buttons)]


def render_feedback_buttons(question: str, texts: InterfaceTexts) -> Block:
    """Renders a thumb up and a thumb down for the answer to a question, by its id in the question log."""
    up, down = (
        {"text": build_plain_text(text), "value": f"{sign}{question} {texts.code}", "accessibility_label": text}
        for sign, text in (("+", texts.liked), ("-", texts.disliked))
    )
    both = {"type": "feedback_buttons", "action_id": RATE_ACTION, "positive_button": up, "negative_button": down}
    return {"type": "context_actions", "elements": [both]}


def _build_passage_buttons(passages: Sequence[tuple[PassageButton, str]], texts: InterfaceTexts) -> Block:
    """Builds a button for each passage, or a menu if there are many."""
    if len(passages) > _MAX_BUTTONS:
        options = [
            {"text": build_plain_text(shorten_text(f"[{one.n}] {place}", _MENU_LABEL_LENGTH)), "value": one.value}
            for one, place in passages[:_MAX_MENU_ITEMS]
        ]
        menu = {
            "type": "static_select",
            "action_id": SHOW_PASSAGE_ACTION,
            "placeholder": build_plain_text(texts.show_passages),
        }
        return build_actions_block({**menu, "options": options})
    return build_actions_block(
        *(
            build_button(f"{SHOW_PASSAGE_ACTION}_{one.n}", text, one.value, accessibility_label=f"{text}: {place}")
            for one, place in passages
            for text in [texts.show_passage.format(n=one.n)]
        )
    )


def _build_more_button(answer: Answer, texts: InterfaceTexts) -> list[Block]:
    """Builds the button for the next passages below a quote; none if there are no others."""
    shown = {citation.passage_id for citation in answer.citations}
    others = [one.passage.id for one in answer.passages if one.passage.id not in shown][:_MAX_MORE]
    if answer.state != "passages_only" or not others:
        return []
    return [
        build_button(
            MORE_PASSAGES_ACTION,
            texts.more_passages,
            MorePassagesButton(answer.searched, tuple(others), texts.code).value,
        )
    ]


def _render_sources(
    answer: Answer, links: DocumentLinks, texts: InterfaceTexts, changed_at: Mapping[str, float | None]
) -> list[str]:
    """Renders a line for each place in a document, with the numbers of all citations of it."""
    numbers: dict[str, str] = {}
    for one in answer.citations:
        weak = f" · _{texts.weak}_" * (one.n in answer.unsupported_citations)
        place = _render_source(one, links, texts, changed_at.get(one.path)) + weak
        numbers[place] = f"{numbers.get(place, '')}[{one.n}]"
    return [f"{number} {place}" for place, number in numbers.items()]


def _render_source(citation: Citation, links: DocumentLinks, texts: InterfaceTexts, changed_at: float | None) -> str:
    place = [links.format_document_link(citation.document, citation.path, citation.link_page)]
    if citation.pages:
        place.append(texts.page.format(page=citation.pages))
    trail = TITLE_SEPARATOR.join(headings_below_title(citation.document, citation.section))
    where = f" — {escape_label(shorten_text(trail, _TRAIL_LENGTH))}" if trail else ""
    age = f" · {texts.changed.format(moment=format_date(changed_at))}" if changed_at else ""
    return f"{', '.join(place)}{where}{age}{_render_copies(citation.copies, links, texts)}"


def _render_copies(copies: Sequence[str], links: DocumentLinks, texts: InterfaceTexts) -> str:
    """Renders the other documents with the same passage, by path: copies often have the same title."""
    if not copies:
        return ""
    shown = [links.format_document_link(shorten_path(path, _TRAIL_LENGTH), path) for path in copies[:_MAX_COPIES]]
    left = [texts.more.format(n=len(copies) - _MAX_COPIES)] if len(copies) > _MAX_COPIES else []
    return f" · {texts.also_in.format(documents=', '.join([*shown, *left]))}"


def _choose_nearest(passages: Sequence[FoundPassage]) -> list[FoundPassage]:
    """Chooses the best passage of each of the nearest documents."""
    first: dict[str, FoundPassage] = {}
    for one in passages:
        first.setdefault(one.passage.document_id, one)
    return list(first.values())[:_MAX_NEAREST]


def _render_nearest(n: int, found: FoundPassage, links: DocumentLinks, texts: InterfaceTexts) -> str:
    return f"{n}. {format_passage_place(found.passage, links, texts)}"


def format_passage_place(passage: Passage, links: DocumentLinks, texts: InterfaceTexts) -> str:
    """Formats a passage's document with its link, page and headings, in mrkdwn."""
    excerpt = passage.excerpt
    place = links.format_document_link(passage.title or passage.path, passage.path, excerpt.link_page)
    pages = format_page_range(excerpt.page, excerpt.last_page)
    number = f", {texts.page.format(page=pages)}" if pages else ""
    trail = TITLE_SEPARATOR.join(headings_below_title(passage.title, excerpt.section))
    return f"{place}{number}" + (f" — {escape_label(shorten_text(trail, _TRAIL_LENGTH))}" if trail else "")


def _name_found_passage(found: FoundPassage, texts: InterfaceTexts) -> str:
    passage, excerpt = found.passage, found.passage.excerpt
    return _format_place(passage.title or passage.path, format_page_range(excerpt.page, excerpt.last_page), texts)


def _format_place(title: str, pages: str | None, texts: InterfaceTexts) -> str:
    return f"{title}, {texts.page.format(page=pages)}" if pages else title
