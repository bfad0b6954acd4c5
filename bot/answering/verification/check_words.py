"""The words that the check of citations knows in each language: units, months, days of the week, negations. Folded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from knowledge.core.stop_words import STOP_WORDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from knowledge.core.documents import Language

_UNITS = {
    "second": "s seconde secondes second seconds sekunde sekunden segundo segundos secondo secondi seconden",
    "minute": "min minute minutes minuten minuto minutos minuti minuut",
    "hour": "h heure heures hour hours stunde stunden hora horas ora ore uur uren uhr",
    "day": (
        "jour jours day days tag tage tagen arbeitstag arbeitstage arbeitstagen werktag werktage werktagen dia dias "
        "giorno giorni dag dagen werkdag werkdagen"
    ),
    "week": "semaine semaines week weeks woche wochen semana semanas settimana settimane weken",
    "month": "mois month months monat monate monaten mes meses mese mesi maand maanden",
    "year": "an ans annee annees year years jahr jahre jahren ano anos anno anni jaar jaren",
    "euro": "euro euros eur",
    "percent": "percent prozent procent",
    "km": "km kilometre kilometres kilometer kilometers kilometern kilometro kilometros chilometri",
    "kg": "kg kilo kilos kilogramme kilogrammes",
    "watt": "w watt watts",
    "million": "million millions millionen millones milioni milhoes miljoen",
}
_SIGNS = {"€": "euro", "%": "percent", "°": "degree", "$": "dollar", "£": "pound"}
UNITS = {word: unit for unit, words in _UNITS.items() for word in words.split()} | _SIGNS

_MONTHS = (
    "janvier january januar enero gennaio janeiro januari", "fevrier february februar febrero febbraio fevereiro "
    "februari", "mars march marz marzo marco maart", "avril april abril aprile", "mai may mayo maggio maio mei",
    "juin june juni junio giugno junho", "juillet july juli julio luglio julho", "aout august agosto augustus",
    "septembre september septiembre settembre setembro", "octobre october oktober octubre ottobre outubro",
    "novembre november noviembre novembro", "decembre december dezember diciembre dicembre dezembro",
)  # fmt: skip
MONTHS = {word: f"month {n}" for n, words in enumerate(_MONTHS, 1) for word in words.split()}
_WEEKDAYS = (
    "lundi monday montag lunes lunedi segunda maandag", "mardi tuesday dienstag martes martedi terca dinsdag",
    "mercredi wednesday mittwoch miercoles mercoledi quarta woensdag",
    "jeudi thursday donnerstag jueves giovedi quinta donderdag", "vendredi friday freitag viernes venerdi sexta "
    "vrijdag", "samedi saturday samstag sabado sabato zaterdag", "dimanche sunday sonntag domingo domenica zondag",
)  # fmt: skip
WEEKDAYS = {
    form: f"weekday {n}" for n, words in enumerate(_WEEKDAYS) for word in words.split() for form in (word, f"{word}s")
}
UNCLEAR_MONTHS = frozenset(("may", "march", "mars", "mai", "marzo"))
# "Without" and its like are none: "without delay" denies nothing.
_NEGATIONS: Mapping[Language, str] = {
    "en": "not no never none nor neither nothing nobody cannot forbidden prohibited isn don doesn didn aren won wasn",
    "fr": "ne n jamais aucun aucune nul nulle ni rien interdit interdite interdits interdites",
    "de": "nicht nichts nie niemals kein keine keinen keinem keiner keines niemand verboten untersagt",
    "es": "no nunca ningun ninguna ninguno nadie nada prohibido prohibida",
    "it": "non mai nessun nessuna nessuno niente vietato vietata",
    "pt": "nao nunca nenhum nenhuma ninguem nada proibido proibida",
    "nl": "niet nooit geen niemand niets verboden",
}
NEGATIONS: Mapping[str, frozenset[str]] = {language: frozenset(words.split()) for language, words in _NEGATIONS.items()}
FUNCTION_WORDS = frozenset(word for words in STOP_WORDS.values() for word in words)
