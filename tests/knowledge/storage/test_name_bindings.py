"""A folder's name is given to a channel of which the bot is sure, stays with it, and can be taken away."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.core.access import fold_slack_name, requirement_from_name
from knowledge.storage.name_bindings import NameBinding, NameBindings, decide_binding
from tests.doubles.temporary_qdrant import open_temporary_qdrant

_NAME = "#finance"
# What casefold or compatibility would make of other letters: each is a channel of its own in Slack.
_LOOK_ALIKES = {
    "finance": "ﬁnance",
    "sales": "\N{LATIN SMALL LETTER LONG S}ales",
    "strasse": "straße",
    "office": "oﬃce",
    "no1": "no\N{SUPERSCRIPT ONE}",
    "cafe": "café",
    "\N{GREEK SMALL LETTER MU}metre": "\N{MICRO SIGN}metre",
}


@pytest.mark.parametrize(("plain", "alike"), _LOOK_ALIKES.items())
def test_a_look_alike_is_another_name(plain: str, alike: str) -> None:
    assert fold_slack_name(alike) != fold_slack_name(plain)
    assert requirement_from_name(f"#{alike}") != requirement_from_name(f"#{plain}")


@given(st.text(min_size=1, max_size=8), st.text(min_size=1, max_size=8))
def test_names_are_alike_only_where_slack_s_lower_case_is(one: str, other: str) -> None:
    import unicodedata

    def slack(name: str) -> str:
        return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).strip().lower())

    assert (fold_slack_name(one) == fold_slack_name(other)) == (slack(one) == slack(other))
    assert fold_slack_name(fold_slack_name(one)) == fold_slack_name(one)


_IDS = st.sampled_from(["C1", "C2", "C3"])
_CURRENT = st.none() | st.builds(
    NameBinding, st.just(_NAME), _IDS, st.sampled_from(["confirmed", "provisional", "undone", "of a newer version"])
)


@given(st.sets(_IDS), st.sets(_IDS), _CURRENT)
def test_only_the_one_owner_that_the_bot_is_sure_of_is_confirmed(
    owners: set[str], joined: set[str], current: NameBinding | None
) -> None:
    decided = decide_binding(_NAME, sorted(owners), joined, current)
    if current and current.state == "confirmed":
        assert decided is None
    if decided and decided.state == "confirmed":
        assert decided.id in owners & joined
        assert len(owners & joined - ({current.id} if current and current.state == "undone" else set())) == 1
    if current and current.state == "undone":
        assert decided is None or (decided.state, decided.id != current.id) == ("confirmed", True)
    if not owners & joined:
        assert decided is None or decided.state == "provisional"


def test_a_binding_is_undone_and_confirmed_by_its_name() -> None:
    bindings = NameBindings(open_temporary_qdrant(), "t")
    bindings.add_bindings([NameBinding(_NAME, "C1")])
    bindings.add_bindings([NameBinding(_NAME, "C2")])
    assert bindings.list_bindings() == [NameBinding(_NAME, "C1")]
    assert bindings.set_binding_state(_NAME, "undone") == NameBinding(_NAME, "C1", "undone")
    assert bindings.list_bindings() == [NameBinding(_NAME, "C1", "undone")]
    assert bindings.set_binding_state(_NAME, "undone") is None
    assert bindings.set_binding_state("#nowhere", "undone") is None
    assert bindings.set_binding_state(_NAME, "confirmed") == NameBinding(_NAME, "C1")


def test_of_two_processes_that_decide_at_once_the_first_one_counts() -> None:
    client = open_temporary_qdrant()
    one, other = NameBindings(client, "t"), NameBindings(client, "t")
    provisional = NameBinding(_NAME, "C1", "provisional")
    one.add_bindings([provisional])
    one.replace_binding(provisional, NameBinding(_NAME, "C2"))
    other.replace_binding(provisional, NameBinding(_NAME, "C3"))
    assert other.list_bindings() == [NameBinding(_NAME, "C2")]
