from __future__ import annotations

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.slack.metrics import count_slack_call, split_into_phases
from knowledge.runtime.metrics import REGISTRY


def read_calls(method: str, outcome: str) -> float | None:
    return REGISTRY.get_sample_value("souffleur_slack_calls_total", {"method": method, "outcome": outcome})


def refusal(status: int) -> SlackApiError:
    response = AsyncSlackResponse(
        client=None, http_verb="POST", api_url="", req_args={}, data={"error": "x"}, headers={}, status_code=status
    )
    return SlackApiError("refused", response)  # type: ignore[no-untyped-call] # the SDK's own


@pytest.mark.parametrize(
    ("error", "outcome"),
    [(refusal(429), "rate_limited"), (refusal(200), "refused"), (TimeoutError(), "unreachable")],
    ids=["429", "refusal", "timeout"],
)
def test_a_failed_call_is_counted_by_how_it_failed(error: Exception, outcome: str) -> None:
    method = f"test.{outcome}"
    with pytest.raises(type(error)), count_slack_call(method):
        raise error
    assert read_calls(method, outcome) == 1
    limited = REGISTRY.get_sample_value("souffleur_slack_rate_limited_total", {"method": method})
    assert limited == (1 if outcome == "rate_limited" else None)


def test_a_call_that_went_well_is_counted_as_such() -> None:
    with count_slack_call("test.ok"):
        pass
    assert read_calls("test.ok", "ok") == 1


def test_phases_are_the_seconds_between_two_ends() -> None:
    timings = {"condense": 1.0, "rewrite": 1.5, "search": 2.0, "first_words": 5.0, "write": 9.0, "total": 9.5}
    assert split_into_phases(timings) == {"understanding": 1.5, "searching": 0.5, "first_words": 3.0, "writing": 4.0}


def test_an_answer_without_a_search_has_no_phases() -> None:
    assert split_into_phases({"total": 0.1}) == {}


@pytest.mark.parametrize(("state", "language"), [("answered", "fr"), ("failed", "unknown")])
def test_a_series_of_questions_begins_with_0_as_prometheus_sees_no_increase_otherwise(
    state: str, language: str
) -> None:
    labels = {"state": state, "language": language}
    assert REGISTRY.get_sample_value("souffleur_questions_total", labels) is not None
