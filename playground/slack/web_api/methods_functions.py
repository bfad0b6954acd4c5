"""The functions.* methods: an app ends a step of a workflow, well or with an error."""

import json
from dataclasses import dataclass

from playground.slack.rules.errors import SlackError
from playground.slack.web_api.arguments import Arguments
from playground.slack.web_api.json_values import JsonObject
from playground.slack.web_api.methods import Method, Methods


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
