from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.extractive import (
    choose_quote,
    has_quotable_content,
    keep_list_number,
)
from bot.answering.prompt.context_window import format_passage_location
from bot.answering.prompt.templates import ENGLISH_PROMPTS, FRENCH_PROMPTS
from tests.bot.answering.passages import found

SENTENCES = st.lists(
    st.text(alphabet="abcdé ,'", min_size=3, max_size=80).map(lambda text: f"{text.strip().capitalize() or 'A'}."),
    min_size=1,
    max_size=12,
)


@given(SENTENCES, st.sampled_from([" ", "\n"]), st.integers(20, 400))
def test_a_quote_is_a_stretch_of_the_passage_within_the_limit(sentences: list[str], between: str, limit: int) -> None:
    text = between.join(sentences)
    quoted = choose_quote("abc", text, limit)
    assert len(quoted) <= limit
    assert _folded(quoted).removesuffix(" …") in _folded(text)
    assert quoted


@given(st.integers(0, 9))
def test_a_quote_holds_the_sentence_that_answers(at: int) -> None:
    sentences = [f"La règle numéro {n} parle du rangement des outils dans l'atelier." for n in range(10)]
    sentences[at] = "Le télétravail est limité à deux jours par semaine."
    assert sentences[at] in choose_quote("combien de jours de télétravail ?", " ".join(sentences), 150).replace(
        "\n", " "
    )


def test_a_short_passage_is_quoted_whole() -> None:
    assert choose_quote("télétravail", "Une ligne.\nUne autre.") == "Une ligne.\nUne autre."


def test_a_sentence_longer_than_the_limit_is_cut_at_a_word() -> None:
    quoted = choose_quote("mot", "Un mot " + "encore " * 100, 60)
    assert quoted.endswith("encore …")
    assert len(quoted) <= 60


def test_nothing_is_quoted_of_an_empty_passage() -> None:
    assert choose_quote("mot", " \n ") == ""


def test_a_place_names_document_page_and_section() -> None:
    assert format_passage_location(found("x", page=3).passage, FRENCH_PROMPTS) == "Guide, p. 3, Jours"
    assert format_passage_location(found("x", page=3, last=4).passage, FRENCH_PROMPTS) == "Guide, p. 3-4, Jours"
    assert format_passage_location(found("x", page=3, last=4).passage, ENGLISH_PROMPTS) == "Guide, pp. 3-4, Jours"
    assert (
        format_passage_location(found("x", "Handbook", page=None).passage, ENGLISH_PROMPTS) == "Handbook, Guide › Jours"
    )


def _folded(text: str) -> str:
    return " ".join(text.split())


def test_a_numbered_line_keeps_its_number_in_markdown() -> None:
    """Markdown would number `3. …` anew after `7. …`; a no-break space makes it a plain line."""
    assert keep_list_number("3. Remplir le formulaire") == "3.\N{NO-BREAK SPACE}Remplir le formulaire"
    assert keep_list_number("le 3. Remplir") == "le 3. Remplir"


TABLE = """Limits per city

All amounts include taxes.

City | Hotel | Remarks
Paris | 165 € | except in May. Ask first
Brussels | 140 € |
Other cities | 120 € | none"""


def test_the_rows_of_a_table_are_told_with_their_labels() -> None:
    assert choose_quote("hotel in Brussels", TABLE, 400, ": ").splitlines()[-3:] == [
        "• **Paris** — Hotel: 165 € — Remarks: except in May. Ask first",
        "• **Brussels** — Hotel: 140 €",
        "• **Other cities** — Hotel: 120 € — Remarks: none",
    ]
    assert choose_quote("hotel in Brussels", TABLE, 30, ": ") == "• **Brussels** — Hotel: 140 €"


@given(st.text(alphabet="ab |.\n", max_size=200), st.integers(20, 200))
def test_a_quote_of_any_table_stays_within_the_limit(text: str, limit: int) -> None:
    assert len(choose_quote("a b", text, limit, ": ")) <= limit


def test_a_row_that_begins_with_a_number_keeps_the_label_of_it() -> None:
    assert choose_quote("Tom", "Rang | Qui\n2 | Tom", 400, " : ") == "• **Rang 2** — Qui : Tom"


@pytest.mark.parametrize("text", ["a | b", "cat x | grep y", "one | two\n1 | 2 | 3"])
def test_a_bar_alone_makes_no_table(text: str) -> None:
    assert choose_quote("x", text, 400, ": ") == text


def test_a_heading_loses_to_a_line_that_says_something() -> None:
    text = "Travel expenses\nTravel expenses are claimed in Pécule."
    assert choose_quote("travel expenses", text, 40) == "Travel expenses are claimed in Pécule."
    assert choose_quote("travel", "3. Travel\nTake the train.", 400, headings=("3. Travel",)) == "Take the train."
    assert choose_quote("travel", "3. Travel", 400, headings=("3. Travel",)) == "3. Travel"


def test_a_quote_does_not_end_in_what_leads_to_the_next_line() -> None:
    text = "Deux jours par semaine.\nEt pour les stagiaires ?\n" + "Voir le chapitre sept du guide. " * 3
    assert choose_quote("combien de jours ?", text, 60) == "Deux jours par semaine."


@pytest.mark.parametrize(
    ("text", "something"),
    [
        ("Expense policy\n\nBusiness travel\n\nFIN-02, version 3.1 · Claire Fontanel, chief financial officer", False),
        ("4.1 Droits", False),
        ("4.1 Droits\n\nVingt-cinq jours par an.", True),
        ("- Boussole", True),
        ("Delay: 5 days", True),
        ("City | Hotel\nParis | 165 €", True),
    ],
)
def test_a_title_page_says_nothing(text: str, something: bool) -> None:
    assert has_quotable_content(text) is something
