"""docs/metrics.md lists every series; the dashboard and the alerts name existing ones alone."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

import bot.slack.metrics
import ingestion.metrics
from knowledge.runtime.metrics import REGISTRY

assert bot.slack.metrics
assert ingestion.metrics
ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/metrics.md").read_text(encoding="utf-8")
MONITORING = ROOT / "docs/monitoring"
SUFFIXES = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count"), "gauge": ("",), "info": ("_info",)}
FROM_PROMETHEUS = {"up", "process_resident_memory_bytes"}
WORDS_OF_PROMQL = {"by", "and", "on", "sum", "rate", "increase", "delta", "time", "histogram_quantile"}


def list_families() -> dict[str, tuple[str, tuple[str, ...]]]:
    """Type and labels of each series, by the name under which the documentation has it."""
    found: dict[str, tuple[str, tuple[str, ...]]] = {}
    for collector in list(REGISTRY._collector_to_names):
        for family in getattr(collector, "describe", tuple)():
            if family.name.startswith("souffleur_"):
                ending = "_total" if family.type == "counter" else "_info" if family.type == "info" else ""
                kind = "gauge" if family.type == "info" else family.type
                labels = getattr(collector, "_labelnames", getattr(family, "_labelnames", ()))
                labels = ("version",) if family.type == "info" else tuple(labels)
                found[family.name + ending] = (kind, labels)
    return found


def list_documented() -> dict[str, tuple[str, tuple[str, ...]]]:
    rows = re.findall(r"^\| `(souffleur_\w+)` \| (\w+) \| ([^|]*)\|", PAGE, flags=re.MULTILINE)
    return {name: (kind, tuple(re.findall(r"`(\w+)`", labels))) for name, kind, labels in rows}


def list_samples() -> set[str]:
    """The names that Prometheus stores."""
    names = set()
    for name, (kind, _) in list_families().items():
        names |= {name + ending for ending in SUFFIXES[kind]} if kind == "histogram" else {name}
    return names


def list_expressions() -> Iterator[tuple[str, str]]:
    dashboard: dict[str, Any] = json.loads((MONITORING / "dashboard.json").read_text(encoding="utf-8"))
    for panel in dashboard["panels"]:
        for target in panel["targets"]:
            yield f"panel: {panel['title']}", target["expr"]
    for group in yaml.safe_load((MONITORING / "alerts.yaml").read_text(encoding="utf-8"))["groups"]:
        for rule in group["rules"]:
            yield f"alert: {rule['alert']}", rule["expr"]


EXPRESSIONS = list(list_expressions())


def test_every_series_is_documented_with_its_type_and_labels() -> None:
    assert list_documented() == list_families()


def test_every_name_follows_the_conventions() -> None:
    for name, (kind, _) in list_families().items():
        assert re.fullmatch(r"souffleur_[a-z_]+", name)
        assert name.endswith("_total") == (kind == "counter")
        assert kind != "histogram" or name.endswith("_seconds")


def test_each_phase_is_documented() -> None:
    row = next(line for line in PAGE.splitlines() if line.startswith("| `souffleur_question_seconds`"))
    assert {"waiting", "total", *bot.slack.metrics._STEP_PHASES.values()} <= set(re.findall(r"`(\w+)`", row))


@pytest.mark.parametrize(("place", "expression"), EXPRESSIONS, ids=[place for place, _ in EXPRESSIONS])
def test_every_expression_names_series_and_labels_that_exist(place: str, expression: str) -> None:
    assert all(expression.count(opening) == expression.count(closing) for opening, closing in ("()", "[]", "{}"))
    bare = re.sub(r"\{[^}]*\}|\[[^]]*\]|\bby \([^)]*\)", " ", expression)
    names = set(re.findall(r"[a-z_]+[a-z]", bare)) - WORDS_OF_PROMQL
    assert names
    assert names <= list_samples() | FROM_PROMETHEUS
    labels = set(re.findall(r"(\w+)=", re.sub(r"[=<>!]=", " ", expression.replace("==", " "))))
    labels |= {label.strip() for group in re.findall(r"\bby \(([^)]*)\)", expression) for label in group.split(",")}
    known = {label for _, labels in list_families().values() for label in labels}
    assert labels <= known | {"le", "job"}


def test_an_expression_with_a_misspelt_series_would_be_found() -> None:
    assert "souffleur_passage" not in list_samples()
    assert "souffleur_question_seconds_bucket" in list_samples()


def test_each_alert_says_what_to_do() -> None:
    for group in yaml.safe_load((MONITORING / "alerts.yaml").read_text(encoding="utf-8"))["groups"]:
        for rule in group["rules"]:
            assert rule["labels"]["severity"] in ("warning", "critical")
            assert rule["annotations"]["summary"].count(". ") >= 1
