from __future__ import annotations

import pytest

from bot.answering.languages.all_languages import LANGUAGES
from bot.answering.verification.amounts_and_names import extract_facts
from bot.answering.verification.statements import is_refusal
from knowledge.core.documents import LANGUAGE_CODES
from knowledge.core.language import detect_likely_language


@pytest.mark.parametrize("language", LANGUAGE_CODES)
def test_every_language_has_its_numbers_and_refusals(language: str) -> None:
    checking = LANGUAGES[language].CHECKING
    values = {*checking.unit_values.values(), *checking.ten_values.values(), *checking.other_values.values()}
    assert {*range(2, 17), 20, 30, 40, 50, 60, 100, 1000} <= values
    assert checking.one_words
    assert len(checking.refusals) >= 3


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Il y a vingt-cinq jours de congés dans l'entreprise.", ["25"]),
        ("Il y a quatre-vingt-deux places dans le parking.", ["82"]),
        ("Il y a vingt et un jours de congés dans l'entreprise.", ["21"]),
        ("There are twenty-five days of leave in the company.", ["25"]),
        ("Es gibt fünfundzwanzig Urlaubstage für alle Mitarbeiter.", ["25"]),
        ("Die Frist beträgt zwei Wochen nach dem Antrag.", ["2"]),
        ("Das sei so, sagt die Personalabteilung.", []),
        ("Hay veinticinco días de vacaciones para todos los empleados.", ["25"]),
        ("El plazo es de treinta y dos días desde la solicitud.", ["32"]),
        ("Ci sono ventotto giorni di ferie per tutti i dipendenti.", ["28"]),
        ("Il termine è di sei settimane dopo la richiesta.", ["6"]),
        ("Há vinte e dois dias de férias para todos os trabalhadores.", ["22"]),
        ("O prazo é de três semanas após o pedido.", ["3"]),
        ("Er zijn vijfentwintig vakantiedagen voor alle medewerkers.", ["25"]),
        ("De termijn is zes weken na de aanvraag.", ["6"]),
        ("Une fois, c'est très bien de le demander.", []),
        ("It is due once a month, said the manager.", []),
    ],
)
def test_numbers_in_words_are_read_in_the_language_of_the_sentence(text: str, numbers: list[str]) -> None:
    facts = extract_facts(text, detect_likely_language(text))
    assert [value for fact in facts for value in fact.readings] == numbers


@pytest.mark.parametrize(
    "sentence",
    [
        "Les documents ne mentionnent pas ce sujet.",
        "The passages do not say who approves it.",
        "Die Dokumente enthalten keine Angabe dazu.",
        "In den Textstellen steht nichts über Parkplätze.",
        "Ich konnte in den Dokumenten keine Antwort finden.",
        "Das ist in den Textstellen nicht angegeben.",
        "Los documentos no mencionan este tema.",
        "No hay información sobre esto en los documentos.",
        "No he encontrado ninguna respuesta a la pregunta.",
        "I documenti non contengono questa informazione.",
        "Non ho trovato una risposta nei documenti.",
        "Non c'è alcuna informazione in proposito.",
        "Os documentos não mencionam este assunto.",
        "Não encontrei nenhuma resposta nos documentos.",
        "Não há informação sobre isto.",
        "De documenten vermelden dit niet.",
        "Ik kan geen antwoord vinden in de documenten.",
        "Er is geen informatie over dit onderwerp in de documenten.",
    ],
)
def test_a_refusal_is_recognised_in_every_language(sentence: str) -> None:
    assert is_refusal(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "Les documents sont rangés dans l'armoire du service.",
        "The documents must be signed by the manager.",
        "Die Dokumente sagen, dass man im Flur nicht rauchen darf.",
        "Man darf ohne Genehmigung keine Hunde mitbringen.",
        "Los empleados no pueden fumar en los pasillos.",
        "El documento se entrega en recepción y no por correo.",
        "I dipendenti non possono fumare nei corridoi.",
        "Il documento va firmato e non serve altro.",
        "Os trabalhadores não podem fumar nos corredores.",
        "O documento é entregue na receção e não por correio.",
        "Medewerkers mogen niet roken in de gangen.",
        "De documenten worden niet per post verstuurd.",
    ],
)
def test_what_is_forbidden_is_no_refusal(sentence: str) -> None:
    assert not is_refusal(sentence)
