"""What Slack says of blocks, one rule at a time."""

import pytest

from playground.slack.rules.blocks import Surface, find_block_problems
from playground.slack.rules.message_content import add_block_ids
from playground.slack.web_api.json_values import JsonObject, as_objects


def text(words: str, kind: str = "plain_text") -> JsonObject:
    return {"type": kind, "text": words}


def section(words: str) -> JsonObject:
    return {"type": "section", "text": text(words, "mrkdwn")}


def actions(*elements: JsonObject) -> JsonObject:
    return {"type": "actions", "elements": list(elements)}


def button(words: str = "Oui", **more: object) -> JsonObject:
    return {"type": "button", "text": text(words), **more}


def select(options: int) -> JsonObject:
    return {
        "type": "static_select",
        "options": [{"text": text("o"), "value": str(number)} for number in range(options)],
    }


def feedback(**more: object) -> JsonObject:
    pressed: JsonObject = {"text": text("Bien"), "value": "good"}
    element: JsonObject = {"type": "feedback_buttons", "positive_button": pressed, "negative_button": pressed, **more}
    return {"type": "context_actions", "elements": [element]}


RAW: JsonObject = {"type": "raw_text", "text": "a"}
GOOD: dict[str, JsonObject] = {
    "section": section("x" * 3000),
    "fields": {"type": "section", "fields": [text("a"), text("b")]},
    "accessory": {**section("x"), "accessory": button()},
    "header": {"type": "header", "text": text("x" * 150)},
    "divider": {"type": "divider"},
    "context": {"type": "context", "elements": [text("a", "mrkdwn")]},
    "button": actions(button("x" * 75, value="v" * 2000, style="danger", action_id="a")),
    "select": actions(select(100)),
    "feedback": feedback(action_id="f"),
    "icon button": {
        "type": "context_actions",
        "elements": [{"type": "icon_button", "icon": "trash", "text": text("Ôter")}],
    },
    "markdown": {"type": "markdown", "text": "x" * 12_000},
    "table": {"type": "table", "rows": [[RAW]]},
    "data table": {"type": "data_table", "caption": "Days", "rows": [[RAW], [{"type": "rich_text", "elements": []}]]},
    "image": {"type": "image", "image_url": "https://x.example/i.png", "alt_text": "i"},
}

BAD: dict[str, tuple[JsonObject, str]] = {
    "unknown block": ({"type": "song"}, "unsupported type: song [json-pointer:/blocks/0/type]"),
    "no type": ({}, "unsupported type: none [json-pointer:/blocks/0/type]"),
    "long section": (
        section("x" * 3001),
        "must be less than 3001 characters [json-pointer:/blocks/0/text/text]",
    ),
    "empty section": (section(""), "must be more than 0 characters [json-pointer:/blocks/0/text/text]"),
    "bare section": ({"type": "section"}, "must define either `text` or `fields` [json-pointer:/blocks/0]"),
    "header without text": ({"type": "header"}, "missing required field: text [json-pointer:/blocks/0]"),
    "long header": (
        {"type": "header", "text": text("x" * 151)},
        "must be less than 151 characters [json-pointer:/blocks/0/text/text]",
    ),
    "mrkdwn header": (
        {"type": "header", "text": text("x", "mrkdwn")},
        "must be one of plain_text [json-pointer:/blocks/0/text/type]",
    ),
    "long markdown": (
        {"type": "markdown", "text": "x" * 12_001},
        "must be less than 12001 characters [json-pointer:/blocks/0/text]",
    ),
    "no elements": (actions(), "no fewer than 1 items allowed [json-pointer:/blocks/0/elements]"),
    "too many elements": (
        actions(*[button(action_id=str(n)) for n in range(26)]),
        "no more than 25 items allowed [json-pointer:/blocks/0/elements]",
    ),
    "two of one action_id": (
        actions(button(action_id="a"), button(action_id="a")),
        "`action_id` a already exists [json-pointer:/blocks/0/elements]",
    ),
    "long button": (
        actions(button("x" * 76)),
        "must be less than 76 characters [json-pointer:/blocks/0/elements/0/text/text]",
    ),
    "odd style": (
        actions(button(style="loud")),
        "must be one of primary, danger [json-pointer:/blocks/0/elements/0/style]",
    ),
    "feedback outside its block": (
        actions({"type": "feedback_buttons"}),
        "unsupported type: feedback_buttons [json-pointer:/blocks/0/elements/0/type]",
    ),
    "half a feedback": (
        {"type": "context_actions", "elements": [{"type": "feedback_buttons", "positive_button": {}}]},
        "missing required field: negative_button [json-pointer:/blocks/0/elements/0]",
    ),
    "long feedback value": (
        feedback(positive_button={"text": text("a"), "value": "v" * 2001}),
        "must be less than 2001 characters [json-pointer:/blocks/0/elements/0/positive_button/value]",
    ),
    "select without options": (
        actions(select(0)),
        "between 1 and 100 items allowed [json-pointer:/blocks/0/elements/0/options]",
    ),
    "image without address": (
        {"type": "image", "alt_text": "i"},
        "must define either `image_url` or `slack_file` [json-pointer:/blocks/0]",
    ),
    "wide table": (
        {"type": "table", "rows": [[{}] * 21]},
        "no more than 20 items allowed [json-pointer:/blocks/0/rows/0]",
    ),
    "data table of a head alone": (
        {"type": "data_table", "caption": "Days", "rows": [[RAW]]},
        "no fewer than 2 and no more than 101 items allowed [json-pointer:/blocks/0/rows]",
    ),
    "data table with uneven rows": (
        {"type": "data_table", "caption": "Days", "rows": [[RAW], [RAW, RAW]]},
        "all rows must have the same number of cells [json-pointer:/blocks/0/rows]",
    ),
    "button in a context": (
        {"type": "context", "elements": [button()]},
        "unsupported type: button [json-pointer:/blocks/0/elements/0/type]",
    ),
}


@pytest.mark.parametrize("name", GOOD)
def test_good_blocks_pass(name: str) -> None:
    assert find_block_problems([GOOD[name]]) == []


@pytest.mark.parametrize("name", BAD)
def test_bad_blocks_are_named(name: str) -> None:
    block, said = BAD[name]
    assert said in find_block_problems([block])


@pytest.mark.parametrize(("surface", "most"), [("message", 50), ("home", 100), ("modal", 100)])
def test_blocks_are_counted(surface: Surface, most: int) -> None:
    divider: JsonObject = {"type": "divider"}
    assert find_block_problems([divider] * most, surface) == []
    assert find_block_problems([divider] * (most + 1), surface) == [
        f"no more than {most} items allowed [json-pointer:/blocks]"
    ]


def test_markdown_blocks_are_counted_together() -> None:
    block: JsonObject = {"type": "markdown", "text": "x" * 6_001}
    assert find_block_problems([block, block]) == ["must be less than 12001 characters [json-pointer:/blocks]"]


def test_markdown_stands_in_messages_only() -> None:
    assert find_block_problems([GOOD["markdown"]], "home") == [
        "unsupported type: markdown [json-pointer:/blocks/0/type]"
    ]


def test_a_block_id_stands_once() -> None:
    block: JsonObject = {"type": "divider", "block_id": "d"}
    assert find_block_problems([block, block]) == ["`block_id` d already exists [json-pointer:/blocks]"]


def test_slack_fills_in_the_ids_that_are_missing() -> None:
    named = add_block_ids([actions(button(), button(action_id="mine"))])
    first, second = as_objects(named[0]["elements"])
    assert named[0]["block_id"]
    assert first["action_id"]
    assert second["action_id"] == "mine"
