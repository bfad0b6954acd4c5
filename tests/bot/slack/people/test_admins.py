from __future__ import annotations

import pytest

from bot.slack.api.client import create_web_client
from bot.slack.handlers.home import REINDEX_BUTTON
from bot.slack.i18n.texts_en import ENGLISH
from bot.slack.people.admins import FRESH_SECONDS, Admins
from bot.slack.views.admin_reports import CONFIRM_BUTTON
from knowledge.storage.audit_log import AuditEntry
from playground.slack.app import LocalSlack, serve_slack
from tests.bot.slack.handlers.test_home import home_of
from tests.bot.slack.running_bot import SLACK, Desk, at_work, saying, settings_for, shown, until

GROUP = frozenset({"UJAMES", "SDIRECTION"})


def _admins(slack: LocalSlack, listed: frozenset[str], now: list[float] | None = None) -> Admins:
    return Admins(create_web_client(settings_for(slack)), listed, lambda: now[0] if now else 0.0)


def _entries(desk: Desk) -> list[tuple[str, str, str, str]]:
    entries = reversed(desk.bot.stores.audit_log.list_audit_entries())
    return [(entry.who, entry.what, entry.outcome, entry.subject) for entry in entries]


async def test_the_members_of_a_user_group_are_administrators() -> None:
    async with serve_slack(SLACK) as slack:
        admins = _admins(slack, GROUP)
        assert (await admins.fetch_admins()).members == {"UJAMES", "UALICE"}
        assert not await admins.is_admin("UCAMILLE")
        assert await admins.explain_refusal("Ask {admins}.", ENGLISH) == "Ask <@UJAMES>, <!subteam^SDIRECTION>."


async def test_whoever_leaves_the_group_is_no_administrator_a_minute_later() -> None:
    async with serve_slack(SLACK) as slack:
        now = [0.0]
        admins = _admins(slack, GROUP, now)
        assert await admins.is_admin("UALICE")
        slack.workspace.usergroups["SDIRECTION"] = ()
        assert await admins.is_admin("UALICE")
        now[0] = FRESH_SECONDS
        assert not await admins.is_admin("UALICE")
        assert sum(call.method == "usergroups.users.list" for call in slack.calls) == 2


@pytest.mark.parametrize("error", ["missing_scope", "no_such_subteam", "internal_error"])
async def test_where_slack_does_not_tell_only_the_members_listed_count_and_it_says_so(error: str) -> None:
    async with serve_slack(SLACK) as slack:
        now = [0.0]
        admins = _admins(slack, GROUP, now)
        assert await admins.is_admin("UALICE")
        slack.faults.fail("usergroups.users.list", error)
        now[0] = FRESH_SECONDS
        known = await admins.fetch_admins()
        assert known.members == {"UJAMES"}
        assert known.unknown_groups == {"SDIRECTION"}
        assert (await admins.explain_refusal("Ask {admins}.", ENGLISH)).endswith(ENGLISH.admins_unknown)


async def test_a_group_alone_makes_administrators_of_the_bot() -> None:
    async with at_work(saying("?"), admins=frozenset({"SATELIER"})) as desk:
        await desk.slack.person("james").command("/reindex", "all")
        await desk.slack.wait_for(lambda m: "Reading again" in shown(m))
        await desk.slack.person("alice").command("/reindex", "all")
        await desk.slack.wait_for(lambda m: "<!subteam^SATELIER>" in shown(m))
        assert len(desk.requests.list_open_requests()) == 1


async def test_every_admin_action_is_written_down_without_its_words() -> None:
    async with at_work(saying("?")) as desk:
        alice = desk.slack.person("alice")
        await alice.command("/reindex", "hr/salaires secrets.pdf")
        await desk.slack.wait_for(lambda m: "Relecture" in shown(m))
        await alice.command("/reindex", "confirm-deletes")
        await desk.slack.wait_for(lambda m: "rien n'est retenu" in shown(m))
        await alice.command("/compare", "who is paid what?")
        await desk.slack.wait_for(lambda m: "What I was trained on." in shown(m))
        done = [
            ("UALICE", "reindex", "done", "scope=part"),
            ("UALICE", "confirm-deletes", "nothing", ""),
            ("UALICE", "compare", "done", ""),
        ]
        await until(lambda: _entries(desk) == done)
        assert not any("secret" in str(record) or "paid" in str(record) for record in _records(desk))


def _records(desk: Desk) -> list[AuditEntry]:
    return desk.bot.stores.audit_log.list_audit_entries()


@pytest.mark.parametrize(
    ("command", "text", "what"),
    [("/reindex", "all", "reindex"), ("/reindex", "confirm-deletes", "confirm-deletes"), ("/compare", "q", "compare")],
)
async def test_refused_tries_are_written_down_too(command: str, text: str, what: str) -> None:
    async with at_work(saying("?")) as desk:
        desk.holds.hold_deletions(["a.pdf"], 1, "many")
        await desk.slack.person("james").command(command, text)
        await desk.slack.wait_for(lambda m: "Please ask <@UALICE>." in shown(m))
        await desk.finished()
        assert _entries(desk) == [("UJAMES", what, "refused", "")]
        assert desk.requests.list_open_requests() == []


@pytest.mark.parametrize("pressed", [REINDEX_BUTTON, CONFIRM_BUTTON])
async def test_a_button_of_an_admin_s_home_does_nothing_for_others(pressed: str) -> None:
    """As a made-up payload would press it: the button is on nobody else's page."""
    async with at_work(saying("?")) as desk:
        desk.holds.hold_deletions(["a.pdf"], 1, "many")
        await desk.slack.person("alice").open_home()
        home = await home_of(desk, "UALICE", pressed)
        await desk.slack.person("james").click(home, pressed)
        await home_of(desk, "UJAMES", "Please ask <@UALICE>.")
        assert [(who, outcome) for who, _, outcome, _ in _entries(desk)] == [("UJAMES", "refused")]
        assert desk.requests.list_open_requests() == []
        hold = desk.holds.get_deletion_hold()
        assert hold is not None
        assert hold.confirmed_by is None


async def test_what_fails_is_written_down_as_failed() -> None:
    async with at_work(saying("?")) as desk:
        with pytest.raises(RuntimeError):
            async with desk.bot.people.admin_gate.guard_admin_action("UALICE", "reindex", "", ENGLISH):
                raise RuntimeError
        assert _entries(desk) == [("UALICE", "reindex", "failed", "")]
