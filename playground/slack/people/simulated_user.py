"""A person that a test acts as: the same actions as on the page, by short names."""

from playground.slack.people.block_actions import BlockActions
from playground.slack.people.user_actions import UserActions
from playground.slack.rules.errors import UserActionError
from playground.slack.state.records import Channel, Message, View
from playground.slack.web_api.json_values import JsonObject, as_object, as_objects, as_text, walk


class SimulatedUser:
    """A person of the workspace; conversations are named `#general` or by id."""

    def __init__(self, name: str, user_actions: UserActions, block_actions: BlockActions) -> None:
        self._user_actions = user_actions
        self._block_actions = block_actions
        self.user = user_actions.user(name)
        self.id = self.user.id

    @property
    def direct(self) -> Channel:
        """The direct message with the app."""
        channel = self._user_actions.workspace.direct_message(self.id)
        if channel is None:
            raise UserActionError(f"{self.user.real_name} has no direct message with the app.")
        return channel

    def _channel(self, name: str) -> Channel:
        return self._user_actions.channel(self.user, name)

    async def post(self, channel: str, text: str, thread_ts: str | None = None) -> str:
        """Post a message; gives its ts."""
        return self._user_actions.post_message(self.user, self._channel(channel), text, thread_ts).ts

    async def broadcast(self, channel: str, text: str, thread_ts: str) -> str:
        """Reply in a thread, and show the reply in the channel; gives its ts."""
        place = self._channel(channel)
        return self._user_actions.post_message(self.user, place, text, thread_ts, broadcast=True).ts

    async def dm(self, text: str, thread_ts: str | None = None) -> str:
        """Write to the app; gives the ts."""
        return self._user_actions.post_message(self.user, self.direct, text, thread_ts).ts

    async def share(self, channel: str, text: str, name: str, content: bytes) -> str:
        """Post a file; gives the ts."""
        return self._user_actions.share_file(self.user, self._channel(channel), text, name, content).ts

    async def command(self, command: str, text: str = "", channel: str = "#general") -> None:
        """Run a slash command; gives back when the app has acked it or failed to."""
        known = next((c for c in self._user_actions.manifest.commands if c.command == command), None)
        if known is None:
            raise UserActionError(f"{command} is not a valid command.")
        await self._user_actions.run_command(self.user, self._channel(channel), known, text)

    async def edit(self, channel: str, ts: str, text: str) -> None:
        """Change one's own message."""
        self._user_actions.edit_message(self.user, self._channel(channel), ts, text)

    async def delete(self, channel: str, ts: str) -> None:
        """Delete the person's own message."""
        self._user_actions.delete_message(self.user, self._channel(channel), ts)

    async def react(self, channel: str, ts: str, name: str) -> None:
        """Add an emoji to a message, or remove it."""
        self._user_actions.toggle_reaction(self.user, self._channel(channel), ts, name)

    async def stop(self, channel: str, thread_ts: str) -> None:
        """Press Stop while the app works in a thread."""
        self._user_actions.press_stop(self.user, self._channel(channel), thread_ts)

    async def shortcut(self, message: Message, callback_id: str) -> None:
        """Choose one of the app's shortcuts in a message's menu."""
        await self._block_actions.choose_shortcut(self.user, self._channel(message.channel), message, callback_id)

    async def invite(self, channel: str, name: str) -> None:
        """Bring somebody, or the app, into a channel."""
        await self._user_actions.send_text(self.user, self._channel(channel), f"/invite {name}")

    async def remove(self, channel: str, name: str) -> None:
        """Take somebody, or the app, out of a channel."""
        await self._user_actions.send_text(self.user, self._channel(channel), f"/remove {name}")

    async def leave(self, channel: str) -> None:
        """Leave a channel."""
        await self._user_actions.send_text(self.user, self._channel(channel), "/leave")

    async def open_home(self, tab: str = "home") -> None:
        """Open the app's home or its messages."""
        self._user_actions.open_home(self.user, tab)

    async def look_at(self, channel: str = "", message_ts: str = "") -> None:
        """Look at a conversation, or one message of it, while the app is open; at nothing without a name."""
        self._user_actions.look_at(self.user, self._channel(channel) if channel else None, message_ts)

    async def click(self, where: Message | View, action_id: str, *, value: str | None = None) -> None:
        """Press what has this action_id in a message or a view.

        `value` says which option of a select, or `positive` or `negative` of feedback buttons.
        """
        blocks = list(where.blocks) if isinstance(where, Message) else as_objects(where.body.get("blocks"))
        action = build_action(blocks, action_id, value)
        if isinstance(where, View):
            await self._block_actions.press_in_view(self.user, where, action)
        else:
            await self._block_actions.press_in_message(self.user, self._channel(where.channel), where, action)

    async def submit(self, view: View, values: JsonObject | None = None) -> dict[str, str]:
        """Submit a modal with values in Slack's format; return the app's errors by block id."""
        return await self._block_actions.submit_modal(self.user, view, values or {})

    async def close(self, view: View) -> None:
        """Close a modal."""
        await self._block_actions.close_modal(self.user, view)


def build_action(blocks: list[JsonObject], action_id: str, value: str | None = None) -> JsonObject:
    """The action that Slack would send for the element with this action_id."""
    for block in blocks:
        for element in walk(block):
            if element.get("action_id") == action_id:
                return {**_chosen(element, value), "block_id": block.get("block_id"), "action_id": action_id}
    raise UserActionError(f"Nothing here can be pressed under the name {action_id}.")


def _chosen(element: JsonObject, value: str | None) -> JsonObject:
    kind = as_text(element.get("type"))
    if kind == "feedback_buttons":
        button = as_object(element.get(f"{value or 'positive'}_button"))
        return {"type": kind, "value": button.get("value"), "text": button.get("text")}
    options = as_objects(element.get("options"))
    if options:
        chosen = next((option for option in options if option.get("value") == value), None)
        if chosen is None:
            raise UserActionError(f"There is no option {value} to choose.")
        return {"type": kind, "selected_option": chosen}
    kept: JsonObject = {key: element[key] for key in ("value", "text", "style", "url") if key in element}
    return {"type": kind, **kept}
