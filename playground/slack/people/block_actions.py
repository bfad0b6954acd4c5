"""The interactions of people: press buttons, choose options, submit and close modals."""

from collections.abc import Callable
from dataclasses import replace

from playground.slack.events.delivery import EnvelopeDelivery, NotDelivered
from playground.slack.events.response_urls import ResponseUrls
from playground.slack.rules.errors import SlackError, UserActionError
from playground.slack.rules.manifest import Manifest
from playground.slack.state import sample_company
from playground.slack.state.records import Channel, Message, User, View
from playground.slack.state.trigger_ids import TriggerIds
from playground.slack.state.workspace import Workspace
from playground.slack.web_api.json_values import JsonObject, as_object, as_objects, as_text
from playground.slack.web_api.methods_views import ViewMethods
from playground.slack.web_api.rendering import message_json, view_json

_REASONS = {
    "operation_timeout": "The app did not answer in time (operation_timeout).",
    "dispatch_failed": "The app is not connected (dispatch_failed); after its start, try again in some seconds.",
}


class BlockActions:
    """Sends interactions and carries out the response_action of the app's ack."""

    def __init__(
        self,
        workspace: Workspace,
        delivery: EnvelopeDelivery,
        responses: ResponseUrls,
        triggers: TriggerIds,
        views: ViewMethods,
        manifest: Manifest,
        now: Callable[[], float],
    ) -> None:
        self.workspace = workspace
        self.delivery = delivery
        self.responses = responses
        self.triggers = triggers
        self.views = views
        self.manifest = manifest
        self.now = now

    async def press_in_message(self, user: User, channel: Channel, message: Message, action: JsonObject) -> None:
        """Press or choose something in a message."""
        if message.ephemeral_to not in (None, user.id):
            raise UserActionError("That message is not there.")
        container: JsonObject = {
            "type": "message",
            "message_ts": message.ts,
            "channel_id": channel.id,
            "is_ephemeral": message.ephemeral_to is not None,
        }
        if message.thread_ts:
            container["thread_ts"] = message.thread_ts
        place: JsonObject = {
            "container": container,
            "channel": _place(channel),
            "state": {"values": {}},
            "response_url": self.responses.issue_url(channel.id, user.id, message),
        }
        if message.ephemeral_to is None:  # of an ephemeral message Slack tells no more than its place
            place["message"] = message_json(message, self.workspace)
        await self._ask({**self._base("block_actions", user), **place, "actions": [self._action(action)]})

    async def choose_shortcut(self, user: User, channel: Channel, message: Message, callback_id: str) -> None:
        """Choose one of the app's shortcuts in the menu of a message."""
        if message.ephemeral_to:
            raise UserActionError("A message that only one person sees has no menu.")
        if callback_id not in {shortcut.callback_id for shortcut in self.manifest.shortcuts}:
            raise UserActionError(f"The app has no shortcut {callback_id}.")
        place: JsonObject = {
            "callback_id": callback_id,
            "channel": _place(channel),
            "message_ts": message.ts,
            "message": message_json(message, self.workspace),
            "response_url": self.responses.issue_url(channel.id, user.id, message),
            "action_ts": self.workspace.next_ts(),
        }
        base = self._base("message_action", user)
        base["user"] = {name: value for name, value in as_object(base["user"]).items() if name != "username"}
        del base["api_app_id"]
        await self._ask({**base, **place})

    async def press_in_view(self, user: User, view: View, action: JsonObject) -> None:
        """Press or choose something in a modal or the home tab."""
        place: JsonObject = {
            "container": {"type": "view", "view_id": view.id},
            "view": view_json(view, self.workspace),
        }
        base = self._base("block_actions", user, view.id)
        await self._ask({**base, **place, "actions": [self._action(action)]})

    async def submit_modal(self, user: User, view: View, values: JsonObject) -> dict[str, str]:
        """Submit a modal; return the app's errors by block id, empty if it accepted the values."""
        if missing := list_missing_inputs(view, values):
            return missing
        typed = replace(view, values=values)
        payload = {**self._base("view_submission", user, view.id), "view": view_json(typed, self.workspace)}
        answer = await self._ask({**payload, "response_urls": []}) or {}
        action = answer.get("response_action")
        if action == "errors":
            return {name: as_text(error) for name, error in as_object(answer.get("errors")).items()}
        try:
            self._follow(typed, as_text(action), as_object(answer.get("view")))
        except SlackError as error:
            raise UserActionError(f"The app answered with a view that Slack refuses ({error.code}).") from error
        return {}

    def _follow(self, view: View, action: str, body: JsonObject) -> None:
        if action == "update":
            self.views.changed(view, self.views.checked(body, "modal"))
        elif action == "push":
            self.views.put_on(view, self.views.checked(body, "modal"))
        elif action == "clear":
            for other in [v for v in self.workspace.views.values() if v.root_id == view.root_id]:
                self.workspace.close(other)
        else:
            self._close(view)

    def _close(self, view: View) -> None:
        self.workspace.close(view)
        below = self.workspace.views.get(view.previous_id or "")
        if below:
            self.workspace.show(below)

    async def close_modal(self, user: User, view: View) -> None:
        """Close a modal; the app gets an event if the view asks for it."""
        self._close(view)
        if view.body.get("notify_on_close"):
            base = {name: value for name, value in self._base("view_closed", user).items() if name != "trigger_id"}
            payload = {**base, "view": view_json(view, self.workspace)}
            await self._ask({**payload, "is_cleared": False})

    def _base(self, kind: str, user: User, view_id: str | None = None) -> JsonObject:
        return {
            "type": kind,
            "token": "playground",
            "user": {
                "id": user.id,
                "username": user.name,
                "name": user.name,
                "team_id": user.team or self.workspace.team_id,
            },
            "api_app_id": sample_company.APP_ID,
            "team": {"id": self.workspace.team_id, "domain": sample_company.TEAM_DOMAIN},
            "enterprise": None,
            "is_enterprise_install": False,
            "trigger_id": self.triggers.issue_trigger(user.id, self.now(), view_id),
        }

    def _action(self, action: JsonObject) -> JsonObject:
        return {**action, "action_ts": self.workspace.next_ts()}

    async def _ask(self, payload: JsonObject) -> JsonObject | None:
        try:
            return await self.delivery.request_ack("interactive", payload)
        except NotDelivered as failure:
            raise UserActionError(_REASONS[str(failure)]) from failure


def _place(channel: Channel) -> JsonObject:
    return {"id": channel.id, "name": "directmessage" if channel.kind == "im" else channel.name}


def list_missing_inputs(view: View, values: JsonObject) -> dict[str, str]:
    """List the required input blocks that are empty."""
    missing: dict[str, str] = {}
    for block in as_objects(view.body.get("blocks")):
        if block.get("type") != "input" or block.get("optional"):
            continue
        name = as_text(block.get("block_id"))
        given = as_object(as_object(values.get(name)).get(as_text(as_object(block.get("element")).get("action_id"))))
        if not any(value for key, value in given.items() if key != "type"):
            missing[name] = "Please complete this required field."
    return missing
