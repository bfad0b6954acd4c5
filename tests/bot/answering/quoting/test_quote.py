from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.quoting.markdown import format_quote
from bot.answering.quoting.quote import (
    MAX_QUOTE_CHARACTERS,
    choose_best_quote,
    choose_other_quotes,
    find_spans,
)
from knowledge.core.passages import PieceScore
from tests.bot.answering.passages import found

SENTENCES = st.lists(
    st.text(alphabet="abcdé ,'", min_size=3, max_size=80).map(lambda text: f"{text.strip().capitalize() or 'A'}."),
    min_size=1,
    max_size=12,
)


def quoted(question: str, *texts: str, colon: str = ": ") -> str:
    """What is quoted for a question of passages with these texts, in Markdown, without the marks of the quote."""
    quote = choose_best_quote(question, [found(text, n=n) for n, text in enumerate(texts)], colon)
    return "" if quote is None else format_quote(quote).replace("> ", "").removesuffix(" [1]")


@given(SENTENCES, st.sampled_from([" ", "\n"]))
def test_a_quote_is_made_of_the_passage_within_the_limit(sentences: list[str], between: str) -> None:
    text = between.join(sentences)
    quote = choose_best_quote("abc", [found(text)], ": ")
    assert quote is None or sum(len(line.text) + 1 for line in quote.lines) <= MAX_QUOTE_CHARACTERS + 1
    assert quote is None or [text[a:b].strip() for a, b in quote.spans] == [line.text for line in quote.lines]


@given(st.text(alphabet="ab |.\n-:?", max_size=300))
def test_a_quote_of_any_text_stays_within_the_limit(text: str) -> None:
    quote = choose_best_quote("a b", [found(text)], ": ")
    assert quote is None or sum(len(line.text) + 1 for line in quote.lines) <= MAX_QUOTE_CHARACTERS + 1


@given(st.integers(0, 9))
def test_a_quote_holds_the_sentence_that_answers(at: int) -> None:
    sentences = [f"La règle numéro {n} parle du rangement des outils dans l'atelier." for n in range(10)]
    sentences[at] = "Le télétravail est limité à deux jours par semaine."
    assert "deux **jours** par semaine" in quoted("quels jours de télétravail ?", " ".join(sentences))


def test_a_sentence_longer_than_the_limit_is_cut_at_a_word() -> None:
    text = quoted("mot", "Un mot " + "encore " * 200 + "fin.")
    assert text.endswith("encore …")
    assert len(text) <= MAX_QUOTE_CHARACTERS + 10


def test_nothing_is_quoted_of_titles_alone() -> None:
    assert quoted("mot", " \n ") == ""
    assert quoted("travel", "Travel") == quoted("jours", "Guide\nJours") == ""


def test_a_word_that_means_something_else_in_the_passage_s_language_does_not_count() -> None:
    holidays = "La prime d'astreinte augmente de 60 euros pour chaque jour férié de la semaine."
    leave = "Chaque salarié a droit à 25 jours ouvrés de congés payés par an."
    assert "25 jours" in quoted("Quante ferie ho?", holidays, leave)


ROWS = {"Temps partiel | 1": 0.5, "Alternants et stagiaires | 2": 1.1}  # and how like the question each is

TABLE = """Limits per city

All amounts include taxes.

City | Hotel | Lunch | Remarks
Paris | 165 € | 25 € | except in May. Ask first
Brussels | 140 € | 22 € |
Other cities | 120 € | 20 € | none"""


def test_a_row_that_is_named_is_quoted_alone_with_the_columns_that_are_named() -> None:
    assert quoted("hotel limit in Brussels", TABLE) == "- **Brussels** — Hotel: **140 €**"
    assert quoted("what is paid in Paris for lunch?", TABLE) == "- **Paris** — Lunch: **25 €**"


PROJECTS = "Projet | Budget | Pilote | Échéance\nSeconde Lumière | 310 000 € | Marta Lindqvist | septembre"


@pytest.mark.parametrize(
    "question",
    [
        "Quel budget pour Seconde Lumière et qui en est responsable ?",
        "Wie hoch ist das Budget für Seconde Lumière und wer leitet es?",
        "What is the budget of Seconde Lumière and who leads it?",
    ],
)
def test_a_row_is_quoted_whole_where_one_of_two_questions_names_no_column(question: str) -> None:
    assert "310 000 €" in quoted(question, PROJECTS)
    assert "Marta Lindqvist" in quoted(question, PROJECTS)
    assert "Marta" not in quoted("Quel budget pour Seconde Lumière ?", PROJECTS)


def test_a_row_about_another_case_is_not_quoted_beside_the_one_that_is_named() -> None:
    table = "Case | Days\nPart time, 80 % | 2\nPart time, 60 % | 1\nFull time | 3\nTrainees | 1"
    assert quoted("how many days in part time?", table).count("Part time") == 2


LEAVE = {
    "How many days do I get for a marriage and for moving house?": (
        "Occasion | Days\nMarriage of an employee | 5\nBirth or adoption | 3\nMoving house | 1\nIllness of a child | 4"
    ),
    "Combien de jours pour le mariage d'un salarié et pour un déménagement ?": (
        "Occasion | Jours\nMariage d'un salarié | 5\nNaissance | 3\nDéménagement | 1\nMaladie d'un enfant | 4"
    ),
    "Wie viele Tage bekomme ich für die Hochzeit eines Mitarbeiters und für einen Umzug?": (
        "Anlass | Tage\nHochzeit eines Mitarbeiters | 5\nGeburt | 3\nUmzug | 1\nKrankheit eines Kindes | 4"
    ),
}


@pytest.mark.parametrize(("question", "table"), LEAVE.items(), ids=["English", "French", "German"])
def test_of_two_subjects_that_a_question_joins_both_are_quoted(question: str, table: str) -> None:
    assert [line[-4:] for line in quoted(question, table).splitlines()[2:4]] == [" 5 |", " 1 |"]


def test_of_a_table_in_another_language_only_the_likest_rows_are_quoted() -> None:
    text = "Cas | Jours\nTemps partiel | 1\nAlternants et stagiaires | 2"
    rows = [PieceScore(text.index(row), text.index(row) + len(row), likeness) for row, likeness in ROWS.items()]
    quote = choose_best_quote("what about trainees?", [replace(found(text), pieces=tuple(rows))], ": ")
    assert quote is not None
    assert [line.text for line in quote.lines] == ["- Alternants et stagiaires — Jours: 2"]


def test_a_row_is_quoted_whole_where_the_question_names_no_column() -> None:
    assert quoted("Paris", TABLE) == "- **Paris** — Hotel: 165 € — Lunch: 25 € — Remarks: except in May. Ask first"


def test_every_row_is_quoted_where_the_question_names_a_column_alone() -> None:
    assert quoted("which hotel?", TABLE).splitlines() == [
        "| City | Hotel |",
        "|---|---|",
        "| Paris | 165 € |",
        "| Brussels | 140 € |",
        "| Other cities | 120 € |",
        "",
        "[1]",
    ]


def test_addresses_in_a_table_are_quoted_only_where_they_are_asked_for() -> None:
    people = "Name | Given name | Extension | Mail\nRoy | Ada | 12 | ada@x.example\nLee | Bo | 13 | bo@x.example"
    assert "example" not in quoted("who is Ada Roy?", people)
    assert "ada@x.example" in quoted("what is the mail of Ada Roy?", people)


def test_a_row_that_begins_with_a_number_keeps_the_label_of_it() -> None:
    assert quoted("Tom", "Rang | Qui\n2 | Tom", colon=" : ") == "- **Rang 2** — Qui : Tom"


def test_the_steps_of_a_table_are_quoted_in_their_order() -> None:
    steps = "Lost laptop\n\nStep | What\n1 | Call the hotline\n2 | Tell the police of the lost laptop\n3 | Get another"
    assert quoted("I lost my laptop, what do I do?", steps).splitlines()[2:5] == [
        "| 1 | Call the hotline |",
        "| 2 | Tell the police of the lost laptop |",
        "| 3 | Get another |",
    ]


def test_the_numbered_steps_of_a_list_are_quoted_together_with_the_line_above_them() -> None:
    text = "To ask for leave:\n1. Open the form.\n2. Choose your days of leave.\n3. Send it.\n\nNothing else is needed."
    assert quoted("how do I ask for leave?", text).splitlines()[0] == "To **ask** for **leave**:"
    assert "3.\N{NO-BREAK SPACE}Send it." in quoted("how do I ask for leave?", text)


def test_an_answer_below_its_question_is_quoted_with_it() -> None:
    faq = "Quand suis-je payé ?\nLe 28 du mois. En décembre, le 22.\nPuis-je demander un acompte ?\nOui, avant le 12."
    assert quoted("quand suis-je payé ?", faq) == "Quand suis-je payé ?\nLe **28** du mois.\nEn décembre, le 22."


def test_a_verb_before_its_pronoun_is_no_word_of_the_question() -> None:
    faq = "Mon enfant est malade, ai-je droit à des jours ?\nOui : 4 jours par an, sur certificat médical."
    rule = "Chaque salarié a droit à 25 jours de congés par an."
    assert "**25 jours**" in quoted("combien de jours de congé ai-je ?", faq, rule)


def test_a_second_answer_is_quoted_with_its_own_question() -> None:
    faq = (
        "Quel est mon budget de formation ?\nLe budget est de 1 200 € par an.\n"
        "Combien vaut une cooptation ?\nLe budget est de 1 000 €, en deux versements."
    )
    assert [
        line.replace("**", "").replace("\N{NO-BREAK SPACE}", " ")
        for line in quoted("quel est le budget ?", faq).splitlines()
    ] == faq.splitlines()


def test_a_sentence_that_refers_back_is_quoted_with_the_one_before_it() -> None:
    text = "The hall opens at seven. It is locked by the guard, who keeps the key of the gate all night long."
    assert quoted("who keeps the key of the gate?", text).startswith("The hall opens at seven.")


@pytest.mark.parametrize("label", ["Comment by Jane Doe (B2): ", "Comment: ", "Notes: "])
def test_a_sentence_of_a_comment_is_quoted_with_whose_it_is(label: str) -> None:
    text = (
        f"{label}This was said in March. "
        + "Nobody asked for it. " * 9
        + "The guard keeps the key of the gate at home."
    )
    assert quoted("who keeps the key of the gate?", text).startswith(f"{label}… ")


def test_a_line_that_introduces_a_list_is_quoted_with_it() -> None:
    text = "Bring these to the trial:\n- a badge\n- a lamp\n\nAnd be early."
    assert quoted("what to bring to the trial?", text).splitlines()[1:] == ["- a badge", "- a lamp"]


@pytest.mark.parametrize(
    ("question", "text", "strong"),
    [
        ("how long must it be?", "A password has at least 14 characters.", "**14 characters**"),
        ("when do we move?", "We leave on Friday 17 April 2026.", "**17 April 2026**"),
        ("à quelle heure est-ce ?", "La réservation se fait avant 18 h 30, la veille.", "**18 h 30**"),
        ("combien ça coûte ?", "La formule coûte 132,80 € par mois.", "**132,80 €**"),
        ("who approves it?", "It is approved by Claire Fontanel in the end.", "**Claire Fontanel**"),
        ("wer genehmigt es?", "Es genehmigt Claire Fontanel.", "**Claire Fontanel**"),
        ("combien de jours ?", "Au plus deux jours par semaine.", "**deux jours**"),
        ("are lamps allowed?", "No lamps are allowed in the hall.", "**lamps**"),
        ("how many forms?", "Use form S-07 for the insurer.", " S-07 for"),
    ],
)
def test_the_deciding_words_are_in_bold(question: str, text: str, strong: str) -> None:
    assert strong in quoted(question, text)


FURNITURE = [
    "From: Ada <ada@x.example> · Date: Mon, 02 Mar 2026 · To: All <all@x.example>",
    "De : Ada · Date : lundi · À : tous",
    "SEC-01, version 2.3 · 12/01/2026 · Ingrid Peeters, lamp officer",
    "Page 3 of 8",
    "© 2026 Lamp House. All rights reserved.",
    "Hello Nantes,",
]


@pytest.mark.parametrize("line", FURNITURE)
def test_mail_headers_and_page_furniture_are_never_quoted(line: str) -> None:
    text = f"{line}\n\nThe lamp house opens on Monday."
    for question in ("lamp house opens", line):
        assert quoted(question, text) in ("", quoted("lamp", "The lamp house opens on Monday.")) or (
            line not in quoted(question, text)
        )


def test_a_heading_is_not_quoted() -> None:
    assert " are claimed" in quoted("travel expenses", "Travel expenses\nTravel expenses are claimed in Pécule.")
    assert not quoted("travel expenses", "Travel expenses\nTravel expenses are claimed.").startswith(
        "Travel expenses\n"
    )
    assert quoted("Lyon", "3.2 Lyon : la réservation\nÀ Lyon, les bureaux se réservent.").startswith("À **Lyon**")


def test_another_paragraph_that_answers_nearly_as_well_is_quoted_too() -> None:
    close = "The workshop opens at seven on weekdays."
    best = "The workshop opens at nine on Saturdays, except in August."
    other = "A visitor signs the book at reception before the tour begins and wears a badge all day."
    text = f"{close}\n{other}\n{best}"
    quote = quoted("when does the workshop open?", text)
    assert ("seven" in quote, "nine" in quote, "badge" in quote) == (True, True, False)


def test_the_passage_that_answers_is_quoted_even_if_it_comes_second() -> None:
    texts = ("The lamp is drawn in Brussels.", "The lamp weighs 12 kg without its base.")
    assert "12 kg" in quoted("how much does the lamp weigh?", *texts)


def test_code_is_quoted_in_a_fence_with_its_lines_in_order() -> None:
    code = "def check(key):\n    return sign(key)\n"
    quote = choose_best_quote("check the key", [found(code, kind="code")], ": ")
    assert quote
    assert format_quote(quote).splitlines() == [
        "> ```",
        "> def check(key):",
        ">     return sign(key)",
        "> ```",
        "> [1]",
    ]


def test_the_other_passages_are_quoted_in_their_order_without_those_that_say_nothing() -> None:
    texts = ("Lamps weigh much.", "Lamps", "Lamps cost 12 €.")
    others = choose_other_quotes("lamps", [found(text, n=n) for n, text in enumerate(texts)], ": ")
    assert [quote.lines[0].text for quote in others] == ["Lamps weigh much.", "Lamps cost 12 €."]


def test_a_statement_s_place_in_its_passage_is_found() -> None:
    text = "Bring a badge. Remote work is two days a week. Nobody counts."
    [(start, end), *_] = find_spans("You may work remotely two days a week.", found("Bring a badge.\n" + text[15:]))
    assert "two days a week" in ("Bring a badge.\n" + text[15:])[start:end]
    assert find_spans("Zebra.", found(text)) == ()


@pytest.mark.parametrize("text", ["a | b", "cat x | grep y", "one | two\n1 | 2 | 3"])
def test_a_bar_alone_makes_no_table(text: str) -> None:
    assert "•" not in quoted("x", text)


def test_a_passage_that_its_document_may_hide_is_quoted_only_where_no_other_can_be() -> None:
    hidden, other = found("The limit is 900 euros.", doubtful=True), found("The limit of a meal is 25 euros.", n=1)
    quote = choose_best_quote("What is the limit?", [hidden, other], ": ")
    assert quote is not None
    assert quote.found == other
    alone = choose_best_quote("What is the limit?", [hidden], ": ")
    assert alone is not None
    assert alone.found == hidden


def test_the_sentence_that_is_nearest_in_meaning_is_quoted_where_no_word_is_shared() -> None:
    text = "Doors open at seven in the morning.\nA badge must be worn.\nCars stand behind the house."
    one = found(text)
    likenesses = zip((0, 36, 58), (0.1, 0.2, 0.6), strict=True)
    scored = replace(one, pieces=tuple(PieceScore(at, at + 9, likeness) for at, likeness in likenesses))
    quote = choose_best_quote("Wo parke ich?", [scored], ": ")
    assert quote is not None
    assert quote.lines[0].text.startswith("Cars stand")
    unscored = choose_best_quote("Wo parke ich?", [one], ": ")
    assert unscored is not None
    assert unscored.lines[0].text.startswith("Doors open"), "of pieces that are equally good, the first is quoted"


ROTA = "Week | Begins | Who\nW03 | 12 January | Tom\nW04 | 19 January | Kim\nW05 | 26 January | Ines"
WHO = "Who is on call in the week of 19 January?"


@pytest.mark.parametrize(
    ("steps", "who"), [(1, "W05 — Begins: 26 January — Who: Ines"), (-1, "W03 — Begins: 12 January")]
)
def test_the_row_after_or_before_the_one_that_answers_can_be_quoted(steps: int, who: str) -> None:
    quote = choose_best_quote(WHO, [found(ROTA)], ": ", steps=steps)
    assert quote is not None
    assert [line.text.startswith(f"- {who}") for line in quote.lines] == [True]


def test_after_the_last_row_and_beside_a_sentence_there_is_no_next_row() -> None:
    assert choose_best_quote(WHO, [found(ROTA)], ": ", steps=2) is None
    assert choose_best_quote(WHO, [found("Kim is on call in the week of 19 January.")], ": ", steps=1) is None


def test_a_row_of_another_day_is_not_quoted_beside_the_one_that_is_asked_for() -> None:
    quote = choose_best_quote(WHO, [found(ROTA)], ": ")
    assert quote is not None
    assert [line.text for line in quote.lines] == ["- W04 — Begins: 19 January — Who: Kim"]


@pytest.mark.parametrize(
    ("question", "is_quoted"),
    [
        ("Quel est le code secret du dossier B-110 ?", False),
        ("quel est le code secret du dossier b-010 ?", True),
        ("Quel est le code secret du dossier B10 ?", True),
        ("Quel est le code secret des dossiers B-010 et B-110 ?", True),
        ("Quel est le code secret du dossier ?", True),
        ("Quel est le code secret de C-110 ?", True),
    ],
)
def test_what_is_said_of_another_number_of_the_series_is_not_quoted(question: str, is_quoted: bool) -> None:
    assert bool(quoted(question, "Le code secret du dossier B-010 est ZXB381.")) is is_quoted
