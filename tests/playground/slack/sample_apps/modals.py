"""Asks for a holiday in a modal, refuses what is too long, and shows a second page."""

import os
from typing import Any

from slack_bolt import Ack, App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

token = os.environ["SLACK_BOT_TOKEN"]
app = App(token=token, client=WebClient(base_url=os.environ["SLACK_API_URL"], token=token))
LONGEST = 25


def plain(text: str) -> dict[str, str]:
    return {"type": "plain_text", "text": text}


@app.command("/holiday")
def open_form(ack: Ack, body: dict[str, Any], client: WebClient) -> None:
    ack()
    days = {"type": "plain_text_input", "action_id": "value"}
    client.views_open(
        trigger_id=body["trigger_id"],
        view={
            "type": "modal",
            "callback_id": "holiday",
            "title": plain("Holiday"),
            "submit": plain("Ask"),
            "blocks": [{"type": "input", "block_id": "days", "label": plain("How many days?"), "element": days}],
        },
    )


@app.view("holiday")
def take_form(ack: Ack, body: dict[str, Any], view: dict[str, Any], client: WebClient) -> None:
    days = view["state"]["values"]["days"]["value"]["value"]
    if int(days) > LONGEST:
        ack(response_action="errors", errors={"days": f"At most {LONGEST} days."})
        return
    thanks = {"type": "section", "text": {"type": "mrkdwn", "text": f"*{days}* days it is."}}
    ack(response_action="update", view={"type": "modal", "title": plain("Holiday"), "blocks": [thanks]})
    client.chat_postMessage(channel=body["user"]["id"], text=f"You asked for {days} days.")


if __name__ == "__main__":
    SocketModeHandler(app, os.environ["SLACK_APP_TOKEN"]).start()  # type: ignore[no-untyped-call] # Bolt leaves it unannotated
