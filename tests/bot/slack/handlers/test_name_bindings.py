"""An administrator sees what the names of folders mean, and undoes or confirms it; nobody else does."""

from __future__ import annotations

import pytest

from bot.slack.handlers.commands import find_named_binding, is_bindings_command
from knowledge.storage.name_bindings import NameBinding
from playground.slack.state.records import Message
from tests.bot.slack.running_bot import Desk, at_work, saying, shown

_FINANCE, _ALICE = NameBinding("#finance", "CFINANCE"), NameBinding("@alice", "UALICE", "provisional")


async def _whispered(desk: Desk, holding: str, to: str = "UALICE") -> Message:
    return await desk.slack.wait_for(lambda m: m.ephemeral_to == to and holding in shown(m))


async def test_an_administrator_sees_undoes_and_confirms_a_binding_and_the_audit_log_tells() -> None:
    async with at_work(saying("?")) as desk:
        bindings, alice = desk.bot.stores.name_bindings, desk.slack.person("alice")
        bindings.add_bindings([_FINANCE, NameBinding("#projets", "CPROJETS", "provisional")])
        await alice.command("/souffleur", "bindings")
        told = shown(await _whispered(desk, "CFINANCE"))
        assert told.index("#projets") < told.index("#finance")
        await alice.command("/souffleur", "bindings undo #Finance")
        await _whispered(desk, "ne sont plus à CFINANCE")
        await alice.command("/souffleur", "bindings confirm projets")
        await _whispered(desk, "sont maintenant à CPROJETS")
        assert [one.name for one in bindings.list_bindings() if one.state == "confirmed"] == ["#projets"]
        entries = [one for one in desk.bot.stores.audit_log.list_audit_entries() if one.outcome == "done"]
        assert {(one.who, one.what, one.subject) for one in entries} == {
            ("UALICE", "bindings", ""),
            ("UALICE", "bindings", "undone id=CFINANCE"),
            ("UALICE", "bindings", "confirmed id=CPROJETS"),
        }
        assert "CFINANCE" not in (await desk.bot.people.access_directory.find_channel_audience("CRH")).audience.groups


async def test_nobody_else_sees_or_changes_them() -> None:
    async with at_work(saying("?")) as desk:
        bindings = desk.bot.stores.name_bindings
        bindings.add_bindings([_FINANCE])
        await desk.slack.person("james").command("/souffleur", "bindings undo finance")
        told = shown(await _whispered(desk, "Only an administrator", "UJAMES"))
        assert "CFINANCE" not in told
        assert bindings.list_bindings() == [_FINANCE]


@pytest.mark.parametrize("words", ["bindings undo #nowhere", "bindings undo", "bindings a b c"])
async def test_what_cannot_be_done_is_said(words: str) -> None:
    async with at_work(saying("?")) as desk:
        await desk.slack.person("alice").command("/souffleur", words)
        await _whispered(desk, "Rien n'a changé" if "#nowhere" in words else "/souffleur bindings undo")


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("#finance", _FINANCE),
        ("FINANCE", _FINANCE),
        ("CFINANCE", _FINANCE),
        ("#CFINANCE", _FINANCE),
        ("`@alice`", _ALICE),
        ("#alice", None),
        ("ﬁnance", None),
        ("", None),
    ],
)
def test_a_binding_is_found_by_name_or_id(name: str, found: NameBinding | None) -> None:
    assert find_named_binding([_FINANCE, _ALICE], name) == found


def test_help_is_no_word_about_bindings() -> None:
    assert is_bindings_command("Bindings undo #a")
    assert not is_bindings_command("help")
    assert not is_bindings_command("")
