from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.answering.question import Turn
from bot.answering.understanding.question_splitting import (
    MAX_PARTS,
    QuestionPart,
    find_subject,
    is_elliptical,
    plan_questions,
    split_into_questions,
)

DAYS = "Combien de jours de télétravail par semaine ?"
HOLDING_TWO = {"ml-en-22", "ml-na-116"}  # of the questions of the benches: two joined by "and"
HISTORY = (Turn("person", DAYS), Turn("bot", "Deux [1]."), Turn("person", "merci !"), Turn("bot", "Je vous en prie."))


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("How long must a password be?", ["How long must a password be?"]),
        ("How long must it be? Who approves the trip?", ["How long must it be?", "Who approves the trip?"]),
        ("Hello! How long must a password be? Thanks!", ["How long must a password be?"]),
        (
            "My laptop was stolen. What do I do? Who pays the train?",
            ["My laptop was stolen. What do I do?", "Who pays the train?"],
        ),
        ("Who pays the train? I go to Brussels.", ["Who pays the train? I go to Brussels."]),
        ("lost laptop", ["lost laptop"]),
        ("See http://x.example/?a=b&c=d for the hotel", ["See http://x.example/?a=b&c=d for the hotel"]),
    ],
)
def test_a_message_is_split_at_its_questions(text: str, parts: list[str]) -> None:
    assert [part.text for part in split_into_questions(text)] == parts


def test_a_part_that_makes_no_sense_alone_is_searched_with_the_one_before() -> None:
    first, second = split_into_questions("Combien de jours de télétravail ? Et pour les stagiaires ?")
    assert first == QuestionPart(first.text, first.text)
    assert second.searched == "Combien de jours de télétravail ? Et pour les stagiaires ?"
    assert second.stressed == "Et pour les stagiaires ?"


@pytest.mark.parametrize("file", sorted(Path("tests/questions").glob("*.jsonl")), ids=lambda file: file.stem)
def test_the_questions_of_the_benches_are_one_each_or_as_many_as_they_have_marks(file: Path) -> None:
    for line in file.read_text(encoding="utf-8").splitlines():
        text = json.loads(line)["question"]
        joined = json.loads(line)["id"] in HOLDING_TWO
        assert len(split_into_questions(text)) <= max(1, text.count("?")) + joined


@pytest.mark.parametrize(
    ("first", "word", "second"),
    [
        ("How many days of leave do I have", "and", "how do I report an absence?"),
        ("I move next month, how many days do I get", "and", "who approves them?"),
        ("Combien de jours de congé", "et", "comment poser une absence ?"),
        ("Combien de jours de congés ai-je", "et", "comment les poser ?"),
        ("Wie viele Urlaubstage habe ich", "und", "wie melde ich mich krank?"),
        ("¿Cuántos días de vacaciones tengo", "y", "cómo aviso de una baja?"),
        ("Quanti giorni di ferie ho", "e", "come chiedo un permesso?"),
        ("Quantos dias de férias tenho", "e", "como peço uma licença?"),
        ("Hoeveel vakantiedagen heb ik", "en", "hoe meld ik me ziek?"),
    ],
)
def test_two_questions_joined_by_and_are_two(first: str, word: str, second: str) -> None:
    assert [part.text for part in split_into_questions(f"{first} {word} {second}")] == [first, second]


@pytest.mark.parametrize(
    "text",
    [
        "When and where is the summer party?",
        "Who opens and who closes the workshop?",
        "Je suis malade, qui prévenir et à quelle heure au plus tard ?",
        "Une personne qui travaille à Lyon et qui habite à Nantes a-t-elle droit au télétravail ?",
        "Est-ce que quelqu'un qui travaille à Lyon et qui habite à Nantes a droit au télétravail ?",
        "Quelle est la limite pour les hôtels et pour les repas ?",
        "What happens if I am ill and what I planned has to be cancelled?",
        "Can you explain how the returns policy works and when it applies to gift cards?",
        "How do I decide when to reorder stock and how much to order from suppliers?",
        "Que dit le règlement sur la façon dont on ferme et comment on allume l'alarme ?",
        "Können Sie mir sagen, wie lange der Umtausch dauert und wo der Kunde das Geld bekommt?",
    ],
)
def test_one_question_with_and_in_it_stays_whole(text: str) -> None:
    assert [part.text for part in split_into_questions(text)] == [text]


def test_of_a_very_long_message_only_what_is_answered_is_split_off() -> None:
    text = "who opens the big shop and how is it closed " * 2000
    assert len(split_into_questions(text)) == MAX_PARTS + 1


@pytest.mark.parametrize(
    "text",
    [
        "et pour les stagiaires ?",
        "Et à Bruxelles ?",
        "What about Lyon?",
        "and what about trips to America?",
        "and for interns?",
        "and in March?",
        "Et au mois de mars ?",
        "combien ?",
        "Is it reimbursed?",
        "Est-ce qu'elle est remboursée ?",
        "Und für Praktikanten?",
        "Und was ist mit neuen Praktikanten?",
        "¿Y para los becarios?",
        "E per gli stagisti?",
    ],
)
def test_a_follow_up_keeps_its_subject_without_a_model(text: str) -> None:
    assert is_elliptical(text)
    assert plan_questions(text, HISTORY, None) == [QuestionPart(text, f"{DAYS} {text}", stressed=text, subject=DAYS)]
    assert plan_questions(text, (), None) == [QuestionPart(text, text)]


@pytest.mark.parametrize(
    "text",
    [
        "Qui est le titulaire de l'astreinte ?",
        "And who do I call when my laptop is lost?",
        "Combien coûte la mutuelle famille ?",
        "hotel limit in Copenhagen",
        "Wie melde ich einen verlorenen Laptop?",
    ],
)
def test_a_question_that_is_complete_is_searched_alone(text: str) -> None:
    assert not is_elliptical(text)
    assert plan_questions(text, HISTORY, None) == [QuestionPart(text, text)]


def test_what_a_model_has_completed_is_searched_as_it_stands() -> None:
    assert plan_questions("et les stagiaires ?", HISTORY, "Combien de jours pour les stagiaires ?") == [
        QuestionPart("Combien de jours pour les stagiaires ?", "Combien de jours pour les stagiaires ?")
    ]


def test_the_subject_is_the_last_complete_question() -> None:
    later = (*HISTORY, Turn("person", "et pour les stagiaires ?"), Turn("bot", "Un [1]."))
    assert find_subject(later) == DAYS
    several = (Turn("person", f"{DAYS} Et pour les stagiaires ?"),)
    assert plan_questions("et à Bruxelles ?", several, None)[0].searched == f"{DAYS} et à Bruxelles ?"
    assert find_subject((Turn("person", "merci"), Turn("bot", "De rien."))) is None


def test_a_chosen_place_is_kept_apart_from_what_was_asked() -> None:
    [part] = plan_questions("policy › Expense policy › Travel", (), None)
    assert (part.text, part.searched, part.place) == (
        "policy",
        "policy › Expense policy › Travel",
        "Expense policy › Travel",
    )


ON_CALL = "Qui est d'astreinte la semaine du 19 janvier ?"


@pytest.mark.parametrize(
    ("earlier", "text", "steps"),
    [
        ([ON_CALL], "et pour la semaine suivante ?", 1),
        ([ON_CALL], "Et la semaine d'avant ?", -1),
        ([ON_CALL, "et pour la semaine suivante ?"], "et la suivante ?", 2),
        ([ON_CALL, "et pour la semaine suivante ?"], "et la précédente ?", 0),
        (["Who is on call from 19 January?"], "and the next week?", 1),
        (["Wer hat ab dem 19. Januar Bereitschaft?"], "und die nächste Woche?", 1),
        (["¿Quién está de guardia el 19 de enero?"], "¿y la semana siguiente?", 1),
        (["Chi è di turno il 19 gennaio?"], "e la settimana prossima?", 1),
        (["Quem está de plantão a 19 de janeiro?"], "e a semana anterior?", -1),
        (["Wie heeft wachtdienst op 19 januari?"], "en de volgende week?", 1),
        ([ON_CALL], "et pour les stagiaires ?", 0),
        ([ON_CALL], "et qui remplace Maël Le Goff la semaine suivante ?", 0),
    ],
)
def test_a_follow_up_may_ask_for_the_next_row_or_the_one_before(earlier: list[str], text: str, steps: int) -> None:
    [part] = plan_questions(text, [Turn("person", one) for one in earlier], None)
    assert part.steps == steps
    assert part.subject in ("", earlier[0])
