"""The methods of the agent surface, sessions and suggested prompts, and those that end a step of a workflow."""

import asyncio
import json
from dataclasses import dataclass

from playground.slack.rules.errors import SlackError
from playground.slack.rules.limits import LOADING_MESSAGES, PROMPTS, SESSION_STATUSES, SESSION_TITLE
from playground.slack.rules.manifest import Manifest
from playground.slack.state.changes import PromptsSet, SessionSet, StatusSet, TitleSet
from playground.slack.state.records import Channel
from playground.slack.state.workspace import Workspace
from playground.slack.web_api.arguments import Arguments
from playground.slack.web_api.json_values import JsonObject, as_text
from playground.slack.web_api.methods import Method, Methods, readable_channel, visible_channel

_STOP_EVENT = "agent_session_stopped"


class AgentMethods:
    """Shows what the app is doing. What is being worked on counts as open again after `status_life` seconds."""

    def __init__(self, workspace: Workspace, status_life: float, manifest: Manifest) -> None:
        self.workspace = workspace
        self.status_life = status_life
        self.manifest = manifest

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
        """assistant.threads.setStatus, which ends in February 2027: it writes the session's slot."""
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
        self.workspace.set_status(status, stoppable=self.manifest.hears(_STOP_EVENT))
        self._let_expire(status.channel, status.thread_ts)
        return {"ok": True}

    def _let_expire(self, channel: str, thread_ts: str) -> None:
        session = self.workspace.sessions[channel, thread_ts]
        if session.status == "processing":
            asyncio.get_running_loop().call_later(self.status_life, self._expire, session)

    def _expire(self, session: SessionSet) -> None:
        if self.workspace.sessions.get((session.channel, session.thread_ts)) is session:
            self.workspace.set_session(SessionSet(session.channel, session.thread_ts, "active"))

    def set_prompts(self, arguments: Arguments) -> JsonObject:
        """assistant.threads.setSuggestedPrompts; without thread_ts they are above the conversation."""
        if not self.manifest.is_agent:
            raise SlackError("not_agent_app")
        channel = readable_channel(self.workspace, arguments.text("channel_id"))
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
        """agents.sessions.setStatus. A title counts only when the call makes the session.

        A Stop button needs the agent_session_stopped event.
        """
        place, status = self._session_place(arguments), arguments.text("status")
        if status not in SESSION_STATUSES:
            raise SlackError("invalid_status")
        title = arguments.text("title")
        if len(title) > SESSION_TITLE:
            raise SlackError("invalid_arguments", [f"must be less than {SESSION_TITLE + 1} characters"])
        initiator = arguments.text("initiator_user_id")
        if initiator and initiator not in self.workspace.channels[place[0]].members:
            raise SlackError("user_not_found")
        if title and place not in self.workspace.sessions:
            self.workspace.set_title(TitleSet(*place, title))
        hears_stops = self.manifest.hears(_STOP_EVENT)
        self.workspace.set_session(SessionSet(*place, status, hears_stops and status == "processing"))
        self._let_expire(*place)
        told = self.workspace.titles.get(place)
        answer: JsonObject = {"ok": True, "status": status, "agent_status": status, "title": told.title if told else ""}
        if not hears_stops:
            answer["warning"] = "missing_agent_session_stopped_event_subscription"
        return answer

    def rename(self, arguments: Arguments) -> JsonObject:
        """agents.sessions.rename: names a session that there is."""
        place, title = self._session_place(arguments), arguments.text("title")
        if len(title) > SESSION_TITLE:
            raise SlackError("invalid_arguments", [f"must be less than {SESSION_TITLE + 1} characters"])
        if place not in self.workspace.sessions:
            raise SlackError("session_not_found")
        self.workspace.set_title(TitleSet(*place, title))
        return {"ok": True, "title": title}

    def _session_place(self, arguments: Arguments) -> tuple[str, str]:
        channel = visible_channel(self.workspace, arguments.text("channel_id"))
        if self.workspace.bot.id not in channel.members:
            raise SlackError("not_authorized")
        if not arguments.text("thread_ts"):
            raise SlackError("thread_ts_required")
        return channel.id, arguments.text("thread_ts")

    def _thread(self, arguments: Arguments) -> Channel:
        channel = readable_channel(self.workspace, arguments.text("channel_id"))
        if self.workspace.message(channel.id, arguments.text("thread_ts")) is None:
            raise SlackError("invalid_thread_ts")
        return channel


@dataclass(slots=True)
class StepExecution:
    """One run of an app's step; its end is outputs or an error."""

    callback_id: str
    outputs: JsonObject | None = None
    error: str = ""

    @property
    def is_running(self) -> bool:
        """Whether the app has not ended it yet."""
        return self.outputs is None and not self.error


class FunctionMethods:
    """Ends the executions of steps. Whoever runs a workflow adds them."""

    def __init__(self) -> None:
        self.executions: dict[str, StepExecution] = {}

    def methods(self) -> Methods:
        """By name."""
        return {
            "functions.completeError": Method(self.complete_error, ("function_execution_id", "error")),
            "functions.completeSuccess": Method(self.complete_success, ("function_execution_id", "outputs")),
        }

    def begin_execution(self, callback_id: str) -> str:
        """Add an execution; gives its id."""
        name = f"Fx{len(self.executions) + 1:010d}"
        self.executions[name] = StepExecution(callback_id)
        return name

    def complete_success(self, arguments: Arguments) -> JsonObject:
        """functions.completeSuccess."""
        outputs = arguments.mapping("outputs")
        if outputs is None:
            raise SlackError("parameter_validation_failed")
        self._running(arguments).outputs = json.loads(json.dumps(outputs))
        return {"ok": True}

    def complete_error(self, arguments: Arguments) -> JsonObject:
        """functions.completeError."""
        self._running(arguments).error = arguments.text("error")
        return {"ok": True}

    def _running(self, arguments: Arguments) -> StepExecution:
        execution = self.executions.get(arguments.text("function_execution_id"))
        if execution is None:
            raise SlackError("function_execution_not_found")
        if not execution.is_running:
            raise SlackError("execution_not_in_running_state")
        return execution
