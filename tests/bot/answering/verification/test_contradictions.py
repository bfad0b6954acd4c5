from __future__ import annotations

import pytest

from bot.answering.verification.contradictions import Contradiction, find_contradiction
from bot.answering.verification.passage_parts import PassageParts
from knowledge.core.documents import Language
from knowledge.core.language import detect_likely_language

TABLE = (
    "Claims\n\nDamage | Deadline | Excess\nWater | 5 working days | 750 €\nBroken machine | 5 working days | 1 500 €\n"
    "Theft | 2 working days | 1 000 €"
)
SITES = "Sites\n\nSite | Day | Contact\nLyon | Tuesday | Amélie Roussillon\nNantes | Wednesday | Gwenaëlle Briand"
RULES = (
    "Disks are encrypted on every laptop. Text messages are not accepted as a second factor since 1 October 2025. "
    "The desk is open from 8:00 to 18:30; it answers within 3 hours."
)
RÈGLES = "Un jour non pris ne se reporte pas. Le responsable accorde des jours de plus, qui ne sont pas décomptés."


@pytest.mark.parametrize(
    ("statement", "passage", "language", "expected"),
    [
        ("The excess for theft is 1,000 €.", TABLE, "en", None),
        ("The excess for a broken machine is 1,000 €.", TABLE, "en", "fact"),
        ("Theft must be declared within 5 working days.", TABLE, "en", "fact"),
        ("The excess for water damage is 900 €.", TABLE, "en", "fact"),
        ("On Wednesday, Gwenaëlle Briand is the contact in Nantes.", SITES, "en", None),
        ("In Nantes, the contact is Amélie Roussillon.", SITES, "en", "name"),
        ("The contact is Théo Marchetti.", SITES, "en", "name"),
        ("Le référent à Nantes est Théo Marchetti.", SITES, "en", "name"),
        ("Les disques des ordinateurs de Lyon sont chiffrés.", RULES, "en", None),
        ("Disks are not encrypted on a laptop.", RULES, "en", "negation"),
        ("Text messages are accepted as a second factor.", RULES, "en", "negation"),
        ("Text messages are no longer accepted as a second factor.", RULES, "en", None),
        ("The desk answers within 3 days.", RULES, "en", "fact"),
        ("The desk answers within three hours.", RULES, "en", None),
        ("The desk closes at 17:30.", RULES, "en", "fact"),
        ("Un jour non pris se reporte.", RÈGLES, "fr", "negation"),
        ("Le responsable accorde des jours de plus qui ne sont pas décomptés.", RÈGLES, "fr", None),
    ],
)
def test_another_number_another_name_or_a_denial_contradicts(
    statement: str, passage: str, language: Language, expected: Contradiction | None
) -> None:
    passage_parts, said_in = PassageParts(passage, language), detect_likely_language(statement)
    parts = passage_parts.read_statement(statement, said_in)
    assert find_contradiction(parts, passage_parts, same_language=said_in == language) == expected


@pytest.mark.parametrize("passage", [TABLE, SITES, RULES, RÈGLES])
def test_what_a_passage_says_itself_is_no_contradiction(passage: str) -> None:
    language: Language = "fr" if passage == RÈGLES else "en"
    passage_parts = PassageParts(passage, language)
    for line in passage.splitlines()[2:] or passage.split(". "):
        assert (
            find_contradiction(passage_parts.read_statement(line, language), passage_parts, same_language=True) is None
        )
