from __future__ import annotations

import pytest

from bot.answering.verification.amounts_and_names import Fact, extract_facts, extract_names


def _told(text: str, language: str | None = "fr", *, generous: bool = False) -> set[tuple[str, str]]:
    facts = extract_facts(text, language, generous=generous)
    return {(fact.kind, reading) for fact in facts for reading in fact.readings}


@pytest.mark.parametrize(
    ("text", "language", "facts"),
    [
        ("vingt-cinq jours", "fr", {("day", "25")}),
        ("trente et un mars", "fr", {("number", "31"), ("month", "month 3")}),
        ("soixante-douze ans, quatre-vingt-dix minutes", "fr", {("year", "72"), ("minute", "90")}),
        ("twenty-five days, three working days", "en", {("day", "25"), ("day", "3")}),
        ("fünf Arbeitstage", "de", {("day", "5")}),
        ("once días", "es", {("day", "11")}),
        ("They met once.", "en", set()),
        ("les deux cas et ces trois règles", "fr", set()),
        ("1 500 euros ou 1\N{NARROW NO-BREAK SPACE}500 €", "fr", {("euro", "1500")}),
        ("12,50 %", "fr", {("percent", "12.5")}),
        ("$ 40", "en", {("dollar", "40")}),
        ("1,500", "en", {("number", "1500"), ("number", "1.5")}),
        ("version 3.2.1", "fr", {("number", "3.2.1")}),
        ("un jour", "fr", set()),
        ("le 05/03/2026", "fr", {("number", "5"), ("month", "month 3"), ("number", "2026")}),
        ("2026-12-22", "fr", {("number", "22"), ("month", "month 12"), ("number", "2026")}),
        ("You may leave on Friday 8 May at 8:30", "en", {
            ("weekday", "weekday 4"), ("number", "8"), ("month", "month 5"), ("clock", "8:30"),
        }),
        ("de 8 h 30 à 19 h", "fr", {("clock", "8:30"), ("hour", "19"), ("hour", "19:00")}),
        ("21,4 millions d'euros", "fr", {("million", "21.4")}),
        ("S-07, SEV1 et orders.retry.max-delay", "fr", {
            ("code", "s-07"), ("code", "sev1"), ("code", "orders.retry.max-delay"),
        }),
        ("a 27-inch screen", "en", {("number", "27")}),
        ("1,234,567.50", "en", {("number", "1234567.5")}),
        ("1.234,50", "de", {("number", "1234.5")}),
    ],
)  # fmt: skip
def test_amounts_times_dates_and_codes_are_read_in_digits_and_words(
    text: str, language: str, facts: set[tuple[str, str]]
) -> None:
    assert _told(text, language) == facts


def test_a_passage_s_facts_are_read_generously() -> None:
    text = "le 15 mars 2026, version 3.2.1, les vingt-deux, un jour, fünf Tage"
    expected = {("number", "15"), ("month", "month 3"), ("number", "2026"), ("number", "3.2.1"), ("number", "22")}
    assert _told(text, generous=True) >= {*expected, ("day", "1"), ("day", "5")}


def test_a_unit_that_is_not_told_agrees_with_any() -> None:
    days, hours, bare = (Fact(kind, frozenset({"5"})) for kind in ("day", "hour", "number"))
    assert days.agrees_with(bare)
    assert bare.agrees_with(hours)
    assert not days.agrees_with(hours)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Ask Anouk Delmotte.", [("ask", "anouk", "delmotte")]),
        ("In Brussels, tell Sofie Van Laere on Tuesday.", [("brussels",), ("sofie", "van", "laere")]),
        ("La Mutuelle des Trois Fleuves, à Lyon.", [("mutuelle", "trois", "fleuves"), ("lyon",)]),
        ("Les agents dUCKS et izinDuna", []),
    ],
)
def test_names_are_words_with_capitals_amid_a_sentence(text: str, names: list[tuple[str, ...]]) -> None:
    assert extract_names(text, only_groups=False) == names


def test_single_nouns_are_no_names_where_all_nouns_have_capitals() -> None:
    assert extract_names("Der Antrag geht an Sofie Van Laere.", only_groups=True) == [("sofie", "van", "laere")]
