"""Holds the local Slack and the bot to Slack's method reference, which stands beside the checkout."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pytest

from bot.slack.api.errors import OPTIONAL_METHODS, REFUSED_FOR_GOOD
from bot.slack.api.rate_limits import CALLS_A_MINUTE as HELD_RATES
from playground.slack.rules.limits import SCOPES
from playground.slack.rules.rates import CALLS_A_MINUTE, DISPUTED_TIERS, PAGE_TIERS, SDK_TIERS
from playground.slack.rules.refusals import COMMON, DIFFERENCES, REFUSALS
from tests.conformance.conftest import REFERENCE

METHODS = sorted(REFUSALS)


@cache
def page_of(method: str) -> dict[str, Any]:
    """Slack's page about a method."""
    found: dict[str, Any] = json.loads(
        (REFERENCE / "api-ref" / "methods" / method.partition(".")[0] / f"{method}.json").read_text(encoding="utf-8")
    )
    return found


def test_every_method_of_the_local_slack_has_its_refusals_its_rate_and_its_page() -> None:
    assert sorted(CALLS_A_MINUTE) == METHODS
    assert set(SCOPES) <= set(METHODS)
    assert {page_of(method)["name"] for method in METHODS} == set(METHODS)


@pytest.mark.parametrize("method", METHODS)
def test_each_refusal_is_on_the_method_s_page_or_has_its_reason(method: str) -> None:
    assert set(COMMON | REFUSALS[method]) - set(page_of(method)["errors"]) <= set(DIFFERENCES)


def test_no_reason_is_kept_for_a_code_that_every_page_lists() -> None:
    needed = {code for method in METHODS for code in (COMMON | REFUSALS[method]) - set(page_of(method)["errors"])}
    assert set(DIFFERENCES) == needed


def test_each_rate_is_of_slack_s_page_or_sdk_and_both_agree_but_where_it_is_said() -> None:
    both = PAGE_TIERS.keys() & SDK_TIERS.keys()
    assert PAGE_TIERS.keys() | SDK_TIERS.keys() == set(METHODS)
    assert {method for method in both if PAGE_TIERS[method] != SDK_TIERS[method]} == DISPUTED_TIERS


def test_the_bot_calls_no_method_more_often_than_the_local_slack_allows() -> None:
    assert {name for name, rate in HELD_RATES.items() if rate > CALLS_A_MINUTE[name]} == set()


@pytest.mark.parametrize("method", sorted(OPTIONAL_METHODS))
def test_what_is_refused_for_good_is_on_the_page_of_each_optional_method(method: str) -> None:
    assert set(page_of(method)["errors"]) & REFUSED_FOR_GOOD
    assert {code for code in REFUSED_FOR_GOOD if not any(code in page_of(one)["errors"] for one in METHODS)} == set()
