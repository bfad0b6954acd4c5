"""What is said where nothing is found, in each language: the sentences, and which of them fits."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from knowledge.core.text import add_french_spaces_to_fields

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.answering.answer import Answer
    from bot.answering.question import QuestionRun
    from knowledge.core.passages import FoundPassage
    from knowledge.retrieval.hybrid_search import PassageSearch


@dataclass(frozen=True, slots=True)
class NotFoundTexts:
    """The sentences in one language."""

    not_found: str
    nearest_only: str  # above a quote that may not answer
    nothing_more: str
    nothing_indexed: str
    still_reading: str


NOT_FOUND_TEXTS: Mapping[str, NotFoundTexts] = {
    "fr": add_french_spaces_to_fields(
        NotFoundTexts(
            not_found="Je n'ai rien trouvé dans les documents qui réponde à cette question.",
            nearest_only="Cela ne répond peut-être pas à la question ; c'est le plus proche dans les documents :",
            nothing_more=(
                "Dans ce que vous pouvez lire, je n'ai rien trouvé de plus que ce que dit la réponse ci-dessus."
            ),
            nothing_indexed=(
                "Je ne connais encore aucun document : ou bien ils sont en cours de lecture, et il suffit de "
                "redemander dans un instant, ou bien il faut en déposer dans le dossier surveillé."
            ),
            still_reading="Des documents sont en cours de lecture : redemandez dans un instant.",
        )
    ),
    "en": NotFoundTexts(
        not_found="I found nothing in the documents that answers this question.",
        nearest_only="This may not answer the question; it is what comes nearest in the documents:",
        nothing_more="In what you may read I found nothing more than the answer above has.",
        nothing_indexed=(
            "I know no document yet: either they are still being read, and asking again in a moment will do, "
            "or some have to be dropped into the watched folder."
        ),
        still_reading="Documents are being read at this moment: ask again soon.",
    ),
    "de": NotFoundTexts(
        not_found="Ich habe in den Dokumenten nichts gefunden, das diese Frage beantwortet.",
        nearest_only="Das beantwortet die Frage vielleicht nicht; es kommt ihr in den Dokumenten am nächsten:",
        nothing_more="In dem, was Sie lesen dürfen, habe ich nicht mehr gefunden, als die Antwort oben sagt.",
        nothing_indexed=(
            "Ich kenne noch kein Dokument: Entweder werden sie gerade gelesen, dann fragen Sie gleich noch "
            "einmal, oder es müssen erst welche in den überwachten Ordner gelegt werden."
        ),
        still_reading="Es werden gerade Dokumente gelesen: Fragen Sie gleich noch einmal.",
    ),
    "es": NotFoundTexts(
        not_found="No he encontrado en los documentos nada que responda a esta pregunta.",
        nearest_only="Puede que esto no responda a la pregunta; es lo más cercano en los documentos:",
        nothing_more="En lo que puedes leer no he encontrado nada más que lo que dice la respuesta de arriba.",
        nothing_indexed=(
            "Todavía no conozco ningún documento: o se están leyendo y basta con preguntar de nuevo en un "
            "momento, o hay que poner alguno en la carpeta vigilada."
        ),
        still_reading="Se están leyendo documentos: pregunta de nuevo en un momento.",
    ),
    "it": NotFoundTexts(
        not_found="Non ho trovato nei documenti nulla che risponda a questa domanda.",
        nearest_only="Forse questo non risponde alla domanda; è ciò che nei documenti le si avvicina di più:",
        nothing_more="In ciò che puoi leggere non ho trovato altro rispetto alla risposta qui sopra.",
        nothing_indexed=(
            "Non conosco ancora nessun documento: o la lettura è in corso e basta chiedere di nuovo tra un "
            "momento, oppure bisogna metterne qualcuno nella cartella sorvegliata."
        ),
        still_reading="La lettura dei documenti è in corso: chiedi di nuovo tra un momento.",
    ),
    "pt": NotFoundTexts(
        not_found="Não encontrei nos documentos nada que responda a esta pergunta.",
        nearest_only="Isto talvez não responda à pergunta; é o que mais se aproxima dela nos documentos:",
        nothing_more="No que pode ler, não encontrei mais nada além do que diz a resposta acima.",
        nothing_indexed=(
            "Ainda não conheço nenhum documento: ou a leitura está em curso e basta perguntar de novo daqui a "
            "pouco, ou é preciso colocar alguns na pasta monitorizada."
        ),
        still_reading="A leitura de documentos está em curso: pergunte de novo daqui a pouco.",
    ),
    "nl": NotFoundTexts(
        not_found="Ik heb in de documenten niets gevonden dat deze vraag beantwoordt.",
        nearest_only="Dit beantwoordt de vraag misschien niet; het komt er in de documenten het dichtst bij:",
        nothing_more="In wat je mag lezen heb ik niets meer gevonden dan wat het antwoord hierboven zegt.",
        nothing_indexed=(
            "Ik ken nog geen document: of ze worden nog gelezen en je kunt het zo opnieuw vragen, of er moeten "
            "er eerst enkele in de bewaakte map worden gezet."
        ),
        still_reading="Er worden nu documenten gelezen: vraag het zo opnieuw.",
    ),
}


def answer_not_found(run: QuestionRun, search: PassageSearch, notices: Sequence[str]) -> Answer:
    """Says that the documents do not answer, or that there are none yet.

    Raises:
        IndexUnavailable: Qdrant failed.
    """
    texts = NOT_FOUND_TEXTS[run.language]
    if not (run.found or search.has_indexed_passages()):
        return run.build_answer(texts.nothing_indexed, "not_found")
    return add_reading_notice(run, search, run.build_answer(texts.not_found, "not_found", notices=notices))


def add_reading_notice(run: QuestionRun, search: PassageSearch, answer: Answer) -> Answer:
    """Adds a notice if nothing was found, or only quotes, while documents are still being read."""
    is_final = answer.state not in ("not_found", "passages_only")
    if is_final or not search.is_reading_documents(run.question.audience):
        return answer
    return replace(answer, notices=(*answer.notices, NOT_FOUND_TEXTS[run.language].still_reading))


def answer_nothing_more(run: QuestionRun) -> Answer | None:
    """Says that nothing was found besides what is known; None where something was."""
    known = run.question.known_passages
    if known is None or not all(_is_known(one, known) for one in run.found):
        return None
    return replace(run.build_answer(NOT_FOUND_TEXTS[run.language].nothing_more, "talk"), passages=())


def _is_known(found: FoundPassage, known: frozenset[str]) -> bool:
    """Whether a passage, or a copy of it in another document, is among those that are known."""
    return any(one.id in known for one in (found.passage, *found.copies))
