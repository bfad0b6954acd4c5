"""The response_url of commands and interactions: takes five answers within half an hour.

A command's address replaces no message (bolt-js#2287, bolt-python#1268); a button's replaces the one with the button,
and a shortcut's perhaps the app's own message that it was chosen on. A `markdown` block is refused, as webhooks do.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace

from aiohttp import web

from playground.slack.rules.errors import SlackError
from playground.slack.rules.limits import RESPONSE_URL_LIFE_S, RESPONSE_URL_USES
from playground.slack.rules.message_content import MessageContent, read_content
from playground.slack.state.records import Message
from playground.slack.state.workspace import Workspace
from playground.slack.web_api.arguments import Arguments, read_arguments
from playground.slack.web_api.methods_chat import ChatMethods


@dataclass(slots=True)
class ResponseUrl:
    """Where the answers to one action go; `original` is the app's message of the action, which they may replace."""

    channel: str
    user: str
    issued: float
    original: str | None
    thread_ts: str | None
    uses: int = 0


class ResponseUrls:
    """Issues response urls and handles what is posted to them."""

    def __init__(
        self, workspace: Workspace, chat: ChatMethods, now: Callable[[], float], origin: Callable[[], str]
    ) -> None:
        self.workspace = workspace
        self.chat = chat
        self.now = now
        self.origin = origin
        self._hooks: dict[str, ResponseUrl] = {}

    def issue_url(self, channel: str, user: str, original: Message | None = None) -> str:
        """Issue a response url for an action; an app may replace only its own `original` message."""
        name = secrets.token_hex(12)
        thread_ts = original.thread_ts if original and original.is_reply else None
        own = original.ts if original and original.bot_id else None
        self._hooks[name] = ResponseUrl(channel, user, self.now(), own, thread_ts)
        return f"{self.origin()}/response/{name}"

    async def handle_post(self, request: web.Request) -> web.Response:
        """Handle an answer that is posted to a response url."""
        hook = self._hooks.get(request.match_info["name"])
        if hook is None or self.now() - hook.issued > RESPONSE_URL_LIFE_S:
            return web.Response(status=404, text="expired_url")
        if hook.uses >= RESPONSE_URL_USES:
            return web.Response(status=404, text="used_url")
        hook.uses += 1
        try:
            self.apply_response(hook, await read_arguments(request))
        except SlackError as error:
            return web.Response(status=400, text=error.code)
        return web.Response(text="ok")

    def show_ack_answer(self, channel: str, user: str, arguments: Arguments) -> None:
        """Show the answer in the ack of a command."""
        self.apply_response(ResponseUrl(channel, user, self.now(), None, None), arguments)

    def apply_response(self, hook: ResponseUrl, arguments: Arguments) -> None:
        """Replace or delete the original message, or post another one."""
        original = self.workspace.message(hook.channel, hook.original or "")
        if arguments.flag("delete_original"):
            if original:
                self.workspace.remove(original)
        elif arguments.flag("replace_original") and original:
            self._replace(original, arguments)
        else:
            self._post(hook, arguments)

    def _replace(self, original: Message, arguments: Arguments) -> None:
        content = _read_webhook_content(arguments)
        edited = original.edited_ts if original.ephemeral_to else self.workspace.next_ts()
        changed = replace(original, text=content.text, markdown=content.markdown, edited_ts=edited)
        self.workspace.change(replace(changed, blocks=content.blocks or ()))

    def _post(self, hook: ResponseUrl, arguments: Arguments) -> Message:
        channel = self.workspace.channels[hook.channel]
        content = _read_webhook_content(arguments)
        if hook.thread_ts and not arguments.has("thread_ts"):
            arguments = Arguments({**arguments.values, "thread_ts": hook.thread_ts})
        if arguments.text("response_type") == "in_channel":
            return self.chat.posted(channel, arguments)
        return self.chat.shown_to(hook.user, channel, content, arguments)


def _read_webhook_content(arguments: Arguments) -> MessageContent:
    content = read_content(arguments)
    if content.markdown or any(block.get("type") == "markdown" for block in content.blocks or ()):
        raise SlackError("invalid_blocks", ["unsupported type: markdown [json-pointer:/blocks]"])
    return content
