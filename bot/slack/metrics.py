"""The bot's series: questions, the seconds that each phase takes, the queue, calls to Slack. Counts, never words.

docs/metrics.md lists every series.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from itertools import product
from typing import get_args

from prometheus_client import Counter, Gauge, Histogram
from slack_sdk.errors import SlackApiError

from bot.answering.answer import Answer, AnswerState
from bot.answering.languages.all_languages import LANGUAGES
from knowledge.runtime.metrics import REGISTRY

_SECONDS = (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 120, 300)
# An answer's timings tell when each step ended, in this order, and the phase that the step belongs to.
_STEP_PHASES = {
    "condense": "understanding",
    "rewrite": "understanding",
    "search": "searching",
    "first_words": "first_words",
    "write": "writing",
}

QUESTIONS = Counter(
    "souffleur_questions",
    "Questions that ended, by how they ended and by the answer's language.",
    ["state", "language"],
    registry=REGISTRY,
)
_ENDS_WITHOUT_ANSWER = (
    "deleted",
    "failed",
    "help",
    "interrupted",
    "postponed",
    "silent",
    "stopped",
    "superseded",
)
# From 0 on, as Prometheus sees no increase in a series that begins with 1.
for _state, _language in (*product(get_args(AnswerState), LANGUAGES), *product(_ENDS_WITHOUT_ANSWER, ("unknown",))):
    QUESTIONS.labels(_state, _language)
QUESTION_SECONDS = Histogram(
    "souffleur_question_seconds",
    "Seconds that an answered question took, by phase.",
    ["phase"],
    buckets=_SECONDS,
    registry=REGISTRY,
)
QUESTIONS_IN_PROGRESS = Gauge(
    "souffleur_questions_in_progress",
    "Questions that are being answered now, waiting ones included.",
    registry=REGISTRY,
)
QUESTIONS_WAITING = Gauge(
    "souffleur_questions_waiting", "Questions that wait in line for the model.", registry=REGISTRY
)
SLACK_CALLS = Counter(
    "souffleur_slack_calls",
    "Calls to Slack's Web API, by method and by how they ended.",
    ["method", "outcome"],
    registry=REGISTRY,
)
SLACK_RATE_LIMITED = Counter(
    "souffleur_slack_rate_limited",
    "Calls that Slack answered with status 429, by method.",
    ["method"],
    registry=REGISTRY,
)


def count_question_end(state: str, language: str = "unknown") -> None:
    """Count a question that ended."""
    QUESTIONS.labels(state, language).inc()


def record_answer_times(answer: Answer, waited: float) -> None:
    """Record how long each phase of an answer took; `waited` is in line for the model."""
    QUESTION_SECONDS.labels("waiting").observe(waited)
    for phase, seconds in split_into_phases(answer.timings).items():
        QUESTION_SECONDS.labels(phase).observe(seconds)
    QUESTION_SECONDS.labels("total").observe(waited + answer.timings.get("total", 0.0))


def split_into_phases(timings: Mapping[str, float]) -> dict[str, float]:
    """The seconds of each phase, from the seconds at which each step ended."""
    phases: dict[str, float] = {}
    begin = 0.0
    for step, phase in _STEP_PHASES.items():
        if step in timings:
            phases[phase] = phases.get(phase, 0.0) + max(timings[step] - begin, 0.0)
            begin = timings[step]
    return phases


@contextlib.contextmanager
def count_slack_call(method: str) -> Iterator[None]:
    """Count the call to Slack inside, once it has ended, and how it ended."""
    outcome = "unreachable"
    try:
        yield
        outcome = "ok"
    except SlackApiError as error:
        outcome = "refused"
        if getattr(error.response, "status_code", None) == HTTPStatus.TOO_MANY_REQUESTS:
            outcome = "rate_limited"
            SLACK_RATE_LIMITED.labels(method).inc()
        raise
    finally:
        SLACK_CALLS.labels(method, outcome).inc()
