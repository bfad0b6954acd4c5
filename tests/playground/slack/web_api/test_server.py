"""Slack's Web API: tokens, arguments, rates, faults, and the methods that read."""

import json
from pathlib import Path

import aiohttp
import pytest
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

from playground.slack.app import LocalSlack, serve_slack
from tests.playground.slack.bolt import client_of, code, refused


async def test_auth_test_says_whose_token_it_is(client: AsyncWebClient) -> None:
    answer = await client.auth_test()
    assert (answer["team_id"], answer["user_id"], answer["bot_id"]) == ("TLUMIERE", "USOUFFLEUR", "BSOUFFLEUR")


async def test_tokens_are_checked(slack: LocalSlack) -> None:
    assert await code(client_of(slack, "").auth_test()) == "not_authed"
    assert await code(client_of(slack, "xoxb-other").auth_test()) == "invalid_auth"
    assert await code(client_of(slack, slack.app_token).auth_test()) == "not_allowed_token_type"
    wrong = client_of(slack).apps_connections_open(app_token=slack.bot_token)
    assert await code(wrong) == "not_allowed_token_type"


async def test_an_unknown_method_is_named(client: AsyncWebClient) -> None:
    error = await refused(client.api_call("chat.sing"))
    assert (error.response["error"], error.response["req_method"]) == ("unknown_method", "chat.sing")


async def test_every_missing_argument_is_named(client: AsyncWebClient) -> None:
    error = await refused(client.api_call("chat.update", json={"text": "x"}))
    assert error.response["error"] == "invalid_arguments"
    assert error.response["response_metadata"]["messages"] == [
        "[ERROR] missing required field: channel",
        "[ERROR] missing required field: ts",
    ]


@pytest.mark.parametrize("way", ["json", "form", "query"])
async def test_arguments_come_in_any_of_three_ways(slack: LocalSlack, way: str) -> None:
    given = {"channel": "CRH", "text": "bonjour"}
    headers = {"Authorization": f"Bearer {slack.bot_token}"}
    async with aiohttp.ClientSession(headers=headers) as session:
        address = f"{slack.api_url}chat.postMessage"
        if way == "json":
            answer = await session.post(address, json=given)
        elif way == "form":
            blocks = json.dumps([{"type": "divider"}])
            answer = await session.post(address, data={**given, "blocks": blocks})
        else:
            answer = await session.post(address, params=given)
        assert (await answer.json())["ok"] is True
    assert slack.messages[-1].text == "bonjour"
    assert bool(slack.messages[-1].blocks) == (way == "form")


async def test_bodies_that_are_not_objects_are_refused(slack: LocalSlack) -> None:
    headers = {"Authorization": f"Bearer {slack.bot_token}", "Content-Type": "application/json"}
    async with aiohttp.ClientSession(headers=headers) as session:
        for body, error in (("{", "invalid_json"), ("[]", "json_not_object")):
            answer = await session.post(f"{slack.api_url}auth.test", data=body)
            assert (await answer.json())["error"] == error


async def test_a_tier_answers_429_and_says_when_to_come_back(client: AsyncWebClient, slack: LocalSlack) -> None:
    for _ in range(20):
        await client.users_list()
    error = await refused(client.users_list())
    assert error.response.status_code == 429
    assert error.response["error"] == "ratelimited"
    assert 1 <= int(error.response.headers["Retry-After"]) <= 60
    assert slack.calls[-1].status == 429


async def test_each_channel_has_its_own_rate_for_posting(client: AsyncWebClient) -> None:
    for _ in range(60):
        await client.chat_postMessage(channel="CRH", text="x")
    assert await code(client.chat_postMessage(channel="CRH", text="x")) == "ratelimited"
    await client.chat_postMessage(channel="CGENERAL", text="x")


async def test_rates_can_be_widened_or_lifted() -> None:
    async with serve_slack(port=0, rate_factor=0) as slack:
        client = client_of(slack)
        for _ in range(25):
            await client.users_list()


async def test_faults_are_used_up_one_by_one(slack: LocalSlack, client: AsyncWebClient) -> None:
    slack.faults.fail("auth.test", "internal_error")
    slack.faults.crash("auth.test", 503)
    assert await code(client.auth_test()) == "internal_error"
    assert (await refused(client.auth_test())).response.status_code == 503
    await client.auth_test()


async def test_the_clients_own_retry_waits_as_told(slack: LocalSlack, client: AsyncWebClient) -> None:
    client.retry_handlers.append(AsyncRateLimitErrorRetryHandler(max_retry_count=1))
    slack.faults.limit("auth.test", retry_after=0)
    await client.auth_test()
    assert [call.status for call in slack.calls] == [429, 200]


async def test_streaming_can_be_made_unknown(slack: LocalSlack, client: AsyncWebClient) -> None:
    ts = await slack.person("alice").post("#rh", "x")
    slack.faults.no_streaming()
    assert await code(client.chat_startStream(channel="CRH", thread_ts=ts)) == "unknown_method"


async def test_a_call_can_be_slow(slack: LocalSlack, client: AsyncWebClient) -> None:
    slack.faults.delay("auth.test", 0.5)
    client.timeout = 0.1  # type: ignore[assignment] # aiohttp takes fractions, the annotation does not say so
    with pytest.raises(TimeoutError):
        await client.auth_test()


async def test_calls_are_remembered_without_the_token(slack: LocalSlack, client: AsyncWebClient) -> None:
    await client.chat_postMessage(channel="CRH", text="x", unfurl_links=False, unfurl_media=False)
    call = slack.calls[-1]
    assert (call.method, call.arguments["unfurl_links"], call.error) == ("chat.postMessage", False, "")
    assert slack.messages[-1].unfurl_links is False
    assert slack.bot_token not in repr(call)


async def test_the_manifests_scopes_and_events_hold(tmp_path: Path) -> None:
    manifest = tmp_path / "manifest.json"
    body = {
        "features": {"slash_commands": [{"command": "/souffle", "description": "d", "usage_hint": "u"}]},
        "oauth_config": {"scopes": {"bot": ["chat:write"]}},
        "settings": {"event_subscriptions": {"bot_events": ["app_mention"]}},
    }
    manifest.write_text(json.dumps(body), encoding="utf-8")
    async with serve_slack(port=0, manifest=manifest) as slack:
        client = client_of(slack)
        error = await refused(client.users_info(user="UALICE"))
        assert (error.response["error"], error.response["needed"]) == ("missing_scope", "users:read")
        assert [c.command for c in slack.manifest.commands] == ["/souffle"]
        await slack.person("alice").post("#rh", "@souffleur ?")
        await slack.wait_until(lambda: slack.sent)
        events = [s.payload["event"] for s in slack.sent]
        assert {event["type"] for event in events if isinstance(event, dict)} == {"app_mention"}


async def test_the_locale_comes_when_asked_for(client: AsyncWebClient) -> None:
    assert "locale" not in (await client.users_info(user="UJAMES"))["user"]
    assert (await client.users_info(user="UJAMES", include_locale=True))["user"]["locale"] == "en-GB"
    assert await code(client.users_info(user="UNOBODY")) == "user_not_found"


async def test_lists_come_in_pages(client: AsyncWebClient) -> None:
    first = await client.conversations_members(channel="CGENERAL", limit=3)
    second = await client.conversations_members(channel="CGENERAL", cursor=first["response_metadata"]["next_cursor"])
    assert [*first["members"], *second["members"]] == ["UCAMILLE", "UALICE", "UJAMES", "USOUFFLEUR"]
    assert second["response_metadata"]["next_cursor"] == ""
    assert await code(client.conversations_members(channel="CGENERAL", cursor="?")) == "invalid_cursor"


async def test_conversations_are_listed_by_kind_and_membership(client: AsyncWebClient) -> None:
    public = await client.conversations_list()
    assert [c["name"] for c in public["channels"]] == [
        "general",
        "rh",
        "projets",
        "english-desk",
        "fournisseurs",
        "atelier-nord",
    ]
    shared = await client.users_conversations(user="UCAMILLE", types="public_channel,private_channel,im")
    assert {c["id"] for c in shared["channels"]} == {"CGENERAL", "CRH", "CFINANCE", "CPROJETS", "DCAMILLE"}
    of_bot = await client.users_conversations()
    assert "CPROJETS" not in {c["id"] for c in of_bot["channels"]}
    assert await code(client.conversations_list(types="nothing")) == "invalid_types"


async def test_history_and_replies(slack: LocalSlack, client: AsyncWebClient) -> None:
    alice = slack.person("alice")
    parent = await alice.post("#rh", "question")
    for text in ("un", "deux"):
        await alice.post("#rh", text, parent)
    await alice.post("#rh", "autre")
    history = await client.conversations_history(channel="CRH")
    assert [m["text"] for m in history["messages"]] == ["autre", "question"]
    assert history["messages"][1]["reply_count"] == 2
    replies = await client.conversations_replies(channel="CRH", ts=parent)
    assert [m["text"] for m in replies["messages"]] == ["question", "un", "deux"]
    assert replies["messages"][1]["parent_user_id"] == "UALICE"
    page = await client.conversations_replies(channel="CRH", ts=parent, limit=2)
    assert page["has_more"] is True
    assert page["response_metadata"]["next_cursor"]
    assert await code(client.conversations_replies(channel="CRH", ts="1.1")) == "thread_not_found"
    assert await code(client.conversations_history(channel="CPROJETS")) == "not_in_channel"


async def test_an_ephemeral_message_is_in_no_history(slack: LocalSlack, client: AsyncWebClient) -> None:
    await client.chat_postEphemeral(channel="CRH", user="UALICE", text="psst")
    assert (await client.conversations_history(channel="CRH"))["messages"] == []
    assert slack.sent == []


async def test_a_direct_message_is_opened_by_the_persons_id(client: AsyncWebClient) -> None:
    assert (await client.conversations_open(users="UALICE"))["channel"]["id"] == "DALICE"
    assert (await client.conversations_info(channel="DALICE"))["channel"]["user"] == "UALICE"
    assert await code(client.conversations_open(users="UNOBODY")) == "user_not_found"
