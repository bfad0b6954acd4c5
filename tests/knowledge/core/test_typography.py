from __future__ import annotations

import pytest

from bot.answering.prompt.templates import PROMPT_TEXTS
from knowledge.core.typography import add_french_spaces


@pytest.mark.parametrize(
    ("written", "set_"),
    [
        ("Que dit « {title} » ?", "Que dit «\N{NO-BREAK SPACE}{title}\N{NO-BREAK SPACE}»\N{NO-BREAK SPACE}?"),
        ("`/gaps` : ce qui manque ; puis", "`/gaps`\N{NO-BREAK SPACE}: ce qui manque\N{NO-BREAK SPACE}; puis"),
        ("Merci :tada: beaucoup", "Merci :tada: beaucoup"),
        ("pages 3 à 5, p. 7", "pages 3 à 5, p. 7"),
    ],
)
def test_a_sign_stays_with_the_word_before_it(written: str, set_: str) -> None:
    assert add_french_spaces(written) == set_


def test_what_the_model_reads_stays_as_it_is() -> None:
    french = PROMPT_TEXTS["fr"]
    assert "Question : {question}" in french.ask
    assert "en cours de route\N{NO-BREAK SPACE}:" in french.cut
