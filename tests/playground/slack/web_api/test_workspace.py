"""What any app may ask of the workspace: channels to make, join and fill, groups, people by their address."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from playground.slack.app import LocalSlack, serve_slack


@pytest_asyncio.fixture
async def slack() -> AsyncIterator[LocalSlack]:
    async with serve_slack(port=0) as served:
        yield served


@pytest.fixture
def client(slack: LocalSlack) -> AsyncWebClient:
    return AsyncWebClient(token=slack.bot_token, base_url=slack.api_url)


async def refused(calling: object) -> str:
    with pytest.raises(SlackApiError) as caught:
        await calling  # type: ignore[misc] # a call of the client
    return str(caught.value.response["error"])


async def test_an_app_makes_a_channel_invites_people_and_posts_there(slack: LocalSlack, client: AsyncWebClient) -> None:
    made = (await client.conversations_create(name="lampe-orion"))["channel"]
    assert (made["name"], made["is_member"], made["is_private"]) == ("lampe-orion", True, False)
    await client.conversations_invite(channel=made["id"], users=["UALICE", "UJAMES"])
    assert (await client.conversations_members(channel=made["id"]))["members"] == ["USOUFFLEUR", "UALICE", "UJAMES"]
    await client.chat_postMessage(channel=made["id"], text="Welcome.")
    assert [m.text for m in slack.messages] == ["Welcome."]
    assert await refused(client.conversations_create(name="lampe-orion")) == "name_taken"
    assert await refused(client.conversations_create(name="Lampe Orion")) == "invalid_name_specials"
    assert await refused(client.conversations_create(name="x" * 81)) == "invalid_name_maxlength"
    assert await refused(client.conversations_invite(channel=made["id"], users="UALICE")) == "already_in_channel"
    assert await refused(client.conversations_invite(channel=made["id"], users="USOUFFLEUR")) == "cant_invite_self"
    assert await refused(client.conversations_invite(channel=made["id"], users="UNOBODY")) == "user_not_found"


async def test_an_app_joins_a_public_channel_by_itself_and_no_private_one(
    slack: LocalSlack, client: AsyncWebClient
) -> None:
    joined = await client.conversations_join(channel="CPROJETS")
    assert joined["channel"]["is_member"]
    assert slack.workspace.bot_is_in("CPROJETS")
    assert (await client.conversations_join(channel="CPROJETS"))["warning"] == "already_in_channel"
    assert await refused(client.conversations_join(channel="CFINANCE")) == "method_not_supported_for_channel_type"


async def test_people_are_found_by_their_address_and_groups_are_listed(client: AsyncWebClient) -> None:
    found = await client.users_lookupByEmail(email="Alice@maison-lumiere.example")
    assert found["user"]["id"] == "UALICE"
    assert (await client.users_profile_get(user="UALICE"))["profile"]["email"] == "alice@maison-lumiere.example"
    assert await refused(client.users_lookupByEmail(email="nobody@maison-lumiere.example")) == "users_not_found"
    groups = (await client.usergroups_list())["usergroups"]
    assert [(one["id"], one["user_count"]) for one in groups] == [("SDIRECTION", "1"), ("SATELIER", "2")]


async def test_the_workspace_says_its_name_and_has_no_emoji_of_its_own(client: AsyncWebClient) -> None:
    assert (await client.api_test())["ok"]
    assert (await client.team_info())["team"]["name"] == "Maison Lumière"
    assert (await client.emoji_list())["emoji"] == {}
