"""Talks in threads of the older assistant view, by Bolt's Assistant class."""

import os
from typing import Any

from slack_bolt import App, Assistant, Say, SetStatus, SetSuggestedPrompts, SetTitle
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

token = os.environ["SLACK_BOT_TOKEN"]
app = App(token=token, client=WebClient(base_url=os.environ["SLACK_API_URL"], token=token))
assistant = Assistant()


@assistant.thread_started
def greet(say: Say, set_suggested_prompts: SetSuggestedPrompts) -> None:
    say("How can I help?")
    set_suggested_prompts(prompts=[{"title": "A joke", "message": "Tell me a joke"}])


@assistant.user_message
def answer(payload: dict[str, Any], say: Say, set_status: SetStatus, set_title: SetTitle) -> None:
    set_status("is thinking...")
    set_title(payload["text"])
    say(f"You said: {payload['text']}")


app.use(assistant)

if __name__ == "__main__":
    SocketModeHandler(app, os.environ["SLACK_APP_TOKEN"]).start()  # type: ignore[no-untyped-call] # Bolt leaves it unannotated
