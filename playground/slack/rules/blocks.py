"""Check blocks by the rules of Block Kit, with the words of Slack. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from playground.slack.rules.block_elements import Problem, check_element, check_length, check_text
from playground.slack.rules.limits import MARKDOWN, MESSAGE_BLOCKS, VIEW_BLOCKS
from playground.slack.web_api.json_values import JsonObject, as_object, as_objects, as_text

Surface = Literal["message", "modal", "home"]
_EVERYWHERE = frozenset({"message", "modal", "home"})
_MESSAGES = frozenset({"message"})

_PRESSED = frozenset({"button", "workflow_button", "overflow", "datepicker", "timepicker", "datetimepicker"})
_SELECTS = frozenset(
    f"{many}{kind}_select"
    for many in ("", "multi_")
    for kind in ("static", "external", "users", "conversations", "channels")
)
_CHOICES = frozenset({"radio_buttons", "checkboxes"})
_TYPED = frozenset(
    {
        "plain_text_input",
        "rich_text_input",
        "email_text_input",
        "url_text_input",
        "number_input",
        "file_input",
        "datepicker",
        "timepicker",
        "datetimepicker",
    }
)


@dataclass(frozen=True, slots=True)
class BlockRule:
    """The rules of one type of block."""

    required: tuple[str, ...] = ()
    texts: Mapping[str, int] = field(default_factory=dict)
    plain_texts: Mapping[str, int] = field(default_factory=dict)
    strings: Mapping[str, int] = field(default_factory=dict)
    elements: frozenset[str] = frozenset()
    most_elements: int = 0
    surfaces: frozenset[str] = _EVERYWHERE


RULES: Mapping[str, BlockRule] = {
    "section": BlockRule(texts={"text": 3000}),
    "header": BlockRule(("text",), plain_texts={"text": 150}),
    "divider": BlockRule(),
    "image": BlockRule(("alt_text",), plain_texts={"title": 2000}, strings={"alt_text": 2000, "image_url": 3000}),
    "actions": BlockRule(("elements",), elements=_PRESSED | _SELECTS | _CHOICES, most_elements=25),
    "context": BlockRule(("elements",), elements=frozenset({"image", "plain_text", "mrkdwn"}), most_elements=10),
    "context_actions": BlockRule(
        ("elements",),
        elements=frozenset({"feedback_buttons", "icon_button"}),
        most_elements=5,
        surfaces=_MESSAGES,
    ),
    "input": BlockRule(("label", "element"), plain_texts={"label": 2000, "hint": 2000}),
    "markdown": BlockRule(("text",), strings={"text": MARKDOWN}, surfaces=_MESSAGES),
    "rich_text": BlockRule(("elements",)),
    "table": BlockRule(("rows",), surfaces=_MESSAGES),
    "video": BlockRule(("alt_text", "title", "video_url", "thumbnail_url"), plain_texts={"title": 200}),
    "task_card": BlockRule(("task_id", "title"), surfaces=_MESSAGES),
    "plan": BlockRule(("title",), surfaces=_MESSAGES),
    "alert": BlockRule(("text",)),
    "card": BlockRule(),
    "carousel": BlockRule(("elements",)),
    "container": BlockRule(("child_blocks",)),
    "file": BlockRule(("external_id", "source"), surfaces=_MESSAGES),
}


def find_block_problems(blocks: Sequence[JsonObject], surface: Surface = "message", at: str = "/blocks") -> list[str]:
    """List what Slack would refuse, in its words."""
    most = MESSAGE_BLOCKS if surface == "message" else VIEW_BLOCKS
    problems: list[Problem] = []
    if len(blocks) > most:
        problems.append(Problem(f"no more than {most} items allowed", at))
    for number, block in enumerate(blocks):
        problems += _of_block(block, surface, f"{at}/{number}")
    problems += _shared_ids(blocks, at)
    problems += _markdown_together(blocks, at)
    return [str(problem) for problem in problems]


def _of_block(block: JsonObject, surface: Surface, at: str) -> list[Problem]:
    kind = as_text(block.get("type"))
    rule = RULES.get(kind)
    if rule is None or surface not in rule.surfaces:
        return [Problem(f"unsupported type: {kind or 'none'}", f"{at}/type")]
    problems = [Problem(f"missing required field: {name}", at) for name in rule.required if name not in block]
    problems += check_length(block.get("block_id"), 255, f"{at}/block_id", empty=True)
    for name, most in rule.texts.items():
        problems += check_text(block.get(name), most, f"{at}/{name}")
    for name, most in rule.plain_texts.items():
        problems += check_text(block.get(name), most, f"{at}/{name}", plain=True)
    for name, most in rule.strings.items():
        if name in block:
            problems += check_length(block[name], most, f"{at}/{name}")
    return problems + _elements(block, rule, at) + _particular(kind, block, at)


def _elements(block: JsonObject, rule: BlockRule, at: str) -> list[Problem]:
    if not rule.elements or "elements" not in block:
        return []
    elements = as_objects(block["elements"])
    problems: list[Problem] = []
    if not elements:
        problems.append(Problem("no fewer than 1 items allowed", f"{at}/elements"))
    if len(elements) > rule.most_elements:
        problems.append(Problem(f"no more than {rule.most_elements} items allowed", f"{at}/elements"))
    for number, element in enumerate(elements):
        problems += check_element(element, rule.elements, f"{at}/elements/{number}")
    return problems + _shared_action_ids(elements, at)


def _particular(kind: str, block: JsonObject, at: str) -> list[Problem]:
    if kind == "section":
        return _section(block, at)
    if kind == "image" and not (block.get("image_url") or block.get("slack_file")):
        return [Problem("must define either `image_url` or `slack_file`", at)]
    if kind == "input" and isinstance(block.get("element"), dict):
        return check_element(as_object(block["element"]), _TYPED | _SELECTS | _CHOICES, f"{at}/element")
    if kind == "table":
        return _table(block, at)
    return []


def _section(block: JsonObject, at: str) -> list[Problem]:
    if not (block.get("text") or block.get("fields")):
        return [Problem("must define either `text` or `fields`", at)]
    fields = as_objects(block.get("fields"))
    problems = [Problem("no more than 10 items allowed", f"{at}/fields")] if len(fields) > 10 else []
    for number, text in enumerate(fields):
        problems += check_text(text, 2000, f"{at}/fields/{number}")
    if accessory := as_object(block.get("accessory")):
        allowed = _PRESSED | _SELECTS | _CHOICES | {"image"}
        problems += check_element(accessory, allowed, f"{at}/accessory")
    return problems


def _table(block: JsonObject, at: str) -> list[Problem]:
    rows = block.get("rows")
    if not isinstance(rows, list) or len(rows) > 100:
        return [Problem("no more than 100 items allowed", f"{at}/rows")]
    if any(not isinstance(row, list) or len(row) > 20 for row in rows):
        return [Problem("no more than 20 items allowed", f"{at}/rows/0")]
    return []


def _repeated(values: Iterable[str]) -> list[str]:
    return [value for value, times in Counter(values).items() if value and times > 1]


def _shared_ids(blocks: Sequence[JsonObject], at: str) -> list[Problem]:
    repeated = _repeated(as_text(block.get("block_id")) for block in blocks)
    return [Problem(f"`block_id` {value} already exists", at) for value in repeated]


def _shared_action_ids(elements: Sequence[JsonObject], at: str) -> list[Problem]:
    repeated = _repeated(as_text(element.get("action_id")) for element in elements)
    return [Problem(f"`action_id` {value} already exists", f"{at}/elements") for value in repeated]


def _markdown_together(blocks: Sequence[JsonObject], at: str) -> list[Problem]:
    texts = [as_text(block.get("text")) for block in blocks if block.get("type") == "markdown"]
    if len(texts) > 1 and sum(map(len, texts)) > MARKDOWN:
        return [Problem(f"must be less than {MARKDOWN + 1} characters", at)]
    return []
