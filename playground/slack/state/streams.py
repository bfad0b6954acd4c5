"""The states of a streamed message: started, appended to, stopped, expired. Time is passed in."""

from dataclasses import dataclass, replace

from playground.slack.rules.errors import SlackError
from playground.slack.rules.limits import MARKDOWN, STREAMED_MESSAGE_BYTES
from playground.slack.rules.message_content import check_blocks, check_tables
from playground.slack.state.records import Message, Task
from playground.slack.web_api.arguments import Arguments
from playground.slack.web_api.json_values import JsonObject, as_objects, as_text

_STATUSES = frozenset({"pending", "in_progress", "complete", "error"})


@dataclass(slots=True)
class Stream:
    """What Slack remembers of a streamed message besides its text."""

    started: float
    mode: str = ""  # "text" or "chunks", set by the first content and kept
    stopped_by: str = ""  # "", "app" or "user"


class OpenStreams:
    """The streams of a workspace; they expire `life` seconds after their start."""

    def __init__(self, life: float) -> None:
        self.life = life
        self._streams: dict[tuple[str, str], Stream] = {}

    def start_stream(self, message: Message, stream: Stream) -> None:
        """Add a new stream."""
        self._streams[message.key] = stream

    def is_open(self, message: Message, now: float) -> bool:
        """Whether it still takes text."""
        stream = self._streams.get(message.key)
        return stream is not None and not stream.stopped_by and now - stream.started < self.life

    def is_stopped(self, message: Message) -> bool:
        """Whether the app or a person has ended it."""
        return bool(self._streams[message.key].stopped_by)

    def get_open_stream(self, message: Message, now: float) -> Stream:
        """Return the open stream of a message, or raise Slack's error."""
        stream = self._streams.get(message.key)
        if stream and stream.stopped_by == "user":
            raise SlackError("stopped_by_user")
        if stream is None or not self.is_open(message, now):
            raise SlackError("message_not_in_streaming_state")
        return stream

    def stop_stream(self, message: Message, by: str) -> None:
        """Close the stream."""
        self._streams[message.key].stopped_by = by


def append_to_message(message: Message, arguments: Arguments, stream: Stream) -> Message:
    """Return the message with the text and tasks of a call."""
    text = arguments.text("markdown_text")
    chunks = arguments.objects("chunks")
    if text and chunks:
        raise SlackError("cannot_provide_both_markdown_text_and_chunks")
    _keep_mode(stream, "text" if text else "chunks" if chunks else "")
    if text:
        chunks = [{"type": "markdown_text", "text": text}]
    for chunk in chunks or ():
        message = _with_chunk(message, chunk)
    if len(message.text.encode()) > STREAMED_MESSAGE_BYTES:
        raise SlackError("msg_too_long")
    check_tables(message.text, [block for _, block in message.inserted])
    return message


def _keep_mode(stream: Stream, mode: str) -> None:
    if mode and stream.mode and stream.mode != mode:
        raise SlackError("streaming_mode_mismatch")
    stream.mode = stream.mode or mode


def _with_chunk(message: Message, chunk: JsonObject) -> Message:
    kind = chunk.get("type")
    if kind == "markdown_text" and isinstance(chunk.get("text"), str):
        text = as_text(chunk["text"])
        if len(text) > MARKDOWN:
            raise SlackError("msg_too_long")
        return replace(message, text=message.text + text)
    if kind == "task_update":
        return _with_task(message, chunk)
    if kind == "blocks" and isinstance(chunk.get("blocks"), list):
        given = [(len(message.text), block) for block in check_blocks(as_objects(chunk["blocks"]))]
        return replace(message, inserted=(*message.inserted, *given))
    if kind == "plan_update" and as_text(chunk.get("title")):
        return replace(message, plan_title=as_text(chunk["title"]))
    raise SlackError("invalid_chunks")


def _with_task(message: Message, chunk: JsonObject) -> Message:
    sources = as_objects(chunk.get("sources"))
    task = Task(
        as_text(chunk.get("id")),
        as_text(chunk.get("title")),
        as_text(chunk.get("status")),
        as_text(chunk.get("output")),
        tuple(sources),
    )
    complete = all(one.get("type") == "url" and one.get("url") and one.get("text") for one in sources)
    if not (task.id and task.title and complete) or task.status not in _STATUSES:
        raise SlackError("invalid_chunks")
    if any(known.id == task.id for known in message.tasks):
        return replace(message, tasks=tuple(task if known.id == task.id else known for known in message.tasks))
    return replace(message, tasks=(*message.tasks, task))
