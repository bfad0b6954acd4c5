"""Finds what a statement says otherwise than its passage: another number, date or name, or the contrary."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from bot.answering.verification.evidence import Claimed, Clause, Evidence, Part
    from bot.answering.verification.facts import Fact, Name

Contradiction = Literal["fact", "name", "negation"]
_MIN_OVERLAP = 0.6  # of a clause's words, by weight, with another: with less, they may say different things


def find_contradiction(claimed: Claimed, evidence: Evidence, *, same_language: bool) -> Contradiction | None:
    """Returns what a passage says otherwise than a statement; None if nothing is found.

    A fact or a name is looked for where the passage says what the statement says apart from it. Denials are compared
    only within one language.
    """
    if any(_contradicts_fact(fact, claimed, evidence) for fact in claimed.facts):
        return "fact"
    if any(_contradicts_name(name, claimed, evidence) for name in claimed.names):
        return "name"
    return "negation" if same_language and _contradicts_denial(claimed, evidence) else None


def _contradicts_fact(fact: Fact, claimed: Claimed, evidence: Evidence) -> bool:
    """Whether the passage lacks a fact, or has another one of its kind where the fact should be."""
    if not evidence.states_fact(fact):
        return True
    near = evidence.find_parts(claimed, without=fact)
    if any(fact.agrees_with(other) for part in evidence.add_paragraphs(near) for other in part.facts):
        return False
    others = (other for part in near for other in part.facts if other.kind == fact.kind)
    return any(not any(other.agrees_with(own) for own in claimed.facts) for other in others)


def _contradicts_name(name: Name, claimed: Claimed, evidence: Evidence) -> bool:
    """Whether the passage lacks a name of several words, or has another one where the name should be.

    A single word may be a city, which has other names in other languages, or what the question was about.
    """
    if len(name) == 1:
        return False
    if not _holds_name(name, evidence.words, claimed):
        return True
    near = evidence.find_parts(claimed, without=name)
    if not near or any(_holds_name(name, part.words, claimed) for part in near):
        return False
    known = {word for one in claimed.names for word in one}
    others: Iterable[Name] = (other for part in near for other in part.names if len(other) >= len(name))
    return any(known.isdisjoint(other) for other in others)


def _holds_name(name: Name, words: frozenset[str], claimed: Claimed) -> bool:
    """Whether at least half of a name's words are there; any of them where common nouns have capitals too."""
    known = sum(word in words for word in name)
    return known > 0 if claimed.nouns_have_capitals else 2 * known >= len(name)


def _contradicts_denial(claimed: Claimed, evidence: Evidence) -> bool:
    """Whether a clause of the passage denies what one of the statement says, or the other way round."""
    near = evidence.find_parts(claimed)
    return any(_is_denied(own, near, claimed) for own in claimed.clauses)


def _is_denied(own: Clause, near: Sequence[Part], claimed: Claimed) -> bool:
    shared = [(claimed.weigh(own.stems & clause.stems), part, clause) for part in near for clause in part.clauses]
    best = max((weight for weight, _, _ in shared), default=0.0)
    if best == 0.0 or best < _MIN_OVERLAP * claimed.weigh(own.stems):
        return False
    nearest = [(part, clause) for weight, part, clause in shared if weight == best]
    return all(
        clause.is_negated != own.is_negated and not any(_list_same_denials(own, clause, part, claimed))
        for part, clause in nearest
    )


def _list_same_denials(own: Clause, clause: Clause, part: Part, claimed: Claimed) -> Iterator[Clause]:
    """Yields the clauses beside the two that deny or affirm the same: a comma stands elsewhere in one of the texts."""
    yield from (one for one in part.clauses if one.is_negated == own.is_negated and one.stems & own.stems)
    yield from (one for one in claimed.clauses if one.is_negated == clause.is_negated and one.stems & clause.stems)
