"""The views.* methods: modals and the App Home, with what Slack checks about them."""

import itertools
import json
from collections.abc import Callable, Sequence
from dataclasses import replace

from playground.slack.rules.blocks import Problem, Surface, check_length, check_text, find_block_problems
from playground.slack.rules.errors import SlackError
from playground.slack.rules.limits import VIEW_BYTES, VIEW_STACK
from playground.slack.rules.message_content import add_block_ids, check_blocks, find_file_problems
from playground.slack.state.records import View
from playground.slack.state.trigger_ids import TriggerIds
from playground.slack.state.workspace import Workspace
from playground.slack.web_api.arguments import Arguments
from playground.slack.web_api.json_values import JsonObject, as_objects, as_text
from playground.slack.web_api.methods import Method, Methods
from playground.slack.web_api.rendering import view_json


class ViewMethods:
    """Opens, changes and publishes views for the app."""

    def __init__(self, workspace: Workspace, triggers: TriggerIds, now: Callable[[], float]) -> None:
        self.workspace = workspace
        self.triggers = triggers
        self.now = now
        self._numbers = itertools.count(1)

    def methods(self) -> Methods:
        """By name."""
        return {
            "blocks.validate": Method(self.validate),
            "views.open": Method(self.open, ("trigger_id", "view")),
            "views.push": Method(self.push, ("trigger_id", "view")),
            "views.update": Method(self.update, ("view",)),
            "views.publish": Method(self.publish, ("user_id", "view")),
        }

    def validate(self, arguments: Arguments) -> JsonObject:
        """blocks.validate: of blocks, a message or a view; nothing is posted."""
        given = [name for name in ("blocks", "message", "view") if arguments.has(name)]
        if len(given) != 1:
            raise SlackError("invalid_arguments", ["must provide exactly one of `blocks`, `view`, or `message`"])
        problems = _problems_of(given[0], arguments)
        if problems:
            raise InvalidBlocks(f"invalid_{given[0]}", problems)
        return {"ok": True}

    def open(self, arguments: Arguments) -> JsonObject:
        """views.open."""
        body = self.checked(arguments.mapping("view"), "modal")
        trigger = self.triggers.use_trigger(arguments.text("trigger_id"), self.now())
        return self._answer(self.workspace.show(self.new(trigger.user, "modal", body)))

    def push(self, arguments: Arguments) -> JsonObject:
        """views.push: another modal on the one in which the person acted."""
        body = self.checked(arguments.mapping("view"), "modal")
        trigger = self.triggers.use_trigger(arguments.text("trigger_id"), self.now())
        below = self.workspace.views.get(trigger.view_id or "")
        if below is None:
            raise SlackError("not_found")
        return self._answer(self.put_on(below, body))

    def put_on(self, below: View, body: JsonObject) -> View:
        """Put a checked modal on another one."""
        if self._depth(below) >= VIEW_STACK:
            raise SlackError("push_limit_reached")
        view = self.new(below.user, "modal", body)
        return self.workspace.show(replace(view, root_id=below.root_id, previous_id=below.id))

    def _depth(self, view: View | None) -> int:
        depth = 0
        while view is not None:
            depth += 1
            view = self.workspace.views.get(view.previous_id or "")
        return depth

    def update(self, arguments: Arguments) -> JsonObject:
        """views.update, by view_id or by external_id."""
        view = self._wanted(arguments)
        body = self.checked(arguments.mapping("view"), view.kind)
        self._check_hash(arguments, view)
        return self._answer(self.changed(view, body))

    def changed(self, view: View, body: JsonObject) -> View:
        """Show another checked body in the place of a view; what the person had typed is kept."""
        return self.workspace.show(replace(view, body=body, hash=self.workspace.next_ts()))

    def _wanted(self, arguments: Arguments) -> View:
        name, external = arguments.text("view_id"), arguments.text("external_id")
        if not (name or external):
            raise SlackError("invalid_arguments", ["missing required field: view_id"])
        for view in self.workspace.views.values():
            if view.id == name or (external and view.external_id == external):
                return view
        raise SlackError("not_found")

    def publish(self, arguments: Arguments) -> JsonObject:
        """views.publish: a person's home tab."""
        body = self.checked(arguments.mapping("view"), "home")
        user = arguments.text("user_id")
        if user not in self.workspace.users:
            raise SlackError("invalid_arguments", ["invalid `user_id`"])
        before = self.workspace.home(user)
        if before is None:
            return self._answer(self.workspace.show(self.new(user, "home", body)))
        self._check_hash(arguments, before)
        return self._answer(self.changed(before, body))

    def _check_hash(self, arguments: Arguments, view: View) -> None:
        if arguments.optional("hash") not in (None, view.hash):
            raise SlackError("hash_conflict")

    def new(self, user: str, kind: str, body: JsonObject) -> View:
        """A view that nobody has seen yet."""
        name = f"V{next(self._numbers):04d}"
        view = View(name, user, kind, body, self.workspace.next_ts(), root_id=name)
        if view.external_id and any(v.external_id == view.external_id for v in self.workspace.views.values()):
            raise SlackError("duplicate_external_id")
        return view

    def checked(self, body: JsonObject | None, kind: str) -> JsonObject:
        """A view's body with the ids that Slack fills in, or Slack's refusal."""
        if body is None:
            raise SlackError("invalid_arguments", ["view must be a JSON object [json-pointer:/view]"])
        if len(json.dumps(body)) > VIEW_BYTES:
            raise SlackError("view_too_large")
        blocks = as_objects(body.get("blocks"))
        problems = view_problems(body, kind) or find_file_problems(self.workspace, blocks, "/view/blocks")
        if problems:
            raise SlackError("invalid_arguments", problems)
        return {**body, "blocks": list(add_block_ids(blocks))}

    def _answer(self, view: View) -> JsonObject:
        return {"ok": True, "view": view_json(view, self.workspace)}


def view_problems(body: JsonObject, kind: str) -> list[str]:
    """What Slack would object to in a modal or a home tab."""
    problems: list[Problem] = []
    if body.get("type") != kind:
        problems.append(Problem(f"must be {kind}", "/view/type"))
    if not isinstance(body.get("blocks"), list):
        problems.append(Problem("missing required field: blocks", "/view"))
    if kind == "modal" and not body.get("title"):
        problems.append(Problem("missing required field: title", "/view"))
    for name in ("title", "submit", "close"):
        problems += check_text(body.get(name), 24, f"/view/{name}", plain=True)
    problems += check_length(body.get("private_metadata"), 3000, "/view/private_metadata", empty=True)
    problems += check_length(body.get("callback_id"), 255, "/view/callback_id", empty=True)
    blocks = as_objects(body.get("blocks"))
    if kind == "modal" and not body.get("submit") and any(block.get("type") == "input" for block in blocks):
        problems.append(Problem("`submit` is required when an `input` block is within `blocks`", "/view"))
    surface: Surface = "home" if kind == "home" else "modal"
    return [*map(str, problems), *find_block_problems(blocks, surface, "/view/blocks")]


class InvalidBlocks(SlackError):
    """What blocks.validate answers: each problem with the place that it is at."""

    def __init__(self, code: str, problems: Sequence[str]) -> None:
        super().__init__(code)
        self.problems = problems

    def answer(self) -> JsonObject:
        """The body of the response."""
        return {**super().answer(), "errors": [_split_problem(problem) for problem in self.problems]}


def _split_problem(problem: str) -> JsonObject:
    message, _, pointer = problem.removesuffix("]").partition(" [json-pointer:")
    return {"code": "failed_constraint", "message": message, "pointer": pointer}


def _problems_of(given: str, arguments: Arguments) -> list[str]:
    if given == "blocks":
        return _block_problems(arguments.objects("blocks") or [], "")
    body = arguments.mapping(given)
    if body is None:
        return [f"must be a JSON object [json-pointer:/{given}]"]
    if given == "view":
        return [
            problem.replace("json-pointer:/view", "json-pointer:")
            for problem in view_problems(body, as_text(body.get("type")))
        ]
    return _block_problems(as_objects(body.get("blocks")), "/blocks")


def _block_problems(blocks: list[JsonObject], at: str) -> list[str]:
    if problems := find_block_problems(blocks, at=at):
        return problems
    try:
        check_blocks(blocks)
    except SlackError as error:
        return [f"{error.messages[0] if error.messages else error.code} [json-pointer:{at}]"]
    return []
