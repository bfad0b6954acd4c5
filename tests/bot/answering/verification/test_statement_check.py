from __future__ import annotations

from dataclasses import replace

import pytest

from bot.answering.verification.statement_check import CitedText, StatementSupport, check_statements, judge_support
from tests.bot.answering.passages import found

FRENCH = (
    "Le télétravail est limité à deux jours par semaine, avec l'accord du responsable. L'indemnité est de 2,60 € par "
    "jour, plafonnée à 1 033,80 € par an, depuis le 15 mars 2026 ; Camille Moreau en répond."
)
ENGLISH = (
    "Remote work is limited to two days a week, with the consent of your manager. The allowance is 2.60 euros a day. "
    "Set spring.main.banner-mode to off. Ask Camille Moreau about any of this."
)


@pytest.mark.parametrize(
    ("text", "source", "expected"),
    [
        ("Le télétravail est limité à deux jours par semaine.", FRENCH, "backed"),
        ("On peut télétravailler 2 jours par semaine, si le responsable est d'accord.", FRENCH, "backed"),
        ("Le télétravail est limité à trois jours par semaine.", FRENCH, "weak"),
        ("Le télétravail est limité à 3 jours par semaine.", FRENCH, "weak"),
        ("L'indemnité est plafonnée à 1033,8 € par an.", FRENCH, "backed"),
        ("L'indemnité est plafonnée à 1 033,90 € par an.", FRENCH, "weak"),
        ("C'est ainsi depuis le 15/03/2026.", FRENCH, "backed"),
        ("C'est ainsi depuis le 15/04/2026.", FRENCH, "weak"),
        ("Les congés parentaux sont accordés sur demande écrite.", FRENCH, "weak"),
        ("Oui.", FRENCH, "unclear"),
        ("Le télétravail est possible deux jours par semaine.", ENGLISH, "backed"),
        ("Le télétravail est possible quatre jours par semaine.", ENGLISH, "weak"),
        ("Pour cela, il faut mettre spring.main.banner-mode à la valeur voulue.", ENGLISH, "backed"),
        ("Il faut en parler avec Camille Moreau avant de commencer.", ENGLISH, "backed"),
        ("Il est interdit de fumer dans les couloirs de cet étage.", ENGLISH, "unclear"),
        ("You may work from home two days a week.", FRENCH, "backed"),
        ("You may work from home four days a week.", FRENCH, "weak"),
    ],
)
def test_a_statement_is_held_against_its_passage_by_numbers_names_and_words(
    text: str, source: str, expected: StatementSupport
) -> None:
    assert judge_support(text, CitedText(source, None)) == expected


def test_an_answer_from_the_other_language_s_passage_is_not_weak_for_that_alone() -> None:
    answer = "Il faut d'abord obtenir l'accord de la personne qui vous encadre [1]."
    [claim] = check_statements(answer, [found(ENGLISH)]).claims
    assert claim.backing == "unclear"


def test_where_a_passage_s_words_tell_no_language_its_folder_s_word_for_it_counts() -> None:
    """A table of names and figures: without that word, an English sentence about it would seem invented."""
    table, prose = (
        "Lampe | Abat-jour | Culot\nOrion | laiton | E27",
        "The lampshade comes in several metals and finishes [1].",
    )
    one = found(table)
    labelled = replace(one, passage=replace(one.passage, language="fr"))
    assert [claim.backing for claim in check_statements(prose, [one]).claims] == ["weak"]
    assert [claim.backing for claim in check_statements(prose, [labelled]).claims] == ["unclear"]
    assert [
        claim.backing
        for claim in check_statements(
            prose, [replace(labelled, passage=replace(labelled.passage, language="en"))]
        ).claims
    ] == ["weak"]


def test_what_two_passages_say_together_backs_a_sentence_that_cites_both() -> None:
    both = [found("Le télétravail est limité à deux jours par semaine."), found("L'indemnité est de 2,60 € par jour.")]
    prose = "Deux jours de télétravail par semaine, et 2,60 € d'indemnité par jour [1][2]."
    assert [claim.backing for claim in check_statements(prose, both).claims] == ["backed"]
    assert [claim.backing for claim in check_statements(prose.replace("[2]", ""), both).claims] == ["weak"]


@pytest.mark.parametrize(
    ("prose", "cites", "uncited"),
    [
        ("Deux jours par semaine [1]. Une indemnité est versée [2].", [(1,), (2,)], 0),
        ("Deux jours par semaine. [1] Une indemnité est versée.[2]", [(1,), (2,)], 0),
        ("Deux jours par semaine. Une indemnité est versée chaque mois [2].", [(2,)], 1),
        ("Voici la règle :\n- deux jours par semaine [1]\n- une indemnité de repas", [(1,)], 1),
        ("## Règles du télétravail\n\nDeux jours par semaine [1].", [(1,)], 0),
        ("| Jour | Lieu |\n|---|---|\n| lundi matin | bureau [1] |", [(1,)], 1),
        ("Selon M. Dupont, art. 3, deux jours par semaine [1].", [(1,)], 0),
        ("Deux jours par semaine [1].\n\nIl manque : le cas des stagiaires du siège.", [(1,)], 0),
        ("Voulez-vous en savoir davantage sur les jours ?", [], 0),
        ("Les passages ne disent rien des stagiaires. Deux jours par semaine [1].", [(1,)], 0),
        ("", [], 0),
    ],
)
def test_statements_with_and_without_citations_are_told_apart(
    prose: str, cites: list[tuple[int, ...]], uncited: int
) -> None:
    result = check_statements(prose, [found(FRENCH), found(FRENCH)])
    assert ([claim.cites for claim in result.claims], result.uncited) == (cites, uncited)


def test_a_passage_that_has_nothing_to_do_with_a_sentence_is_told_though_another_one_backs_it() -> None:
    both = [found("Le télétravail est limité à deux jours par semaine."), found("La cantine ferme en août.")]
    claims = check_statements("Le télétravail est limité à deux jours par semaine [1][2].", both).claims
    assert [(claim.cites, claim.backing) for claim in claims] == [((1,), "backed"), ((2,), "weak")]
