"""The sentences that the bot itself writes into an answer, in French and English."""

from __future__ import annotations

from dataclasses import dataclass

from knowledge.core.text import add_french_spaces_to_fields


@dataclass(frozen=True, slots=True)
class AnswerTexts:
    """The sentences in one language; braces name what is filled in."""

    not_found: str
    nothing_indexed: str
    still_reading: str
    model_away: str
    model_missing: str
    model_quiet: str
    in_part: str
    cut: str
    too_long: str
    looped: str
    uncited: str
    unbacked: str
    other_language: str
    thought_aloud: str
    left_out: str
    shortened: str
    question_cut: str
    not_all_read: str
    words_only: str
    searched_for: str
    only_first: str
    which_one: str
    colon: str


FRENCH_ANSWER_TEXTS = AnswerTexts(
    not_found="Je n'ai rien trouvé dans les documents qui réponde à cette question.",
    nothing_indexed=(
        "Je ne connais encore aucun document : ou bien ils sont en cours de lecture, et il suffit de redemander dans "
        "un instant, ou bien il faut en déposer dans le dossier surveillé."
    ),
    still_reading="Des documents sont en cours de lecture : redemandez dans un instant.",
    model_away="Le modèle de langage n'est pas joignable : ceci est cité d'un document, tel quel.",
    model_missing=(
        "Le modèle {model} n'est pas installé dans Ollama (`ollama pull {model}`) : ceci est cité d'un document, "
        "tel quel."
    ),
    model_quiet="Le modèle {model} n'a pas répondu : ceci est cité d'un document, tel quel.",
    in_part="Les documents ne répondent qu'à une partie de la question : le modèle n'a pas dit ce qui manque.",
    cut="Le modèle s'est arrêté en cours de route : la réponse est incomplète.",
    too_long="La réponse a atteint la longueur permise et s'arrête là : demandez la suite, ou une partie à la fois.",
    looped="Le modèle se répétait : sa réponse a été arrêtée.",
    uncited="Cette réponse ne cite aucun passage : vérifiez-la avant de vous y fier.",
    unbacked="Je ne retrouve cette réponse dans aucun des passages qu'elle cite : vérifiez-la avant de vous y fier.",
    other_language="Le modèle a répondu dans une autre langue que celle de la question.",
    thought_aloud="Le modèle a réfléchi à voix haute : sa réponse vient à la fin.",
    left_out=(
        "Passages trouvés que le modèle n'a pas lus, faute de place : {n}. Une question plus précise, ou un NUM_CTX "
        "plus grand, y remédie."
    ),
    shortened="Le modèle n'a lu que le début du meilleur passage : il est trop long pour NUM_CTX.",
    question_cut="La question est trop longue pour le modèle : il n'en a lu que le début.",
    not_all_read="Le modèle n'a pas tout lu de ce qui lui était donné : NUM_CTX est trop petit pour cette question.",
    words_only="Recherche par les mots seulement : la recherche par le sens n'est pas encore prête.",
    searched_for="J'ai cherché : {question}",
    only_first="J'ai répondu aux premières questions seulement ({n}) : posez les autres à part.",
    which_one="C'est un peu court. De quoi s'agit-il ?",
    colon="\N{NO-BREAK SPACE}: ",
)

FRENCH_ANSWER_TEXTS = add_french_spaces_to_fields(FRENCH_ANSWER_TEXTS)

ENGLISH_ANSWER_TEXTS = AnswerTexts(
    not_found="I found nothing in the documents that answers this question.",
    nothing_indexed=(
        "I know no document yet: either they are still being read, and asking again in a moment will do, or some have "
        "to be dropped into the watched folder."
    ),
    still_reading="Documents are being read at this moment: ask again soon.",
    model_away="The language model cannot be reached: this is quoted from a document, as it stands.",
    model_missing=(
        "The model {model} is not installed in Ollama (`ollama pull {model}`): this is quoted from a document, as it "
        "stands."
    ),
    model_quiet="The model {model} did not answer: this is quoted from a document, as it stands.",
    in_part="The documents answer only a part of the question: the model did not say what is missing.",
    cut="The model stopped half way: the answer is incomplete.",
    too_long="The answer has reached the length allowed and stops there: ask for the rest, or for one part at a time.",
    looped="The model was repeating itself: its answer was stopped.",
    uncited="This answer cites no passage: check it before you rely on it.",
    unbacked="I find this answer in none of the passages that it cites: check it before you rely on it.",
    other_language="The model answered in another language than that of the question.",
    thought_aloud="The model was thinking aloud: its answer comes at the end.",
    left_out=(
        "Passages found that the model has not read, for want of room: {n}. A more precise question, or a larger "
        "NUM_CTX, helps."
    ),
    shortened="The model has read only the beginning of the best passage: it is too long for NUM_CTX.",
    question_cut="The question is too long for the model: it has read only its beginning.",
    not_all_read="The model has not read all that it was given: NUM_CTX is too small for this question.",
    words_only="Searched by words only: search by meaning is not ready yet.",
    searched_for="I searched: {question}",
    only_first="I answered the first questions only ({n}): ask the others by themselves.",
    which_one="That is a little short. What is it about?",
    colon=": ",
)
