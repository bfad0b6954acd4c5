from __future__ import annotations

from bot.slack.views.passages import lay_out_passage
from knowledge.core.passages import Excerpt

TABLE = """2.1 Days

The number depends on seniority.

Situation | Days | Condition
Less than 6 months | 2 a week | consent
 |  |
6 months or more | 3 a week |
A day is not carried over."""


def _shown(text: str, spans: tuple[tuple[int, int], ...] = (), limit: int = 1_000) -> str:
    """What is shown; what was quoted stands between brackets."""
    parts = lay_out_passage(Excerpt(text), spans, ": ", limit)
    return "".join(f"[{part}]" if quoted else part for part, quoted in parts)


def test_a_table_in_a_text_is_shown_as_rows_with_the_labels_of_their_columns() -> None:
    assert _shown(TABLE) == (
        "2.1 Days\n\nThe number depends on seniority.\n\n"
        "- Less than 6 months — Days: 2 a week — Condition: consent\n"
        "- 6 months or more — Days: 3 a week\n"
        "A day is not carried over."
    )


def test_a_quoted_row_is_marked_and_so_is_a_sentence_beside_it() -> None:
    row, sentence = TABLE.index("6 months or"), TABLE.index("A day")
    spans = ((row, TABLE.index("\n", row)), (sentence, len(TABLE)))
    shown = _shown(TABLE, spans)
    assert "[- 6 months or more — Days: 3 a week]" in shown
    assert shown.endswith("[A day is not carried over.]")
    assert shown.count("[") == 2


def test_a_text_without_a_table_is_shown_word_for_word() -> None:
    text = "Use a | b in the shell.\n\n  Indented | kept."
    assert _shown("Two <b>days</b>.\n\nThree.") == "Two <b>days</b>.\n\nThree."
    assert _shown(text[:23]) == text[:23]


def test_a_place_outside_the_text_is_ignored() -> None:
    assert _shown("Two days.", ((4, 8), (900, 990), (5, 2))) == "Two [days]."


def test_labels_do_not_make_a_text_longer_than_it_may_be() -> None:
    rows = "\n".join(["x" * 200 + " | " + "y" * 200, *(f"{n} | {n}" for n in range(50))])
    assert len(_shown(rows, limit=500)) == 500
