"""Finds what a statement says otherwise than its passage: another number, date or name, or the contrary."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from bot.answering.verification.amounts_and_names import Fact, Name
    from bot.answering.verification.passage_parts import Clause, Part, PassageParts, StatementParts

Contradiction = Literal["fact", "name", "negation"]
_MIN_OVERLAP = 0.6  # of a clause's words, by weight, with another: with less, they may say different things


def find_contradiction(
    statement: StatementParts, passage_parts: PassageParts, *, same_language: bool
) -> Contradiction | None:
    """Returns what a passage says otherwise than a statement; None if nothing is found.

    A fact or a name is looked for where the passage says what the statement says apart from it. Denials are compared
    only within one language.
    """
    if any(_contradicts_fact(fact, statement, passage_parts) for fact in statement.facts):
        return "fact"
    if any(_contradicts_name(name, statement, passage_parts) for name in statement.names):
        return "name"
    return "negation" if same_language and _contradicts_denial(statement, passage_parts) else None


def _contradicts_fact(fact: Fact, statement: StatementParts, passage_parts: PassageParts) -> bool:
    """Whether the passage lacks a fact, or has another one of its kind where the fact should be."""
    if not passage_parts.states_fact(fact):
        return True
    near = passage_parts.find_parts(statement, without=fact)
    if any(fact.agrees_with(other) for part in passage_parts.add_paragraphs(near) for other in part.facts):
        return False
    others = (other for part in near for other in part.facts if other.kind == fact.kind)
    return any(not any(other.agrees_with(own) for own in statement.facts) for other in others)


def _contradicts_name(name: Name, statement: StatementParts, passage_parts: PassageParts) -> bool:
    """Whether the passage lacks a name of several words, or has another one where the name should be.

    A single word may be a city, which has other names in other languages, or what the question was about.
    """
    if len(name) == 1:
        return False
    if not _holds_name(name, passage_parts.words, statement):
        return True
    near = passage_parts.find_parts(statement, without=name)
    if not near or any(_holds_name(name, part.words, statement) for part in near):
        return False
    known = {word for one in statement.names for word in one}
    others: Iterable[Name] = (other for part in near for other in part.names if len(other) >= len(name))
    return any(known.isdisjoint(other) for other in others)


def _holds_name(name: Name, words: frozenset[str], statement: StatementParts) -> bool:
    """Whether at least half of a name's words are there; any of them where common nouns have capitals too."""
    known = sum(word in words for word in name)
    return known > 0 if statement.nouns_have_capitals else 2 * known >= len(name)


def _contradicts_denial(statement: StatementParts, passage_parts: PassageParts) -> bool:
    """Whether a clause of the passage denies what one of the statement says, or the other way round."""
    near = passage_parts.find_parts(statement)
    return any(_is_denied(own, near, statement) for own in statement.clauses)


def _is_denied(own: Clause, near: Sequence[Part], statement: StatementParts) -> bool:
    shared = [(statement.weigh(own.stems & clause.stems), part, clause) for part in near for clause in part.clauses]
    best = max((weight for weight, _, _ in shared), default=0.0)
    if best == 0.0 or best < _MIN_OVERLAP * statement.weigh(own.stems):
        return False
    nearest = [(part, clause) for weight, part, clause in shared if weight == best]
    return all(
        clause.is_negated != own.is_negated and not any(_list_same_denials(own, clause, part, statement))
        for part, clause in nearest
    )


def _list_same_denials(own: Clause, clause: Clause, part: Part, statement: StatementParts) -> Iterator[Clause]:
    """Yields the clauses beside the two that deny or affirm the same: a comma stands elsewhere in one of the texts."""
    yield from (one for one in part.clauses if one.is_negated == own.is_negated and one.stems & own.stems)
    yield from (one for one in statement.clauses if one.is_negated == clause.is_negated and one.stems & clause.stems)
