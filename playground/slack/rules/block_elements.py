"""Check text objects and elements of blocks by the rules of Block Kit. Pure; blocks.py checks the blocks."""

from collections.abc import Mapping
from dataclasses import dataclass, field

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
