"""Files that an app sends, by Slack's own client library; who sees them, and the pictures of blocks."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
import pytest
import pytest_asyncio
from slack_sdk.web.async_client import AsyncWebClient

from playground.slack.app import LocalSlack, serve_slack
from tests.playground.slack.bolt import client_of, code, refused

PNG = b"\x89PNG\r\n\x1a\n"


@pytest_asyncio.fixture
async def slack() -> AsyncIterator[LocalSlack]:
    async with serve_slack(port=0) as served:
        yield served


@pytest.fixture
def client(slack: LocalSlack) -> AsyncWebClient:
    return client_of(slack)


async def test_a_file_is_sent_and_shared_in_a_thread_with_words(slack: LocalSlack, client: AsyncWebClient) -> None:
    asked = await slack.person("alice").dm("show me")
    sent = await client.files_upload_v2(
        content=PNG,
        filename="page.png",
        title="Page 3",
        alt_txt="The third page",
        channel="DALICE",
        thread_ts=asked,
        initial_comment="Here it is.",
    )
    (shared,) = [m for m in slack.messages if m.files]
    assert (shared.channel, shared.thread_ts, shared.text, shared.subtype) == (
        "DALICE",
        asked,
        "Here it is.",
        "file_share",
    )
    assert sent["file"] == {"id": shared.files[0].id, "title": "Page 3"}
    told = (await client.files_info(file=shared.files[0].id))["file"]
    assert (told["title"], told["alt_txt"], told["mimetype"], told["size"]) == (
        "Page 3",
        "The third page",
        "image/png",
        8,
    )
    headers = {"Authorization": f"Bearer {slack.bot_token}"}
    async with aiohttp.ClientSession(headers=headers) as session, session.get(told["url_private"]) as response:
        assert await response.read() == PNG


async def test_without_a_conversation_a_file_is_shown_to_nobody(slack: LocalSlack, client: AsyncWebClient) -> None:
    await client.files_upload_v2(content=PNG, filename="page.png")
    assert slack.messages == []
    assert len(slack.workspace.files) == 1


async def test_a_file_goes_to_no_conversation_that_the_app_is_not_in(client: AsyncWebClient) -> None:
    sending = client.files_upload_v2(content=PNG, filename="page.png", channel="CPROJETS")
    assert await code(sending) == "not_in_channel"
    assert await code(client.files_upload_v2(content=PNG, filename="page.png", channel="CNONE")) == "channel_not_found"


async def test_what_never_came_cannot_be_shared(slack: LocalSlack, client: AsyncWebClient) -> None:
    issued = await client.files_getUploadURLExternal(filename="page.png", length=8)
    sharing = client.files_completeUploadExternal(files=[{"id": issued["file_id"]}], channel_id="DALICE")
    assert await code(sharing) == "file_not_found"
    assert await code(client.files_getUploadURLExternal(filename="page.png", length=0)) == "missing_argument"
    long = client.files_getUploadURLExternal(filename="page.png", length=8, alt_txt="x" * 1_001)
    assert await code(long) == "alt_txt_too_large"
    async with aiohttp.ClientSession() as session, session.post(f"{slack.url}/upload/v1/none", data=b"x") as response:
        assert response.status == 404


def picture(**named: str) -> list[dict[str, object]]:
    return [{"type": "image", "alt_text": "A page", "slack_file": named}]


async def test_a_block_shows_a_picture_that_the_app_may_see_and_no_other(
    slack: LocalSlack, client: AsyncWebClient
) -> None:
    sent = await client.files_upload_v2(content=PNG, filename="page.png")
    url = slack.workspace.files[sent["file"]["id"]].url
    await slack.person("alice").share("#projets", "", "theirs.png", PNG)
    theirs = next(one.id for one in slack.workspace.files.values() if one.name == "theirs.png")
    text = await client.files_upload_v2(content=b"words", filename="page.txt")
    for good in ({"id": sent["file"]["id"]}, {"url": url}):
        await client.chat_postMessage(channel="DALICE", text="A page", blocks=picture(**good))
    both = {"id": sent["file"]["id"], "url": url}
    for bad in ({"id": theirs}, {"id": text["file"]["id"]}, {"id": "F0"}, both):
        told = await refused(client.chat_postMessage(channel="DALICE", text="A page", blocks=picture(**bad)))
        assert told.response["errors"] == ["invalid slack file [json-pointer:/blocks/0/slack_file]"]
    view = {"type": "home", "blocks": picture(id="F0")}
    assert await code(client.views_publish(user_id="UALICE", view=view)) == "invalid_arguments"


async def test_a_message_is_pinned_once_and_listed_until_it_is_not(slack: LocalSlack, client: AsyncWebClient) -> None:
    ts = await slack.person("alice").post("#general", "Wi-Fi: ask at the desk")
    await client.pins_add(channel="CGENERAL", timestamp=ts)
    (item,) = (await client.pins_list(channel="CGENERAL"))["items"]
    assert (item["message"]["text"], item["created_by"]) == ("Wi-Fi: ask at the desk", "USOUFFLEUR")
    assert await code(client.pins_add(channel="CGENERAL", timestamp=ts)) == "already_pinned"
    await client.pins_remove(channel="CGENERAL", timestamp=ts)
    assert (await client.pins_list(channel="CGENERAL"))["items"] == []
    assert await code(client.pins_remove(channel="CGENERAL", timestamp=ts)) == "no_pin"
    assert await code(client.pins_add(channel="CGENERAL")) == "no_item_specified"
    assert await code(client.pins_add(channel="CGENERAL", timestamp="1.0")) == "message_not_found"
    assert await code(client.pins_list(channel="CPROJETS")) == "channel_not_found"


async def test_blocks_messages_and_views_are_validated_and_nothing_is_posted(
    slack: LocalSlack, client: AsyncWebClient
) -> None:
    divider, unknown = [{"type": "divider"}], [{"type": "divider"}, {"type": "header", "text": {"type": "mrkdwn"}}]
    title = {"type": "plain_text", "text": "Window"}
    for good in (
        {"blocks": divider},
        {"message": {"text": "hi", "blocks": divider}},
        {"view": {"type": "modal", "title": title, "blocks": divider}},
    ):
        assert (await client.api_call("blocks.validate", json=good))["ok"]
    for given, error, at in (
        ({"blocks": unknown}, "invalid_blocks", "/1/text/type"),
        ({"message": {"blocks": unknown}}, "invalid_message", "/blocks/1/text/type"),
        ({"view": {"type": "modal", "title": title, "blocks": unknown}}, "invalid_view", "/blocks/1/text/type"),
    ):
        told = (await refused(client.api_call("blocks.validate", json=given))).response
        assert (told["error"], told["errors"][0]["pointer"]) == (error, at)
        assert told["errors"][0]["code"] == "failed_constraint"
    assert await code(client.api_call("blocks.validate", json={})) == "invalid_arguments"
    assert slack.messages == []
