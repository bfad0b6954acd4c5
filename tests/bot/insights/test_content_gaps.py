from __future__ import annotations

from dataclasses import replace

import pytest

from bot.insights.content_gaps import Gap, Lack, gaps, lacks
from knowledge.storage.question_log import Entry, Used
from knowledge.storage.votes import Vote

NEAR = Used("p", "hr/leave.pdf", 3)
BADGE = Lack("How do I get a parking badge?", "UA", private=False, kind="missing", nearest=NEAR, at=1.0)
AGAIN = replace(BADGE, text="badge for the parking", person="UB", at=2.0)
SECRET = replace(BADGE, text="badge parking pour M. Dupont", person="UC", private=True, remarks=("He left.",), at=3.0)


def _entry(outcome: str, **more: object) -> Entry:
    given: dict[str, object] = {"state": "answered", "outcome": outcome, "private": False, "asked_at": 5.0, **more}
    return Entry("T", "C", "1.0", "1.0", "T", "UA", "How many\n days?", **given)  # type: ignore[arg-type] # a test's own


@pytest.mark.parametrize(
    ("outcome", "liked", "kind"),
    [
        ("not_found", None, "missing"),
        ("not_found", True, "missing"),
        ("partly", None, "partly"),
        ("partly", False, "partly"),
        ("answered", False, "disliked"),
        ("passages_only", False, "disliked"),
        ("answered", None, None),
        ("answered", True, None),
        ("passages_only", None, None),  # the model was away: the documents are not to blame
        ("help", None, None),
        ("ModelUnavailable", None, None),
    ],
)
def test_what_counts_as_lacking(outcome: str, liked: bool | None, kind: str | None) -> None:
    entry = _entry(outcome)
    votes = [] if liked is None else [Vote(entry.id, "UB", liked=liked)]
    assert [lack.kind for lack in lacks([entry], votes)] == ([kind] if kind else [])


def test_reasons_and_remarks_come_with_the_question_and_names_do_not() -> None:
    entry = _entry("answered", used=(NEAR, Used("q")))
    votes = [
        Vote(entry.id, "UB", liked=False, reason="outdated", words="Since May."),
        Vote(entry.id, "UC", liked=False, reason="outdated"),
        Vote(entry.id, "UD", liked=True, reason="wrong"),
    ]
    (gap,) = gaps(lacks([entry], votes))
    assert gap == Gap("How many days?", 1, 1, {"disliked": 1}, NEAR, {"outdated": 2}, ("Since May.",), 5.0)


def test_what_is_asked_by_most_people_comes_first() -> None:
    lonely = [Lack("Où est la salle Ampère ?", "UA", private=False, kind="partly", at=float(n)) for n in range(5)]
    found = gaps([*lonely, BADGE, AGAIN])
    assert [(gap.times, gap.people) for gap in found] == [(2, 2), (5, 1)]
    assert found[0].nearest == NEAR


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ([SECRET], []),
        ([SECRET, replace(SECRET, at=9.0)], []),  # the same person again
        ([SECRET, replace(SECRET, text="badge parking", person="UD")], [2]),
        ([SECRET, AGAIN], [2]),
        ([replace(SECRET, person="UB"), AGAIN], [1]),
        ([SECRET, replace(SECRET, text="salaire du directeur", person="UD")], []),
    ],
    ids=["alone", "twice", "two people", "public too", "the same person in public", "not alike"],
)
def test_a_private_question_counts_once_another_person_asks_alike(asked: list[Lack], shown: list[int]) -> None:
    assert [gap.times for gap in gaps(asked)] == shown


def test_a_private_wording_gives_way_to_a_public_one_and_private_remarks_are_not_shown() -> None:
    (gap,) = gaps([SECRET, AGAIN])
    assert (gap.question, gap.remarks) == (AGAIN.text, ())
