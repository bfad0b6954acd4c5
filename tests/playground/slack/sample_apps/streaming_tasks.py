"""Answers a mention by a stream that shows its steps."""

import os

from slack_bolt import App, SayStream
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient
from slack_sdk.models.messages.chunk import MarkdownTextChunk, TaskUpdateChunk

token = os.environ["SLACK_BOT_TOKEN"]
app = App(token=token, client=WebClient(base_url=os.environ["SLACK_API_URL"], token=token))


@app.event("app_mention")
def count_to_three(say_stream: SayStream) -> None:
    stream = say_stream(task_display_mode="plan")
    for status in ("in_progress", "complete"):
        stream.append(chunks=[TaskUpdateChunk(id="count", title="Counting", status=status)])
    stream.append(chunks=[MarkdownTextChunk(text="One, **two**, three.")])
    stream.stop()


if __name__ == "__main__":
    SocketModeHandler(app, os.environ["SLACK_APP_TOKEN"]).start()  # type: ignore[no-untyped-call] # Bolt leaves it unannotated
