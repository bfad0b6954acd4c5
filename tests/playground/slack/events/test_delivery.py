"""Envelopes on real sockets: acks, redelivery, several sockets, disconnects."""

import asyncio
import json
from collections.abc import Mapping

import aiohttp
import pytest
from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.request.async_request import AsyncBoltRequest

from playground.slack.app import LocalSlack, serve_slack
from playground.slack.events.socket_mode import DisconnectReason
from tests.playground.slack.bolt import app_of, client_of, connected


def hear_everything(app: AsyncApp) -> list[str]:
    """Let the app take every message; gives the list of their texts, in order of arrival."""
    heard: list[str] = []

    @app.event("message")
    async def hear(event: Mapping[str, str]) -> None:
        heard.append(event["text"])

    return heard


async def open_socket(slack: LocalSlack, session: aiohttp.ClientSession) -> aiohttp.ClientWebSocketResponse:
    answer = await client_of(slack).apps_connections_open(app_token=slack.app_token)
    return await session.ws_connect(str(answer["url"]))


async def test_a_socket_begins_with_hello_and_echoes_pings(slack: LocalSlack) -> None:
    async with aiohttp.ClientSession() as session:
        socket = await open_socket(slack, session)
        hello = await socket.receive_json()
        assert (hello["type"], hello["num_connections"]) == ("hello", 1)
        assert hello["connection_info"]["app_id"]
        await socket.ping(b"sdk-ping-pong:1")
        await socket.close()


async def test_an_app_that_is_not_admitted_yet_waits(slack: LocalSlack) -> None:
    slack.sockets.admission.clear()
    async with aiohttp.ClientSession() as session:
        opening = asyncio.create_task(open_socket(slack, session))
        await slack.wait_until(lambda: slack.calls)
        assert slack.sockets.open == []
        slack.sockets.admission.set()
        assert (await (await opening).receive_json())["type"] == "hello"


async def test_a_ticket_opens_one_socket(slack: LocalSlack) -> None:
    answer = await client_of(slack).apps_connections_open(app_token=slack.app_token)
    async with aiohttp.ClientSession() as session:
        socket = await session.ws_connect(str(answer["url"]))
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(str(answer["url"]))
        await socket.close()


async def test_envelopes_have_slacks_form(slack: LocalSlack) -> None:
    async with aiohttp.ClientSession() as session:
        socket = await open_socket(slack, session)
        await socket.receive_json()
        await slack.person("alice").post("#rh", "bonjour")
        envelope = await socket.receive_json()
        assert envelope["type"] == "events_api"
        assert envelope["accepts_response_payload"] is False
        assert (envelope["retry_attempt"], envelope["retry_reason"]) == (0, "")
        payload = envelope["payload"]
        assert (payload["type"], payload["team_id"]) == ("event_callback", "TLUMIERE")
        assert payload["authorizations"][0]["user_id"] == "USOUFFLEUR"
        assert payload["event"]["channel_type"] == "channel"
        await socket.send_str("not json")
        await socket.send_str(json.dumps({"envelope_id": envelope["envelope_id"]}))
        await slack.wait_until(lambda: slack.sent[0].acked)
        await socket.close()


@pytest.mark.usefixtures("soon_tired")
async def test_an_event_that_no_listener_takes_comes_again_with_its_number(slack: LocalSlack, app: AsyncApp) -> None:
    async with connected(slack, app):
        await slack.person("alice").post("#rh", "bonjour")
        await slack.wait_until(lambda: len(slack.sent) == 3)
    assert [(s.attempt, s.reason) for s in slack.sent] == [(0, ""), (1, "timeout"), (2, "timeout")]
    assert len({s.payload["event_id"] for s in slack.sent}) == 1


@pytest.mark.usefixtures("soon_tired")
async def test_a_retry_says_so_in_its_headers(slack: LocalSlack, app: AsyncApp) -> None:
    numbers: list[str] = []

    @app.event("message")
    async def hear(request: AsyncBoltRequest) -> None:
        numbers.append(request.headers["x-slack-retry-num"][0])

    slack.faults.lose_acks()
    async with connected(slack, app):
        await slack.person("alice").post("#rh", "bonjour")
        await slack.wait_until(lambda: len(numbers) >= 2)
    assert numbers[:2] == ["0", "1"]


async def test_an_event_can_come_twice(slack: LocalSlack, app: AsyncApp) -> None:
    heard = hear_everything(app)
    slack.faults.send_events_twice()
    async with connected(slack, app):
        await slack.person("alice").post("#rh", "un")
        await slack.person("alice").post("#rh", "deux")
        await slack.wait_until(lambda: len([s for s in slack.sent if s.acked]) == 3)
    assert sorted(heard) == ["deux", "un", "un"]


async def test_an_event_waits_for_the_app_to_connect(slack: LocalSlack, app: AsyncApp) -> None:
    slack.delivery.retry_delays = (0.05,) * 600  # however long a busy machine takes to connect
    heard = hear_everything(app)
    await slack.person("alice").post("#rh", "trop tôt")
    async with connected(slack, app):
        await slack.wait_until(lambda: heard)
    assert heard == ["trop tôt"]


async def test_each_envelope_goes_to_one_of_several_sockets(slack: LocalSlack, app: AsyncApp) -> None:
    other = app_of(slack)
    heard, heard_by_other = hear_everything(app), hear_everything(other)
    async with connected(slack, app), connected(slack, other, sockets=2):
        for number in range(6):
            await slack.person("alice").post("#rh", str(number))
        await slack.wait_until(lambda: len([s for s in slack.sent if s.acked]) == 6)
    assert len(heard) == len(heard_by_other) == 3
    assert {s.socket for s in slack.sent} == {1, 2}


async def test_the_eleventh_socket_is_one_too_many(slack: LocalSlack) -> None:
    async with aiohttp.ClientSession() as session:
        sockets = [await open_socket(slack, session) for _ in range(11)]
        first = await sockets[-1].receive_json()
        assert (first["type"], first["reason"]) == ("disconnect", "too_many_websockets")
        for socket in sockets:
            await socket.close()


@pytest.mark.parametrize("reason", ["warning", "refresh_requested", "link_disabled"])
async def test_the_app_reconnects_when_it_is_asked_to(
    slack: LocalSlack, app: AsyncApp, reason: DisconnectReason
) -> None:
    heard = hear_everything(app)
    async with connected(slack, app):
        assert await slack.faults.disconnect(reason) == 1
        await slack.wait_until(lambda: slack.sockets.opened == 2 and len(slack.sockets.open) == 1)
        await slack.person("alice").post("#rh", "encore là ?")
        await slack.wait_until(lambda: heard)
    assert heard == ["encore là ?"]


async def test_the_app_comes_back_after_its_socket_was_cut(slack: LocalSlack, app: AsyncApp) -> None:
    async with connected(slack, app):
        assert slack.faults.drop_sockets() == 1
        await slack.wait_until(lambda: slack.sockets.opened == 2 and slack.sockets.open, timeout=30)


async def test_an_event_under_way_survives_a_cut_socket() -> None:
    async with serve_slack(port=0, ack_limit=0.1, retry_delays=(0.0, 0.3, 0.5, 1.0)) as slack:
        app = app_of(slack)
        heard = hear_everything(app)
        async with connected(slack, app):
            slack.faults.drop_sockets()
            await slack.person("alice").post("#rh", "toujours ?")
            await slack.wait_until(lambda: heard, timeout=30)
        assert heard == ["toujours ?"]


async def test_a_command_shows_what_its_ack_says_to_the_asker_alone(slack: LocalSlack, app: AsyncApp) -> None:
    @app.command("/ask")
    async def answer(ack: AsyncAck, command: Mapping[str, str]) -> None:
        await ack(f"Vous demandez: {command['text']}")

    async with connected(slack, app):
        await slack.person("camille").command("/ask", "des congés ?", "#rh")
    shown = slack.messages[-1]
    assert (shown.text, shown.ephemeral_to, shown.channel) == ("Vous demandez: des congés ?", "UCAMILLE", "CRH")


@pytest.mark.usefixtures("soon_tired")
async def test_a_late_ack_is_dropped_and_the_person_is_told(slack: LocalSlack, app: AsyncApp) -> None:
    let_go = asyncio.Event()

    @app.command("/ask")
    async def answer(ack: AsyncAck) -> None:
        await let_go.wait()
        await ack("trop tard")

    async with connected(slack, app):
        await slack.person("camille").command("/ask", "des congés ?")
        let_go.set()
        await slack.wait_until(lambda: slack.sent[-1].late)
    assert [m.text for m in slack.messages] == ["/ask failed: the app timed out (operation_timeout)."]
    assert slack.messages[0].ephemeral_to == "UCAMILLE"


async def test_a_command_without_an_app_fails_at_once(slack: LocalSlack) -> None:
    await slack.person("camille").command("/ask", "des congés ?")
    sentence = "the app is not connected (dispatch_failed); after its start, try again in some seconds."
    assert slack.messages[-1].text == f"/ask failed: {sentence}"
