"""The content of a message: text, Markdown, blocks, their pictures and metadata within Slack's rules. Pure."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from playground.slack.rules.blocks import find_block_problems
from playground.slack.rules.errors import SlackError
from playground.slack.rules.limits import BLOCKS_TOGETHER, DATA_TABLE_CHARACTERS, MARKDOWN, TABLES
from playground.slack.state.workspace import Workspace
from playground.slack.web_api.arguments import Arguments
from playground.slack.web_api.json_values import JsonObject, as_object, as_text, walk
from playground.slack.web_api.translation import count_tables


@dataclass(frozen=True, slots=True)
class MessageContent:
    """The content of one call; `blocks` is None when the call has none."""

    text: str
    markdown: bool
    blocks: tuple[JsonObject, ...] | None
    metadata: JsonObject | None


def read_content(arguments: Arguments) -> MessageContent:
    """Read and check the content of a call that posts or updates a message."""
    markdown_text = arguments.text("markdown_text")
    if markdown_text and (arguments.text("text") or arguments.has("blocks")):
        raise SlackError("markdown_text_conflict")
    if len(markdown_text) > MARKDOWN:
        raise SlackError("msg_too_long")
    blocks = arguments.objects("blocks")
    if not (markdown_text or arguments.text("text") or blocks or arguments.has("attachments")):
        raise SlackError("no_text")
    return MessageContent(
        text=markdown_text or arguments.text("text"),
        markdown=bool(markdown_text),
        blocks=None if blocks is None else check_blocks(blocks),
        metadata=read_metadata(arguments),
    )


def check_blocks(blocks: list[JsonObject]) -> tuple[JsonObject, ...]:
    """Check the blocks and add the ids that Slack would add."""
    problems = find_block_problems(blocks)
    if problems:
        raise SlackError("invalid_blocks", problems, also_errors=True)
    if sum(count_characters(block) for block in blocks) > BLOCKS_TOGETHER:
        raise SlackError("msg_blocks_too_long")
    words = "\n\n".join(as_text(block.get("text")) for block in blocks if block.get("type") == "markdown")
    check_tables(words, blocks)
    return add_block_ids(blocks)


def check_tables(markdown: str, blocks: Sequence[JsonObject] = ()) -> None:
    """Refuse more tables than a message may hold, and data tables with too many characters together."""
    if count_tables(markdown) + sum(block.get("type") == "table" for block in blocks) > TABLES:
        raise SlackError("invalid_blocks", ["only_one_table_allowed"])
    tables = [block for block in blocks if block.get("type") == "data_table"]
    if sum(map(count_characters, tables)) > DATA_TABLE_CHARACTERS:
        raise SlackError("invalid_blocks", ["the cells of all data tables must be less than 10001 characters"])


def count_characters(block: JsonObject) -> int:
    """The characters of the texts within a block."""
    return sum(len(as_text(inner.get("text"))) for inner in walk(block))


def add_block_ids(blocks: list[JsonObject]) -> tuple[JsonObject, ...]:
    """Give each block a block_id and each element that can be pressed an action_id, where they have none."""
    named: list[JsonObject] = []
    for number, block in enumerate(blocks):
        copy: JsonObject = json.loads(json.dumps(block))
        copy.setdefault("block_id", f"b{number}")
        for count, inner in enumerate(walk(copy)):
            if inner is not copy and _is_pressed(as_text(inner.get("type"))):
                inner.setdefault("action_id", f"a{count}")
        named.append(copy)
    return tuple(named)


def _is_pressed(kind: str) -> bool:
    return kind.endswith(("button", "buttons", "_select", "overflow", "checkboxes", "picker", "_input"))


def read_metadata(arguments: Arguments) -> JsonObject | None:
    """The metadata that an app attaches to a message."""
    if not arguments.has("metadata"):
        return None
    metadata = arguments.mapping("metadata")
    if metadata is None or not isinstance(metadata.get("event_type"), str):
        raise SlackError("invalid_metadata_format")
    if not isinstance(metadata.get("event_payload"), dict):
        raise SlackError("invalid_metadata_format")
    return metadata


IMAGE_TYPES = frozenset({"image/png", "image/jpeg", "image/gif"})  # those that a block may show


def check_slack_files(workspace: Workspace, blocks: Sequence[JsonObject]) -> None:
    """Refuse a message with a picture that the app may not show."""
    if problems := find_file_problems(workspace, blocks):
        raise SlackError("invalid_blocks", problems, also_errors=True)


def find_file_problems(workspace: Workspace, blocks: Sequence[JsonObject], at: str = "/blocks") -> list[str]:
    """List the pictures in blocks that name a file which the app may not see, or which is no picture."""
    return [
        f"invalid slack file [json-pointer:{at}/{number}/slack_file]"
        for number, block in enumerate(blocks)
        if block.get("type") == "image" and "slack_file" in block
        if not _may_show(workspace, as_object(block["slack_file"]))
    ]


def _may_show(workspace: Workspace, named: JsonObject) -> bool:
    if len(named.keys() & {"id", "url"}) != 1:
        return False
    file = next(
        (one for one in workspace.files.values() if named.get("id", named.get("url")) in (one.id, one.url)), None
    )
    if file is None or file.mimetype not in IMAGE_TYPES:
        return False
    return file.user == workspace.bot.id or any(workspace.bot_is_in(channel) for channel in file.channels)
