"""Schedules a reminder, lists what is to come, and takes it back."""

import os
import time
from typing import Any

from slack_bolt import Ack, App, Respond
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

token = os.environ["SLACK_BOT_TOKEN"]
app = App(token=token, client=WebClient(base_url=os.environ["SLACK_API_URL"], token=token))


@app.command("/remind-me")
def schedule(ack: Ack, command: dict[str, Any], client: WebClient) -> None:
    ack("Noted.")
    seconds, _, text = command["text"].partition(" ")
    client.chat_scheduleMessage(channel=command["channel_id"], text=text, post_at=int(time.time() + float(seconds)))


@app.command("/forget")
def forget(ack: Ack, command: dict[str, Any], client: WebClient, respond: Respond) -> None:
    ack()
    coming = client.chat_scheduledMessages_list(channel=command["channel_id"])["scheduled_messages"]
    for one in coming:
        client.chat_deleteScheduledMessage(channel=one["channel_id"], scheduled_message_id=one["id"])
    respond(f"Forgotten: {len(coming)}.")


if __name__ == "__main__":
    SocketModeHandler(app, os.environ["SLACK_APP_TOKEN"]).start()  # type: ignore[no-untyped-call] # Bolt leaves it unannotated
