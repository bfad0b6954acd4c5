"""Buttons, modals and response urls, with a Bolt app on the other side."""

import asyncio
from collections.abc import Mapping
from typing import TypeAlias

import aiohttp
import pytest
from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.respond.async_respond import AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from playground.slack.app import LocalSlack, serve_slack
from playground.slack.rules.errors import UserActionError
from playground.slack.state.records import Message, View
from playground.slack.web_api.json_values import JsonObject, as_object, as_objects
from tests.playground.slack.bolt import app_of, code, connected, refused

Body: TypeAlias = Mapping[str, str]


def words(text: str) -> JsonObject:
    return {"type": "plain_text", "text": text}


BUTTON: JsonObject = {"type": "button", "action_id": "share", "text": words("Partager"), "value": "42"}
FEEDBACK: JsonObject = {
    "type": "feedback_buttons",
    "action_id": "feedback",
    "positive_button": {"text": words("Bien"), "value": "good"},
    "negative_button": {"text": words("Mal"), "value": "bad"},
}
BLOCKS: list[JsonObject] = [
    {"type": "actions", "elements": [BUTTON]},
    {"type": "context_actions", "elements": [FEEDBACK]},
]
MODAL: JsonObject = {
    "type": "modal",
    "callback_id": "why",
    "title": words("Pourquoi ?"),
    "submit": words("Envoyer"),
    "notify_on_close": True,
    "private_metadata": "42",
    "blocks": [
        {
            "type": "input",
            "block_id": "reason",
            "label": words("Raison"),
            "element": {"type": "plain_text_input", "action_id": "text"},
        }
    ],
}


def typed(text: str) -> JsonObject:
    return {"reason": {"text": {"type": "plain_text_input", "value": text}}}


async def shown(slack: LocalSlack, app: AsyncApp) -> Message:
    await app.client.chat_postMessage(channel="CRH", text="réponse", blocks=BLOCKS)
    return slack.messages[-1]


async def open_modal(slack: LocalSlack, app: AsyncApp) -> View:
    """A person presses the button, and the app opens its modal."""

    @app.action("share")
    async def open_it(ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=MODAL)

    await slack.person("alice").click(await shown(slack, app), "share")
    return await slack.wait_until(lambda: next(iter(slack.views), None))


async def test_a_press_brings_the_value_and_the_message(slack: LocalSlack, app: AsyncApp) -> None:
    heard: list[tuple[JsonObject, JsonObject]] = []

    @app.action("share")
    async def share(ack: AsyncAck, action: JsonObject, body: JsonObject) -> None:
        await ack()
        heard.append((action, body))

    async with connected(slack, app):
        message = await shown(slack, app)
        await slack.person("alice").click(message, "share")
        await slack.wait_until(lambda: heard)
    action, body = heard[0]
    assert (action["value"], action["type"]) == ("42", "button")
    assert action["block_id"]
    assert as_object(body["message"])["ts"] == message.ts
    assert as_object(body["container"])["channel_id"] == "CRH"
    assert as_object(body["user"])["id"] == "UALICE"


async def test_feedback_says_which_of_the_two(slack: LocalSlack, app: AsyncApp) -> None:
    values: list[object] = []

    @app.action("feedback")
    async def feedback(ack: AsyncAck, action: JsonObject) -> None:
        await ack()
        values.append(action["value"])

    async with connected(slack, app):
        await slack.person("alice").click(await shown(slack, app), "feedback", value="negative")
        await slack.wait_until(lambda: values)
    assert values == ["bad"]


@pytest.mark.usefixtures("soon_tired")
async def test_a_press_that_nobody_acks_says_so(slack: LocalSlack, app: AsyncApp) -> None:
    async with connected(slack, app):
        message = await shown(slack, app)
        with pytest.raises(UserActionError, match="operation_timeout"):
            await slack.person("alice").click(message, "share")


async def test_a_modal_opens_is_checked_and_closes_on_submission(slack: LocalSlack, app: AsyncApp) -> None:
    submitted: list[str] = []

    @app.view("why")
    async def submit(ack: AsyncAck, view: Mapping[str, Mapping[str, Mapping[str, Mapping[str, Body]]]]) -> None:
        reason = view["state"]["values"]["reason"]["text"]["value"]
        if reason == "non":
            await ack(response_action="errors", errors={"reason": "Dites-en plus."})
            return
        submitted.append(reason)
        await ack()

    async with connected(slack, app):
        view = await open_modal(slack, app)
        alice = slack.person("alice")
        assert await alice.submit(view) == {"reason": "Please complete this required field."}
        assert await alice.submit(view, typed("non")) == {"reason": "Dites-en plus."}
        assert await alice.submit(view, typed("page fausse")) == {}
    assert submitted == ["page fausse"]
    assert slack.views == []


async def test_a_submission_may_bring_another_view(slack: LocalSlack, app: AsyncApp) -> None:
    @app.view("why")
    async def submit(ack: AsyncAck) -> None:
        view = {"type": "modal", "title": words("Merci"), "blocks": [{"type": "divider"}]}
        await ack(response_action="update", view=view)

    async with connected(slack, app):
        view = await open_modal(slack, app)
        await slack.person("alice").submit(view, typed("oui"))
    assert as_object(slack.views[0].body["title"])["text"] == "Merci"
    assert slack.views[0].id == view.id


async def test_closing_a_modal_is_told_when_it_wants_to_know(slack: LocalSlack, app: AsyncApp) -> None:
    closed: list[str] = []

    @app.view_closed("why")
    async def hear(ack: AsyncAck, view: Body) -> None:
        closed.append(view["private_metadata"])
        await ack()

    async with connected(slack, app):
        await slack.person("alice").close(await open_modal(slack, app))
    assert closed == ["42"]
    assert slack.views == []


async def test_a_modal_is_updated_by_id_and_guarded_by_its_hash(slack: LocalSlack, app: AsyncApp) -> None:
    async with connected(slack, app):
        view = await open_modal(slack, app)
        changed = {**MODAL, "title": words("Encore")}
        await app.client.views_update(view_id=view.id, view=changed, hash=view.hash)
        assert await code(app.client.views_update(view_id=view.id, view=changed, hash=view.hash)) == "hash_conflict"
        assert await code(app.client.views_update(view_id="VNONE", view=changed)) == "not_found"


async def test_views_are_stacked_three_high(slack: LocalSlack, app: AsyncApp) -> None:
    answers: asyncio.Queue[str] = asyncio.Queue()

    @app.action("deeper")
    async def deeper(ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        await ack()
        call = client.views_push(trigger_id=body["trigger_id"], view=stack)
        answers.put_nowait("pushed" if len(slack.views) < 3 and await call else await code(call))

    stack = {**MODAL, "blocks": [{"type": "actions", "elements": [{**BUTTON, "action_id": "deeper"}]}]}

    @app.action("share")
    async def open_it(ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=stack)

    alice = slack.person("alice")
    async with connected(slack, app):
        await alice.click(await shown(slack, app), "share")
        await slack.wait_until(lambda: slack.views)
        for answer in ("pushed", "pushed", "push_limit_reached"):
            await alice.click(slack.views[-1], "deeper")
            assert await asyncio.wait_for(answers.get(), 30) == answer
    assert slack.views[-1].root_id == slack.views[0].id


async def test_a_trigger_is_used_once_and_soon(slack: LocalSlack, app: AsyncApp) -> None:
    triggers: list[str] = []

    @app.command("/ask")
    async def ask(ack: AsyncAck, body: Body) -> None:
        await ack()
        triggers.append(body["trigger_id"])

    async with connected(slack, app):
        await slack.person("alice").command("/ask", "x")
    await app.client.views_open(trigger_id=triggers[0], view=MODAL)
    assert await code(app.client.views_open(trigger_id=triggers[0], view=MODAL)) == "exchanged_trigger_id"
    assert await code(app.client.views_open(trigger_id="1.2.x", view=MODAL)) == "invalid_trigger_id"


async def test_an_old_trigger_has_expired() -> None:
    async with serve_slack(port=0, trigger_life=-1.0) as slack:
        app = app_of(slack)
        trigger = slack.triggers.issue_trigger("UALICE", 0.0)
        assert await code(app.client.views_open(trigger_id=trigger, view=MODAL)) == "expired_trigger_id"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"title": words("x" * 25)}, "must be less than 25 characters [json-pointer:/view/title/text]"),
        ({"title": None}, "missing required field: title [json-pointer:/view]"),
        ({"submit": None}, "`submit` is required when an `input` block is within `blocks` [json-pointer:/view]"),
        ({"type": "home"}, "must be modal [json-pointer:/view/type]"),
        (
            {"private_metadata": "x" * 3001},
            "must be less than 3001 characters [json-pointer:/view/private_metadata]",
        ),
        ({"blocks": [{"type": "song"}]}, "unsupported type: song [json-pointer:/view/blocks/0/type]"),
    ],
    ids=["long title", "no title", "no submit", "not a modal", "long metadata", "bad block"],
)
async def test_bad_modals_are_named(slack: LocalSlack, app: AsyncApp, change: JsonObject, said: str) -> None:
    trigger = slack.triggers.issue_trigger("UALICE", 0.0)
    error = await refused(app.client.views_open(trigger_id=trigger, view={**MODAL, **change}))
    assert error.response["error"] == "invalid_arguments"
    assert f"[ERROR] {said}" in error.response["response_metadata"]["messages"]


async def test_a_home_with_101_blocks_is_refused(app: AsyncApp) -> None:
    view = {"type": "home", "blocks": [{"type": "divider"}] * 101}
    error = await refused(app.client.views_publish(user_id="UALICE", view=view))
    said = "[ERROR] no more than 100 items allowed [json-pointer:/view/blocks]"
    assert said in error.response["response_metadata"]["messages"]


async def test_answers_to_a_command_are_private_until_shared(slack: LocalSlack, app: AsyncApp) -> None:
    @app.command("/ask")
    async def ask(ack: AsyncAck, respond: AsyncRespond) -> None:
        await ack()
        await respond("je cherche", unfurl_links=False)
        await respond("trouvé", replace_original=True, blocks=BLOCKS)

    @app.action("share")
    async def share(ack: AsyncAck, respond: AsyncRespond) -> None:
        await ack()
        await respond("trouvé", response_type="in_channel", replace_original=False)
        await respond(delete_original=True)

    async with connected(slack, app):
        await slack.person("alice").command("/ask", "x", "#rh")
        private = await slack.wait_for(lambda m: m.text == "trouvé")
        assert private.ephemeral_to == "UALICE"
        assert [m.text for m in slack.messages] == ["je cherche", "trouvé"], "a command's address replaces nothing"
        await slack.person("alice").click(private, "share")
        await slack.wait_until(lambda: [m.ephemeral_to for m in slack.messages] == ["UALICE", None])
    assert [m.text for m in slack.messages] == ["je cherche", "trouvé"]


async def test_a_button_s_address_replaces_its_own_message(slack: LocalSlack, app: AsyncApp) -> None:
    @app.action("share")
    async def again(ack: AsyncAck, respond: AsyncRespond) -> None:
        await ack()
        await respond("je cherche", replace_original=True)
        await respond("trouvé", replace_original=True)

    async with connected(slack, app):
        await app.client.chat_postEphemeral(channel="CRH", user="UALICE", text="x", blocks=BLOCKS)
        first = slack.messages[-1]
        await slack.person("alice").click(first, "share")
        await slack.wait_for(lambda m: m.text == "trouvé")
    assert [m.ts for m in slack.messages] == [first.ts]


async def test_a_response_url_refuses_markdown_blocks(slack: LocalSlack) -> None:
    block = {"type": "markdown", "text": "**x**"}
    async with aiohttp.ClientSession() as session:
        refused = await session.post(slack.responses.issue_url("CRH", "UALICE"), json={"text": "x", "blocks": [block]})
        assert (refused.status, await refused.text()) == (400, "invalid_blocks")


async def test_a_private_message_is_pressed_by_its_reader_alone(slack: LocalSlack, app: AsyncApp) -> None:
    await app.client.chat_postEphemeral(channel="CRH", user="UALICE", text="x", blocks=BLOCKS)
    with pytest.raises(UserActionError, match="not there"):
        await slack.person("camille").click(slack.messages[-1], "share")


async def test_a_response_url_answers_five_times(slack: LocalSlack) -> None:
    address = slack.responses.issue_url("CRH", "UALICE")
    async with aiohttp.ClientSession() as session:
        for _ in range(5):
            assert (await session.post(address, json={"text": "x"})).status == 200
        used = await session.post(address, json={"text": "x"})
        assert (used.status, await used.text()) == (404, "used_url")
        unknown = await session.post(f"{slack.url}/response/none", json={"text": "x"})
        assert (unknown.status, await unknown.text()) == (404, "expired_url")
        wrong = await session.post(slack.responses.issue_url("CRH", "UALICE"), json={"text": ""})
        assert (wrong.status, await wrong.text()) == (400, "no_text")


async def test_a_home_button_brings_its_view(slack: LocalSlack, app: AsyncApp) -> None:
    heard: list[JsonObject] = []

    @app.action("share")
    async def share(ack: AsyncAck, body: JsonObject) -> None:
        await ack()
        heard.append(body)

    view = {"type": "home", "blocks": [{"type": "actions", "elements": [BUTTON]}]}
    await app.client.views_publish(user_id="UALICE", view=view)
    home = slack.workspace.home("UALICE")
    assert home is not None
    async with connected(slack, app):
        await slack.person("alice").click(home, "share")
        await slack.wait_until(lambda: heard)
    assert as_object(heard[0]["view"])["type"] == "home"
    assert as_objects(heard[0]["actions"])[0]["value"] == "42"
