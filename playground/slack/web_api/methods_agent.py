"""The methods of the agent surface: status, title, suggested prompts, session status."""

import asyncio

from playground.slack.rules.errors import SlackError
from playground.slack.rules.limits import LOADING_MESSAGES, PROMPTS, SESSION_STATUSES, SESSION_TITLE
from playground.slack.state.changes import PromptsSet, SessionSet, StatusSet, TitleSet
from playground.slack.state.records import Channel
from playground.slack.state.workspace import Workspace
from playground.slack.web_api.arguments import Arguments
from playground.slack.web_api.json_values import JsonObject, as_text
from playground.slack.web_api.methods import Method, Methods, joined_channel


class AgentMethods:
    """Shows what the app is doing; a status expires after `status_life` seconds."""

    def __init__(self, workspace: Workspace, status_life: float, *, hears_stops: bool) -> None:
        self.workspace = workspace
        self.status_life = status_life
        self.hears_stops = hears_stops

    def methods(self) -> Methods:
        """By name."""
        return {
            "agents.sessions.rename": Method(self.rename, ("channel_id", "title")),
            "agents.sessions.setStatus": Method(self.set_session, ("channel_id", "status")),
            "assistant.threads.setStatus": Method(self.set_status, ("channel_id", "thread_ts")),
            "assistant.threads.setSuggestedPrompts": Method(self.set_prompts, ("channel_id", "prompts")),
            "assistant.threads.setTitle": Method(self.set_title, ("channel_id", "thread_ts", "title")),
        }

    def set_status(self, arguments: Arguments) -> JsonObject:
        """assistant.threads.setStatus; an empty status clears it."""
        if not arguments.has("status"):
            raise SlackError("invalid_arguments", ["missing required field: status"])
        channel = self._thread(arguments)
        messages = arguments.values.get("loading_messages") or []
        if not isinstance(messages, list) or len(messages) > LOADING_MESSAGES:
            problem = f"no more than {LOADING_MESSAGES} items allowed [json-pointer:/loading_messages]"
            raise SlackError("invalid_arguments", [problem])
        status = StatusSet(
            channel.id, arguments.text("thread_ts"), arguments.text("status"), tuple(map(as_text, messages))
        )
        self.workspace.set_status(status)
        if status.status:
            asyncio.get_running_loop().call_later(self.status_life, self._expire, status)
        return {"ok": True}

    def _expire(self, status: StatusSet) -> None:
        if self.workspace.statuses.get((status.channel, status.thread_ts)) is status:
            self.workspace.set_status(StatusSet(status.channel, status.thread_ts, ""))

    def set_prompts(self, arguments: Arguments) -> JsonObject:
        """assistant.threads.setSuggestedPrompts; without thread_ts they are above the conversation."""
        channel = joined_channel(self.workspace, arguments.text("channel_id"))
        if channel.kind != "im":
            raise SlackError("channel_not_found")
        prompts = arguments.objects("prompts") or []
        if not 1 <= len(prompts) <= PROMPTS:
            raise SlackError("invalid_arguments", [f"between 1 and {PROMPTS} items allowed [json-pointer:/prompts]"])
        if not all(as_text(prompt.get("title")) and as_text(prompt.get("message")) for prompt in prompts):
            raise SlackError("invalid_arguments", ["missing required field: title or message [json-pointer:/prompts]"])
        place = arguments.optional("thread_ts")
        self.workspace.set_prompts(PromptsSet(channel.id, place, arguments.optional("title"), tuple(prompts)))
        return {"ok": True}

    def set_title(self, arguments: Arguments) -> JsonObject:
        """assistant.threads.setTitle."""
        channel = self._thread(arguments)
        self.workspace.set_title(TitleSet(channel.id, arguments.text("thread_ts"), arguments.text("title")))
        return {"ok": True}

    def set_session(self, arguments: Arguments) -> JsonObject:
        """agents.sessions.setStatus; a Stop button needs the agent_session_stopped event."""
        channel = joined_channel(self.workspace, arguments.text("channel_id"))
        status, title = arguments.text("status"), arguments.optional("title")
        if status not in SESSION_STATUSES or len(title or "") > SESSION_TITLE:
            raise SlackError("invalid_arguments", ["invalid status or title"])
        thread_ts = arguments.text("thread_ts")
        if thread_ts and self.workspace.message(channel.id, thread_ts) is None:
            raise SlackError("invalid_thread_ts")
        stoppable = status == "processing" and self.hears_stops
        self.workspace.set_session(SessionSet(channel.id, thread_ts, status, stoppable))
        if title and thread_ts:
            self.workspace.set_title(TitleSet(channel.id, thread_ts, title))
        answer: JsonObject = {"ok": True, "status": status, "agent_status": status, "title": title or ""}
        if not self.hears_stops:
            answer["warning"] = "missing_agent_session_stopped_event_subscription"
        return answer

    def rename(self, arguments: Arguments) -> JsonObject:
        """agents.sessions.rename: names a session that there is."""
        channel = joined_channel(self.workspace, arguments.text("channel_id"))
        thread_ts, title = arguments.text("thread_ts"), arguments.text("title")
        if len(title) > SESSION_TITLE:
            raise SlackError("invalid_arguments", ["invalid status or title"])
        if (channel.id, thread_ts) not in self.workspace.sessions:
            raise SlackError("session_not_found")
        self.workspace.set_title(TitleSet(channel.id, thread_ts, title))
        return {"ok": True, "title": title}

    def _thread(self, arguments: Arguments) -> Channel:
        channel = joined_channel(self.workspace, arguments.text("channel_id"))
        if self.workspace.message(channel.id, arguments.text("thread_ts")) is None:
            raise SlackError("invalid_thread_ts")
        return channel
