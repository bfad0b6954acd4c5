"""Check blocks by the rules of Block Kit, with the words of Slack. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from playground.slack.rules.limits import MARKDOWN, MESSAGE_BLOCKS, VIEW_BLOCKS
from playground.slack.web_api.json_values import JsonObject, as_object, as_objects, as_text

_OPTIONS = {
    "static_select": 100,
    "multi_static_select": 100,
    "overflow": 5,
    "radio_buttons": 10,
    "checkboxes": 10,
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One error and its place as a JSON pointer."""

    what: str
    at: str

    def __str__(self) -> str:
        return f"{self.what} [json-pointer:{self.at}]"


@dataclass(frozen=True, slots=True)
class ElementRule:
    """The rules of one type of element."""

    required: tuple[str, ...] = ()
    plain_texts: Mapping[str, int] = field(default_factory=dict)
    strings: Mapping[str, int] = field(default_factory=dict)


_FREE = ElementRule(plain_texts={"placeholder": 150}, strings={"action_id": 255})
_RULES: Mapping[str, ElementRule] = {
    "button": ElementRule(
        ("text",), {"text": 75}, {"action_id": 255, "value": 2000, "url": 3000, "accessibility_label": 75}
    ),
    "image": ElementRule(("alt_text",), {}, {"alt_text": 2000, "image_url": 3000}),
    "feedback_buttons": ElementRule(("positive_button", "negative_button"), {}, {"action_id": 255}),
    "icon_button": ElementRule(("icon", "text"), {"text": 75}, {"action_id": 255, "value": 2000}),
}


def check_text(value: object, most: int, at: str, *, plain: bool = False) -> list[Problem]:
    """Check a text object of at most so many characters; an absent one is fine."""
    if value is None:
        return []
    text = as_object(value)
    kinds = ("plain_text",) if plain else ("plain_text", "mrkdwn")
    if text.get("type") not in kinds:
        return [Problem(f"must be one of {', '.join(kinds)}", f"{at}/type")]
    return check_length(text.get("text"), most, f"{at}/text")


def check_length(value: object, most: int, at: str, *, empty: bool = False) -> list[Problem]:
    """Check a string of 1 to `most` characters; an absent or empty one is fine where `empty` is."""
    if empty and not value:
        return []
    if not isinstance(value, str):
        return [Problem("must be a string", at)]
    if not value:
        return [Problem("must be more than 0 characters", at)]
    return [Problem(f"must be less than {most + 1} characters", at)] if len(value) > most else []


def check_element(element: JsonObject, allowed: frozenset[str], at: str) -> list[Problem]:
    """Check an element, and that its type is allowed at this place."""
    kind = as_text(element.get("type"))
    if kind not in allowed:
        return [Problem(f"unsupported type: {kind or 'none'}", f"{at}/type")]
    if kind in ("plain_text", "mrkdwn"):
        return check_text(element, 3000, at)
    rule = _RULES.get(kind, _FREE)
    problems = [Problem(f"missing required field: {name}", at) for name in rule.required if name not in element]
    for name, most in rule.plain_texts.items():
        problems += check_text(element.get(name), most, f"{at}/{name}", plain=True)
    for name, most in rule.strings.items():
        problems += check_length(element.get(name), most, f"{at}/{name}", empty=True)
    return problems + _style(element, at) + _feedback(kind, element, at) + _options(kind, element, at)


def _style(element: JsonObject, at: str) -> list[Problem]:
    if element.get("type") != "button" or element.get("style") in (None, "primary", "danger"):
        return []
    return [Problem("must be one of primary, danger", f"{at}/style")]


def _feedback(kind: str, element: JsonObject, at: str) -> list[Problem]:
    problems: list[Problem] = []
    for name in ("positive_button", "negative_button") if kind == "feedback_buttons" else ():
        if name not in element:
            continue  # said already, as a missing field
        button = as_object(element.get(name))
        problems += check_text(button.get("text", {}), 75, f"{at}/{name}/text", plain=True)
        problems += check_length(button.get("value"), 2000, f"{at}/{name}/value")
    return problems


def _options(kind: str, element: JsonObject, at: str) -> list[Problem]:
    most = _OPTIONS.get(kind)
    if most is None or "option_groups" in element:
        return []
    options = as_objects(element.get("options"))
    if not 1 <= len(options) <= most:
        return [Problem(f"between 1 and {most} items allowed", f"{at}/options")]
    problems: list[Problem] = []
    for number, option in enumerate(options):
        problems += check_text(option.get("text", {}), 75, f"{at}/options/{number}/text")
        problems += check_length(option.get("value"), 150, f"{at}/options/{number}/value")
    return problems


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
    "data_table": BlockRule(("rows", "caption"), surfaces=_MESSAGES),
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
    if kind == "data_table":
        return _data_table(block, at)
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


def _data_table(block: JsonObject, at: str) -> list[Problem]:
    """The first row is the head, which takes no rich text; all rows have as many cells as it."""
    given = block.get("rows")
    rows = [row if isinstance(row, list) else [] for row in given] if isinstance(given, list) else []
    if not 2 <= len(rows) <= 101:
        return [Problem("no fewer than 2 and no more than 101 items allowed", f"{at}/rows")]
    if not 1 <= len(rows[0]) <= 20:
        return [Problem("no fewer than 1 and no more than 20 items allowed", f"{at}/rows/0")]
    if any(len(row) != len(rows[0]) for row in rows):
        return [Problem("all rows must have the same number of cells", f"{at}/rows")]
    if any(as_object(cell).get("type") == "rich_text" for cell in rows[0]):
        return [Problem("unsupported type: rich_text", f"{at}/rows/0")]
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
