"""The questions that the page offers are answered by the samples, with words alone: no model is needed for a demo."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from playground.demo import SAMPLES
from tests.bot.cli.running_commands import ROOT, Terminal

STATIC = ROOT / "playground" / "slack" / "page" / "static"
# Where each question's answer is, and what of it must be read there.
ANSWERS = {
    "combien de jours de télétravail avec 6 mois d'ancienneté ?": ("Guide du télétravail.pdf", "Jours de télétravail"),
    "what is the hotel limit in Brussels?": ("Expense policy.docx", "Brussels | 140 €"),
    "que veut dire le code défaut E07 ?": ("projets/lampe Orion/Manuel atelier - lampe Orion.pdf", "E07 |"),
    "I lost my laptop, what now?": ("Security handbook.pdf", "Call 2299"),
    "combien coûte la mutuelle pour la famille ?": ("Changement de mutuelle 2026.eml", "Famille | 132,80 €"),
}


def offered() -> set[str]:
    """The examples and the hints of the composer, without their mention or command."""
    examples = re.findall(r'text: "(.+?)"', (STATIC / "panels" / "examples.js").read_text(encoding="utf-8"))
    hints = re.findall(
        r"“(.+?)”|botHandle\(\)} (.+? .+?\?)`", (STATIC / "panels" / "channel.js").read_text(encoding="utf-8")
    )
    return {text.removeprefix("/ask ") for text in examples} | {quoted or plain for quoted, plain in hints}


@pytest.fixture(scope="module")
def terminal(tmp_path_factory: pytest.TempPathFactory) -> Terminal:
    """A terminal over an index of the samples, by words alone."""
    terminal = Terminal(tmp_path_factory.mktemp("samples"))
    scan = terminal.run("scan", module="ingestion", DOCUMENTS_DIR=str(_copied(terminal.folder)))
    assert ", 0 failed;" in scan.stdout, scan.stderr
    return terminal


def _copied(folder: Path) -> Path:
    return Path(shutil.copytree(SAMPLES, folder / "documents"))


def test_every_example_has_its_answer_here() -> None:
    assert offered() == ANSWERS.keys()


@pytest.mark.parametrize("question", ANSWERS)
def test_the_first_passage_found_for_an_example_holds_its_answer(terminal: Terminal, question: str) -> None:
    document, needle = ANSWERS[question]
    (first,) = json.loads(terminal.run("search", question, "-k", "1", "--json").stdout)
    assert first["document"] == document
    assert needle in first["text"]
