"""Check the files that blocks name: the app must be able to see them, and they must be pictures."""

from collections.abc import Sequence

from playground.slack.rules.errors import SlackError
from playground.slack.state.workspace import Workspace
from playground.slack.web_api.json_values import JsonObject, as_object

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
