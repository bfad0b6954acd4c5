"""No call by which the bot shows something lets Slack fetch a link: each is looked up in the source, and tried."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from playground.slack.app import serve_slack
from tests.bot.slack.running_bot import SLACK

_BOT = Path(__file__).parents[4] / "bot"
_POSTS = {"chat_postMessage", "chat_postEphemeral", "chat_scheduleMessage", "chat_meMessage", "send"}
# These take no such arguments: what they show is words that passed the guard, or blocks of our own.
_WITHOUT = {"chat_update", "chat_startStream", "chat_appendStream", "chat_stopStream"}
# A file is shown with its title alone: words beside it could hold a link, and this call cannot forbid to unfurl it.
_FILES = {"files_upload_v2"}
_SHOWS = _POSTS | _WITHOUT | _FILES | {"chat_unfurl", "chat_stream", "say_stream", "canvases_create"}
_FLAGS = {"unfurl_links", "unfurl_media"}


def _calls() -> list[tuple[str, ast.Call]]:
    """Every call in the bot of something that shows, with where it stands."""
    return [
        (f"{path.relative_to(_BOT.parent)}:{node.lineno}", node)
        for path in sorted(_BOT.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and _name(node.func) in _SHOWS
    ]


def _name(called: ast.expr) -> str:
    return called.attr if isinstance(called, ast.Attribute) else called.id if isinstance(called, ast.Name) else ""


CALLS = _calls()


def test_the_walk_meets_every_kind_of_call_that_the_bot_shows_by() -> None:
    assert {_name(call.func) for _, call in CALLS} >= {"chat_postMessage", "chat_postEphemeral", "send"} | (
        _WITHOUT - {"chat_appendStream", "chat_stopStream"}
    )
    assert {_name(call.func) for _, call in CALLS} <= _POSTS | _WITHOUT | _FILES


@pytest.mark.parametrize("call", [pytest.param(call, id=place) for place, call in CALLS])
def test_each_call_says_that_nothing_unfurls_where_it_can(call: ast.Call) -> None:
    said = {each.arg: each.value for each in call.keywords}
    if said.keys() == {"delete_original"}:
        return  # it takes away, and shows nothing
    flags = {name for name, given in said.items() if name in _FLAGS and ast.literal_eval(given) is False}
    assert flags == (_FLAGS if _name(call.func) in _POSTS else set())
    assert not {"link_names", "parse"} & said.keys()
    if _name(call.func) in _FILES:
        assert not {"initial_comment", "blocks"} & said.keys()


def test_no_listener_takes_bolts_own_ways_to_post() -> None:
    """`say` and `respond` post without the walk seeing it; what we call so ourselves is no listener's."""
    takes = [
        {each.arg for each in (*node.args.args, *node.args.kwonlyargs)}
        for path in _BOT.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.AsyncFunctionDef | ast.FunctionDef)
    ]
    listeners = [names for names in takes if names & {"ack", "event", "body", "payload", "context"}]
    assert listeners
    assert not [names for names in listeners if names & {"say", "respond", "say_stream"}]


def test_no_method_of_slack_that_shows_something_is_called_by_its_name() -> None:
    """`api_call` by a text would pass the walk: the texts in the source are looked at instead."""
    texts = [
        node.value
        for path in _BOT.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and _name(node.func) == "api_call"
        for node in node.args
        if isinstance(node, ast.Constant)
    ]
    assert not [text for text in texts if str(text).startswith("chat.")]


@pytest.mark.parametrize("flags", [{}, {"unfurl_links": False}, {"unfurl_media": False, "unfurl_links": True}])
async def test_the_local_slack_of_these_tests_refuses_a_post_that_would_unfurl(flags: dict[str, bool]) -> None:
    async with serve_slack(SLACK) as slack:
        client = AsyncWebClient(slack.bot_token, base_url=slack.api_url)
        with pytest.raises(SlackApiError, match="would_unfurl"):
            await client.api_call("chat.postMessage", json={"channel": "CRH", "text": "x", **flags})
        assert (await client.chat_postMessage(channel="CRH", text="x", unfurl_links=False, unfurl_media=False))["ok"]
