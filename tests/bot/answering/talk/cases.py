"""What people say without asking the documents, in five languages, with what it is; and questions that look like it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.answering.languages.talking import TalkKind

CASES: Mapping[str, Mapping[TalkKind, Sequence[str]]] = {
    "en": {
        "greeting": ["hello", "Hi there!", "good morning everyone", "Hey Souffleur"],
        "farewell": ["bye!", "See you tomorrow", "have a nice day"],
        "thanks": ["thanks", "Thank you very much!", "thx a lot", "Thanks, that helps", "cheers :+1:"],
        "ok": ["ok super", "got it", "perfect!", "makes sense, sure", "never mind"],
        "wellbeing": ["how are you?", "hi, how's it going?", "are you there?"],
        "identity": ["who are you?", "What are you exactly?", "are you a bot?", "what's your name"],
        "help": ["help", "what can you do?", "How does this work?", "can you help me please", "What can I ask you?"],
        "documents": [
            "which documents do you know?",
            "what files do you have",
            "list your documents",
            "How many documents do you know?",
            "show me all the documents",
        ],
        "latest": [
            "what changed this week?",
            "anything new?",
            "what's new today",
            "Which documents were updated recently?",
        ],
        "changed": [
            "when was the handbook last changed?",
            "when did the expense policy change?",
            "is the handbook up to date?",
        ],
    },
    "fr": {
        "greeting": ["bonjour", "Salut !", "coucou tout le monde", "Bonsoir à tous"],
        "farewell": ["au revoir", "à demain !", "bonne journée"],
        "thanks": ["merci", "merci beaucoup !", "un grand merci à toi", "Merci pour ton aide", "super merci"],
        "ok": ["d'accord", "ok, parfait", "c'est noté", "j'ai compris", "ça marche"],
        "wellbeing": ["ça va ?", "comment allez-vous ?", "Salut, comment vas-tu ?"],
        "identity": ["qui es-tu ?", "t'es qui", "tu es un robot ?", "comment tu t'appelles ?", "Présente-toi"],
        "help": ["aide", "que sais-tu faire ?", "Comment ça marche ?", "tu peux m'aider stp ?", "à quoi tu sers ?"],
        "documents": [
            "quels documents connais-tu ?",
            "liste tes documents",
            "combien de documents connaissez-vous ?",
            "Montre-moi la liste des documents",
            "d'où viennent tes réponses ?",
        ],
        "latest": [
            "quoi de neuf cette semaine ?",
            "qu'est-ce qui a changé cette semaine ?",
            "du nouveau ?",
            "les dernières modifications",
        ],
        "changed": [
            "quand le guide du télétravail a-t-il été modifié ?",
            "Quand a été mis à jour le règlement intérieur ?",
            "date de la dernière modification du guide",
        ],
    },
    "de": {
        "greeting": ["Hallo", "Guten Morgen zusammen", "Moin!"],
        "farewell": ["Tschüss!", "bis morgen", "Schönen Feierabend"],
        "thanks": ["danke", "Vielen Dank!", "Danke schön, sehr hilfreich", "danke für die Hilfe"],
        "ok": ["alles klar", "ok, verstanden", "passt", "Super!"],
        "wellbeing": ["Wie geht's?", "Hallo, wie geht es dir?"],
        "identity": ["Wer bist du?", "bist du ein Roboter?", "Wie heißt du?"],
        "help": ["Hilfe", "Was kannst du?", "Wie funktionierst du?", "Kannst du mir bitte helfen?"],
        "documents": ["Welche Dokumente kennst du?", "Wie viele Dokumente hast du gelesen?", "Zeig mir alle Dokumente"],
        "latest": ["Was ist neu diese Woche?", "Was hat sich diese Woche geändert?", "Gibt es Neues?"],
        "changed": ["Wann wurde das Handbuch zuletzt geändert?", "Ist das Handbuch noch aktuell?"],
    },
    "es": {
        "greeting": ["Hola", "¡Buenos días!", "buenas tardes a todos"],
        "farewell": ["adiós", "hasta mañana"],
        "thanks": ["gracias", "¡Muchas gracias por tu ayuda!", "mil gracias"],
        "ok": ["vale", "de acuerdo, perfecto", "entendido"],
        "wellbeing": ["¿Cómo estás?", "¿qué tal?"],
        "identity": ["¿Quién eres?", "¿Eres un robot?", "¿Cómo te llamas?"],
        "help": ["ayuda", "¿Qué puedes hacer?", "¿Cómo funciona esto?", "¿Me puedes ayudar por favor?"],
        "documents": ["¿Qué documentos conoces?", "¿Cuántos documentos tienes?", "muéstrame los documentos"],
        "latest": ["¿Qué ha cambiado esta semana?", "¿Hay algo nuevo?", "¿Qué hay de nuevo?"],
        "changed": ["¿Cuándo se modificó el manual por última vez?", "¿cuándo fue la última actualización del manual?"],
    },
    "it": {
        "greeting": ["Buongiorno", "ciao a tutti", "Salve!"],
        "farewell": ["arrivederci", "a domani!", "buona giornata"],
        "thanks": ["grazie", "Grazie mille!", "molte grazie per l'aiuto"],
        "ok": ["va bene", "ok, perfetto", "ho capito"],
        "wellbeing": ["Come stai?", "ciao, tutto bene?"],
        "identity": ["Chi sei?", "sei un robot?", "Come ti chiami?"],
        "help": ["aiuto", "Che cosa sai fare?", "Come funziona?", "Mi puoi aiutare per favore?"],
        "documents": ["Quali documenti conosci?", "Quanti documenti hai letto?", "mostrami i documenti"],
        "latest": ["Cosa è cambiato questa settimana?", "Ci sono novità?", "qualcosa di nuovo?"],
        "changed": ["Quando è stato modificato il manuale?", "quando è cambiato il regolamento l'ultima volta?"],
    },
}
EMOJI = [":tada:", "👍", "🙂🙂", ":+1: :heart:"]
# Each begins like talk, or holds the words of it.
QUESTIONS = [
    "help desk opening hours",
    "Who are you supposed to call when a laptop is lost?",
    "hello, how many days of leave do I get?",
    "thanks but what about interns?",
    "what can you do in an emergency?",
    "which documents do I need for a visa?",
    "what changed in version 3.4?",
    "what is new in revision C of the lamp?",
    "how many documents do I sign?",
    "ok and for managers",
    "who is Ingrid Peeters?",
    "holidays",
    "the policy",
    "merci de me dire combien de jours j'ai",
    "bonjour, le télétravail ?",
    "qui est Claire Fontanel ?",
    "quels documents faut-il fournir ?",
    "aide au logement",
    "quand le contrat a-t-il été signé ?",
    "comment ça marche, les tickets restaurant ?",
    "et pour les stagiaires ?",
    "bonne année : quels jours sont fériés ?",
    "Hilfe bei Wasserschaden",
    "Wer ist der Vertreter?",
    "Welche Dokumente brauche ich?",
    "ayuda para la vivienda",
    "¿Qué documentos necesito?",
    "aiuto per il trasloco",
    "quali documenti servono?",
    "bye laws of the association",
    "Cool roof policy",
    "noted absences",
    "super user rights",
]
