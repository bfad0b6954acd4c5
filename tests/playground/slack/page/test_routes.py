"""The page's routes, as a browser calls them."""

import asyncio
import re
import time
from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web
from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from playground.slack.app import LocalSlack
from playground.slack.page.routes import PAGE_TOKEN_HEADER, _static_file
from playground.slack.state.settings import PlaygroundSlack
from playground.slack.web_api.json_values import JsonObject, as_objects
from tests.playground.slack.bolt import connected


@pytest.fixture
async def browser(slack: LocalSlack) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(slack.url, headers=slack.page_headers) as session:
        yield session


async def act(browser: aiohttp.ClientSession, route: str, **body: object) -> JsonObject:
    async with browser.post(f"/playground/{route}", json=body) as answer:
        told: JsonObject = await answer.json()
        return told


async def get(browser: aiohttp.ClientSession, address: str) -> JsonObject:
    async with browser.get(address) as answer:
        assert answer.status == 200
        told: JsonObject = await answer.json()
        return told


async def frame(feed: aiohttp.ClientWebSocketResponse, kind: str) -> JsonObject:
    """The next frame of a type."""
    async with asyncio.timeout(5):
        while True:
            told: JsonObject = await feed.receive_json()
            if told["type"] == kind:
                return told


async def test_the_page_runs_its_own_scripts_and_nothing_else(browser: aiohttp.ClientSession) -> None:
    async with browser.get("/") as answer:
        policy = dict(rule.split(" ", 1) for rule in answer.headers["Content-Security-Policy"].split("; "))
    assert policy == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "connect-src": "'self' ws:",
        "form-action": "'none'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }


async def test_the_state_holds_what_the_page_draws(browser: aiohttp.ClientSession) -> None:
    state = await get(browser, "/playground/state")
    assert state["team"] == {"id": "TLUMIERE", "name": "Maison Lumière"}
    assert state["bot"] == {"user_id": "USOUFFLEUR", "name": "souffleur", "connected": False}
    assert isinstance(state["users"], list)
    assert state["users"][0] == {
        "id": "UCAMILLE",
        "name": "camille",
        "real_name": "Camille Moreau",
        "locale": "fr-FR",
        "is_admin": False,
        "is_guest": False,
        "is_bot": False,
        "title": "Designer, atelier Paris",
    }
    guests = [user["name"] for user in state["users"] if isinstance(user, dict) and user["is_guest"]]
    assert guests == ["sofia", "elena"]
    assert isinstance(state["channels"], list)
    kinds = {channel["id"]: channel["kind"] for channel in state["channels"]}
    assert kinds == {
        "CGENERAL": "public",
        "CRH": "public",
        "CFINANCE": "private",
        "CPROJETS": "public",
        "CENGLISHDESK": "public",
        "CFOURNISSEURS": "public",
        "CATELIERNORD": "public",
        "GDIRECTION": "mpim",
        "DCAMILLE": "im",
        "DALICE": "im",
        "DJAMES": "im",
        "DSOFIA": "im",
    }
    assert isinstance(state["commands"], list)
    assert {command["command"] for command in state["commands"]} == {"/ask", "/compare", "/docs", "/reindex"}


async def test_posting_and_reading_a_thread(slack: LocalSlack, browser: aiohttp.ClientSession) -> None:
    posted = await act(browser, "post", **{"as": "UALICE"}, channel="CRH", text="Bonjour @souffleur, voir #general")
    assert posted["ok"] is True
    await act(browser, "post", **{"as": "UCAMILLE"}, channel="CRH", text="suite", thread_ts=posted["ts"])
    top = await get(browser, "/playground/messages?channel=CRH&as=UALICE")
    assert isinstance(top["messages"], list)
    assert len(top["messages"]) == 1
    first = top["messages"][0]
    assert first["text"] == "Bonjour <@USOUFFLEUR>, voir <#CGENERAL|general>"
    assert (first["reply_count"], first["reply_users"], first["username"]) == (1, ["UCAMILLE"], "Alice Martin")
    thread = await get(browser, f"/playground/messages?channel=CRH&as=UALICE&thread_ts={posted['ts']}")
    assert isinstance(thread["messages"], list)
    assert [message["text"] for message in thread["messages"]][1:] == ["suite"]
    assert first["latest_reply"] == thread["messages"][1]["ts"]


async def test_editing_and_deleting_ones_own_messages(slack: LocalSlack, browser: aiohttp.ClientSession) -> None:
    ts = await slack.person("alice").post("#rh", "un")
    place = {"channel": "CRH", "ts": ts}
    assert (await act(browser, "edit", **{"as": "UCAMILLE"}, **place, text="deux"))["ok"] is False
    assert (await act(browser, "edit", **{"as": "UALICE"}, **place, text="deux"))["ok"] is True
    assert slack.messages[0].text == "deux"
    assert (await act(browser, "delete", **{"as": "UALICE"}, **place))["ok"] is True
    assert slack.messages == []


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({"as": "UNOBODY", "channel": "CRH", "text": "x"}, "There is nobody called UNOBODY here."),
        ({"as": "USOFIA", "channel": "CRH", "text": "x"}, "is not a member"),
        ({"as": "UALICE", "channel": "CRH", "text": "  "}, "An empty message is not sent."),
        ({"as": "UALICE", "channel": "CRH", "text": "/dance"}, "/dance is not a valid command."),
        ({"as": "UALICE", "channel": "CRH", "text": "x", "thread_ts": "1.1"}, "The thread is not there any more."),
    ],
    ids=["nobody", "not a member", "empty", "unknown command", "no thread"],
)
async def test_what_cannot_be_done_is_said(browser: aiohttp.ClientSession, body: JsonObject, sentence: str) -> None:
    answer = await act(browser, "post", **body)
    assert answer["ok"] is False
    assert sentence in str(answer["error"])


async def test_a_command_typed_in_the_page_is_run(
    slack: LocalSlack, app: AsyncApp, browser: aiohttp.ClientSession
) -> None:
    @app.command("/ask")
    async def ask(ack: AsyncAck) -> None:
        await ack("réponse privée")

    async with connected(slack, app):
        answer = await act(browser, "post", **{"as": "UALICE"}, channel="CRH", text="/ask combien ?")
    assert answer == {"ok": True}
    mine = await get(browser, "/playground/messages?channel=CRH&as=UALICE")
    theirs = await get(browser, "/playground/messages?channel=CRH&as=UCAMILLE")
    assert isinstance(mine["messages"], list)
    assert (mine["messages"][0]["text"], mine["messages"][0]["ephemeral"]) == ("réponse privée", True)
    assert theirs["messages"] == []


async def test_the_feed_tells_a_person_what_concerns_them(
    slack: LocalSlack, client: AsyncWebClient, browser: aiohttp.ClientSession
) -> None:
    async with browser.ws_connect("/playground/events?as=UJAMES") as feed:
        await slack.person("alice").post("#finance", "secret")
        await client.chat_postEphemeral(channel="CRH", user="UALICE", text="secret")
        ts = await slack.person("alice").post("#rh", "pour tous")
        message = await frame(feed, "message")
        assert isinstance(message["message"], dict)
        assert message["message"]["text"] == "pour tous"
        await client.assistant_threads_setStatus(channel_id="CRH", thread_ts=ts, status="cherche")
        assert (await frame(feed, "status"))["status"] == "cherche"
        stream = await client.chat_startStream(
            channel="CRH",
            thread_ts=ts,
            markdown_text="**a**",
            recipient_user_id="UALICE",
            recipient_team_id="TLUMIERE",
        )
        assert (await frame(feed, "status"))["status"] == ""
        told = (await frame(feed, "message"))["message"]
        assert isinstance(told, dict)
        assert (told["streaming"], told["markdown"], told["text"]) == (True, True, "**a**")
        parent = (await frame(feed, "message"))["message"]
        assert isinstance(parent, dict)
        assert (parent["ts"], parent["reply_count"]) == (ts, 1)
        await client.chat_stopStream(channel="CRH", ts=str(stream["ts"]))
        stopped = (await frame(feed, "message"))["message"]
        assert isinstance(stopped, dict)
        assert stopped["streaming"] is False
        alone = await slack.person("alice").post("#rh", "seul")
        await slack.person("alice").delete("#rh", alone)
        assert (await frame(feed, "message_deleted"))["ts"] == alone
        await slack.person("alice").delete("#rh", ts)
        left = (await frame(feed, "message"))["message"]
        assert isinstance(left, dict)
        assert (left["ts"], left["text"]) == (ts, "This message was deleted.")


async def test_a_page_that_opens_is_told_what_the_app_is_doing_since_before(
    slack: LocalSlack, client: AsyncWebClient, browser: aiohttp.ClientSession
) -> None:
    secret = await slack.person("alice").post("#finance", "secret")
    ts = await slack.person("alice").post("#rh", "pour tous")
    for channel, thread in (("CFINANCE", secret), ("CRH", ts)):
        await client.assistant_threads_setStatus(channel_id=channel, thread_ts=thread, status="cherche")
    async with browser.ws_connect("/playground/events?as=UJAMES") as feed:
        told = [await frame(feed, "status"), await frame(feed, "session")]
        assert [(one["channel"], one["thread_ts"]) for one in told] == [("CRH", ts)] * 2
        assert (told[0]["status"], told[1]["stoppable"]) == ("cherche", True)


async def test_the_feed_tells_when_the_app_comes_and_goes(
    slack: LocalSlack, app: AsyncApp, browser: aiohttp.ClientSession
) -> None:
    async with browser.ws_connect("/playground/events?as=UJAMES") as feed:
        async with connected(slack, app):
            assert (await frame(feed, "bot"))["connected"] is True
        assert (await frame(feed, "bot"))["connected"] is False


async def test_a_modal_is_answered_in_the_page(
    slack: LocalSlack, app: AsyncApp, browser: aiohttp.ClientSession
) -> None:
    element = {"type": "plain_text_input", "action_id": "text"}
    label = {"type": "plain_text", "text": "Raison"}
    view = {
        "type": "modal",
        "callback_id": "why",
        "title": {"type": "plain_text", "text": "Pourquoi ?"},
        "submit": {"type": "plain_text", "text": "Envoyer"},
        "blocks": [{"type": "input", "block_id": "reason", "label": label, "element": element}],
    }

    @app.view("why")
    async def submit(ack: AsyncAck) -> None:
        await ack()

    async with connected(slack, app), browser.ws_connect("/playground/events?as=UALICE") as feed:
        await app.client.views_open(trigger_id=slack.triggers.issue_trigger("UALICE", time.monotonic()), view=view)
        opened = (await frame(feed, "view"))["view"]
        assert isinstance(opened, dict)
        who = {"as": "UALICE", "view_id": opened["id"]}
        refused = await act(browser, "view_submit", **who, values={})
        assert refused == {"ok": False, "errors": {"reason": "Please complete this required field."}}
        values = {"reason": {"text": {"type": "plain_text_input", "value": "faux"}}}
        assert (await act(browser, "view_submit", **who, values=values))["ok"] is True
        assert (await frame(feed, "view_closed"))["view_id"] == opened["id"]
        again = await act(browser, "view_close", **who)
        assert again["error"] == "That window is not open any more."


async def test_a_button_is_pressed_in_the_page(
    slack: LocalSlack, app: AsyncApp, browser: aiohttp.ClientSession
) -> None:
    pressed: list[str] = []

    @app.action("a")
    async def press(ack: AsyncAck, action: dict[str, str]) -> None:
        await ack()
        pressed.append(action["value"])

    posted = await app.client.chat_postMessage(channel="CRH", text="x")
    action = {"type": "button", "action_id": "a", "block_id": "b", "value": "7"}
    who = {"as": "UALICE", "channel": "CRH", "ts": posted["ts"]}
    async with connected(slack, app):
        assert (await act(browser, "action", **who, action=action))["ok"] is True
        await slack.wait_until(lambda: pressed)
    assert pressed == ["7"]
    gone = await act(browser, "action", **{**who, "ts": "1.1"}, action=action)
    assert gone["error"] == "That message is not there any more."


async def test_the_home_tab_is_published_and_fetched(
    client: AsyncWebClient, browser: aiohttp.ClientSession, slack: LocalSlack
) -> None:
    assert await get(browser, "/playground/home?as=UALICE") == {"view": None}
    async with browser.ws_connect("/playground/events?as=UALICE") as feed:
        await act(browser, "open_home", **{"as": "UALICE"}, tab="home")
        await client.views_publish(user_id="UALICE", view={"type": "home", "blocks": [{"type": "divider"}]})
        await frame(feed, "home")
    view = (await get(browser, "/playground/home?as=UALICE"))["view"]
    assert isinstance(view, dict)
    assert view["type"] == "home"
    await slack.wait_until(lambda: slack.sent)


@pytest.mark.parametrize("address", ["/", "/playground/state", "/playground/events?as=UALICE", "/files/a.pdf"])
@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "127.0.0.1.evil.example:8321"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
    ids=["host", "rebound host", "origin", "null origin", "another site", "another port of this machine"],
)
async def test_strangers_are_kept_out(browser: aiohttp.ClientSession, address: str, headers: dict[str, str]) -> None:
    async with browser.get(address, headers=headers) as answer:
        assert answer.status == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "localhost.evil.example"},
        {"Host": ""},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "?"},
    ],
    ids=str,
)
async def test_no_route_takes_anything_from_a_stranger_whatever_it_knows(
    slack: LocalSlack, headers: dict[str, str]
) -> None:
    """Each route with each of its methods, the Web API and the response addresses too, with the page's own token."""
    statuses: dict[tuple[str, str], int] = {}
    async with aiohttp.ClientSession(slack.url, headers=slack.page_headers) as stranger:
        for route in slack.routes():
            assert isinstance(route, web.RouteDef)
            path = re.sub(r"\{\w+(?::[^}]*)?\}", "x", route.path)
            for method in ("GET", "POST", "PUT") if route.method == "*" else (route.method,):
                async with stranger.request(method, path, headers=headers, data=b"{}") as answer:
                    statuses[method, path] = answer.status
    assert len(statuses) > 25
    assert set(statuses.values()) <= {400, 403} if headers.get("Host") == "" else {403}, statuses
    assert not slack.messages


async def test_the_page_itself_may_come_in(slack: LocalSlack, browser: aiohttp.ClientSession) -> None:
    async with browser.get("/playground/state", headers={"Origin": slack.url}) as answer:
        assert answer.status == 200


async def test_the_tokens_are_drawn_at_each_start_and_the_page_is_told_its_own(slack: LocalSlack) -> None:
    drawn = [PlaygroundSlack() for _ in range(20)]
    tokens = {token for one in drawn for token in (one.bot_token, one.app_token, one.page_token)}
    assert len(tokens) == 60
    async with aiohttp.ClientSession(slack.url) as stranger, stranger.get("/") as answer:
        assert slack.settings.page_token in await answer.text()


@pytest.mark.parametrize("token", ["", "guessed", "é"])
async def test_without_the_pages_token_nothing_is_told_or_done(slack: LocalSlack, token: str) -> None:
    async with aiohttp.ClientSession(slack.url, headers={PAGE_TOKEN_HEADER: token}) as stranger:
        statuses = []
        for route in slack.routes():
            if isinstance(route, web.RouteDef) and route.path.startswith("/playground/"):
                async with stranger.request(route.method, route.path) as answer:
                    statuses.append(answer.status)
    assert len(statuses) > 10
    assert set(statuses) == {403}


def test_only_posts_change_something(slack: LocalSlack) -> None:
    """The Web API is left out: as in Slack, an app may read by GET, and every call needs the app's token."""
    ways = [
        (route.path, route.method)
        for route in slack.routes()
        if isinstance(route, web.RouteDef) and not route.path.startswith("/api/")
    ]
    assert {method for _, method in ways} == {"GET", "POST"}
    assert {path for path, method in ways if method == "GET"} == {
        "/", "/archives/{channel}/{message}", "/static/{path:.+}", "/link/", "/files-pri/{id}/{name}",
        "/files/{path:.+}", "/playground/state", "/playground/messages", "/playground/home", "/playground/events",
        "/playground/folder", "/playground/pictures/{id}",
    }  # fmt: skip


@pytest.mark.parametrize("path", ["../app.py", "%2e%2e/app.py", "nothing.js"])
async def test_only_the_pages_own_files_are_served(browser: aiohttp.ClientSession, path: str) -> None:
    async with browser.get(f"/static/{path}") as answer:
        assert answer.status == 404


async def test_a_file_is_sent_in_a_conversation_that_one_is_in(
    slack: LocalSlack, browser: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("playground.slack.page.routes._LARGEST_SHARED", 10)

    async def share(channel: str, content: bytes) -> tuple[int, JsonObject | str]:
        form = aiohttp.FormData()
        form.add_field("file", content, filename="a.txt")
        async with browser.post(f"/playground/share?as=UALICE&channel={channel}", data=form) as answer:
            plain = answer.content_type == "text/plain"
            return answer.status, (await answer.text()) if plain else (await answer.json())

    status, told = await share("DALICE", b"ten bytes.")
    assert status == 200
    assert isinstance(told, dict)
    (message,) = slack.workspace.history("DALICE")
    assert told["ts"] == [message.ts]
    assert [(file.name, file.content) for file in message.files] == [("a.txt", b"ten bytes.")]
    assert await share("DALICE", b"eleven byte") == (200, {"ok": False, "error": "a.txt is too large to be sent here."})
    assert (await share("DJAMES", b"x"))[0] == 400
    async with browser.post("/playground/share?as=UALICE&channel=DALICE", data=b"x") as answer:
        assert answer.status == 400


async def test_a_page_that_is_left_while_it_connects_leaves_no_traceback(
    slack: LocalSlack, browser: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def find_nobody(*_: object) -> None:
        raise ConnectionResetError("Cannot write to closing transport")

    monkeypatch.setattr(web.WebSocketResponse, "prepare", find_nobody)
    token = slack.page_headers[PAGE_TOKEN_HEADER]
    async with browser.get(f"/playground/events?as=UCAMILLE&token={token}") as answer:
        assert answer.status == 499
    assert [line.getMessage() for line in caplog.records if line.levelname == "ERROR"] == []


def test_a_path_out_of_the_pages_folder_is_no_file_of_it() -> None:
    with pytest.raises(web.HTTPNotFound):
        _static_file("../routes.py")


async def test_the_page_shows_pictures_and_nothing_else_that_was_shared(
    slack: LocalSlack, browser: aiohttp.ClientSession
) -> None:
    await slack.person("alice").share("#general", "", "page.png", b"\x89PNG")
    await slack.person("alice").share("#general", "", "page.html", b"<script>")
    shown = await get(browser, "/playground/messages?as=UALICE&channel=CGENERAL")
    first, second = (one["files"][0] for one in as_objects(shown["messages"]))  # type: ignore[index] # as the page reads it
    assert (first["words"], "picture" in second) == ("page.png", False)
    async with browser.get(first["picture"]) as answer:
        assert (answer.content_type, await answer.read()) == ("image/png", b"\x89PNG")
    for other in ("F0002", "F0003"):
        async with browser.get(f"/playground/pictures/{other}") as answer:
            assert answer.status == 404
