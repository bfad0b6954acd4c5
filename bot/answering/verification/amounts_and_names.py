"""Extracts what can be compared between two texts in any language: amounts with units, times, dates, codes, names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from bot.answering.languages.all_languages import LANGUAGES
from knowledge.core.stop_words import STOP_WORDS
from knowledge.core.text import fold_word

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bot.answering.languages.word_lists import CheckingWords
    from knowledge.core.documents import Language

_THOUSANDS_AND_DECIMALS = re.compile(r"\d{1,3}(?:(?:,\d{3})+\.|(?:\.\d{3})+,)\d+")
_CHECKING = {code: language.CHECKING for code, language in LANGUAGES.items()}
_ONE = frozenset(word for checking in _CHECKING.values() for word in checking.one_words)
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


Name: TypeAlias = "tuple[str, ...]"  # its words, folded

# A code is letters with a digit behind them (S-07, SEV1), or words with points or underscores (orders.retry.max-delay).
_TOKEN = re.compile(
    r"(?P<code>(?<![\w@.-])(?:[^\W\d_]++(?:\d|[-/]\d)\w*+(?:[-._/:]\w++)*+|[a-z]++(?:[._][a-z][\w-]*+)++))"
    r"|(?P<date>(?<![\w.,-])(?:\d{4}-\d{2}-\d{2}|\d{1,2}[/.]\d{1,2}[/.]\d{4})(?!\d))"
    r"|(?P<clock>(?<![\w.,:])\d{1,2}(?:\s?h\s?|:)\d{2}(?![\d:]))"
    r"|(?P<number>(?<![\w.,])\d++(?:[ \u00a0\u202f.,'’]\d{3}(?!\d))*+(?:[.,]\d++)*+)"
    r"|(?P<word>[^\W\d_]++)|(?P<sign>[€$£%°])|(?P<stop>[.!?…;\n|•](?=\s|$)|\n)"
)
_UNIT_DISTANCE = 2  # words: "3 working days"
_NAME_WORD = r"[A-ZÀ-Ý][^\W_]+(?:[-’'][^\W_]+)*+"
_NAME = re.compile(rf"(?<!\w){_NAME_WORD}(?: (?:(?:de|du|des|la|le|van|von|der|&) )?{_NAME_WORD})*+")
_PART_OF_NAME = re.compile(r"[^\W_]{2,}")
_BEFORE_OPENING = ".!?…:;|\n•"
_QUOTES = " «“\"'(*_"


@dataclass(frozen=True, slots=True)
class Fact:
    """An amount, a time, a date or a code. `kind` is its unit or "number"; `readings` are what it may say."""

    kind: str
    readings: frozenset[str]

    def agrees_with(self, other: Fact) -> bool:
        """Whether both say the same, as far as their units are known."""
        same_kind = self.kind == other.kind or "number" in (self.kind, other.kind)
        return same_kind and not self.readings.isdisjoint(other.readings)


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    folded: str


def extract_facts(text: str, language: str | None = None, *, generous: bool = False) -> list[Fact]:
    """Returns the facts of a text in order; `generous` also takes what may be none: "may", "one", "the two cases"."""
    found = [_Token(match.lastgroup or "", match[0], fold_word(match[0])) for match in _TOKEN.finditer(text)]
    tokens = list(_replace_spelled_numbers(found, None if generous else language, generous=generous))
    return list(_iterate_facts(tokens, generous=generous))


def _replace_spelled_numbers(tokens: Sequence[_Token], language: str | None, *, generous: bool) -> Iterator[_Token]:
    """Yields the tokens with numbers in words as digits; none for "the two cases", which were named before."""
    words = [token.folded if token.kind == "word" else "" for token in tokens]
    at = 0
    while at < len(tokens):
        value, used = _read_spelled_number(words, at, language)
        if used and (generous or at == 0 or not _only_refers(words[at - 1], language)):
            yield _Token("number", str(value), str(value))
        elif generous and words[at] in _ONE:
            yield _Token("number", "1", "1")
        elif not used:
            yield tokens[at]
        at += used or 1


def _iterate_facts(tokens: Sequence[_Token], *, generous: bool) -> Iterator[Fact]:
    for at, token in enumerate(tokens):
        if token.kind == "number":
            yield _amount(_read_digits(token.text), tokens, at)
        elif token.kind == "code":
            yield Fact("code", frozenset({token.folded}))
        elif token.kind == "clock":
            hour, minute = re.split(r"\D+", token.text)
            yield Fact("clock", frozenset({f"{int(hour)}:{minute}"}))
        elif token.kind == "date":
            yield from _facts_of_date(token.text)
        elif token.folded in WEEKDAYS:
            yield Fact("weekday", frozenset({WEEKDAYS[token.folded]}))
        elif token.folded in MONTHS and (generous or _is_month(tokens, at)):
            yield Fact("month", frozenset({MONTHS[token.folded]}))


def _is_month(tokens: Sequence[_Token], at: int) -> bool:
    """Whether a word such as "may" means the month: beside a number, or with a capital amid a sentence."""
    beside = (*tokens[max(at - 1, 0) : at], *tokens[at + 1 : at + 2])
    if tokens[at].folded not in UNCLEAR_MONTHS or any(token.kind == "number" for token in beside):
        return True
    return at > 0 and tokens[at].text[0].isupper() and tokens[at - 1].kind == "word"


def _facts_of_date(text: str) -> Iterator[Fact]:
    parts = re.split(r"\D", text)
    year, month, day = parts if "-" in text else reversed(parts)
    yield Fact("number", frozenset({str(int(day))}))
    yield Fact("month", frozenset({f"month {int(month)}"}))
    yield Fact("number", frozenset({year}))


def _amount(readings: frozenset[str], tokens: Sequence[_Token], at: int) -> Fact:
    """Builds the amount whose last token is at `at`, with the unit behind it, or the sign before it."""
    unit = _find_unit(tokens, at + 1)
    if unit is None and at and tokens[at - 1].kind == "sign":
        unit = UNITS[tokens[at - 1].text]
    if unit == "hour":
        readings |= {f"{value}:00" for value in readings}
    return Fact(unit or "number", readings)


def _find_unit(tokens: Sequence[_Token], start: int) -> str | None:
    for token in tokens[start : start + _UNIT_DISTANCE]:
        unit = UNITS.get(token.folded)
        if unit or token.kind not in ("word", "sign") or token.folded in MONTHS or token.folded in FUNCTION_WORDS:
            return unit
    return None


def extract_names(text: str, *, only_groups: bool) -> list[Name]:
    """Returns the names of a text; `only_groups` leaves out single words, where every noun has a capital."""
    names: list[Name] = []
    for match in _NAME.finditer(text):
        words = [fold_word(word) for word in _PART_OF_NAME.findall(match[0]) if word[0].isupper()]
        opens_sentence = text[max(match.start() - 8, 0) : match.start()].rstrip(_QUOTES)[-1:] in ("", *_BEFORE_OPENING)
        if opens_sentence and (len(words) == 1 or words[0] in FUNCTION_WORDS):
            words = words[1:]  # it has a capital because it comes first
        name = tuple(word for word in words if word.isalpha() and word not in WEEKDAYS and word not in MONTHS)
        if len(name) > only_groups:
            names.append(name)
    return names


def _read_digits(digits: str) -> frozenset[str]:
    """Returns the readings of a number, whose comma or point may separate thousands or decimals."""
    plain = re.sub(r"[ \u00a0\u202f'’]", "", digits)
    whole = re.sub(r"[.,]", "", plain).lstrip("0") or "0"
    if not re.search("[.,]", plain):
        return frozenset({whole})
    integer, _, decimals = plain.replace(",", ".").rpartition(".")
    if _THOUSANDS_AND_DECIMALS.fullmatch(plain):
        integer = integer.replace(".", "")
    decimal = f"{integer.lstrip('0') or '0'}.{decimals}".rstrip("0").rstrip(".")
    grouped = re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", plain)
    return frozenset({decimal, whole} if grouped else {decimal})


def _read_spelled_number(words: Sequence[str], at: int, language: str | None) -> tuple[int, int]:
    """Returns the number in words that begins at `at`, and how many words it has; 0 if none.

    Without a language, the words of all languages count.
    """
    if language in _CHECKING:
        return _read_number(words, at, _CHECKING[language])
    return next(filter(any, (_read_number(words, at, checking) for checking in _CHECKING.values())), (0, 0))


def _only_refers(word: str, language: str | None) -> bool:
    """Whether a number after this word refers to things named before: "les deux conditions"."""
    return word in _CHECKING[language if language in _CHECKING else "en"].referring.split()


def _read_number(words: Sequence[str], at: int, checking: CheckingWords) -> tuple[int, int]:
    word = words[at]
    if word == "quatre" and checking.joining == "et" and words[at + 1 : at + 2] in (["vingt"], ["vingts"]):
        unit, used = _unit_after_ten(words, at + 2, checking)
        return 80 + unit, 2 + used
    if word in checking.ten_values:
        unit, used = _unit_after_ten(words, at + 1, checking)
        return checking.ten_values[word] + unit, 1 + used
    value = checking.unit_values.get(word) or checking.other_values.get(word, 0)
    return (value, 1) if value else (0, 0)


def _unit_after_ten(words: Sequence[str], at: int, checking: CheckingWords) -> tuple[int, int]:
    """Returns the unit that follows a ten, and how many words it has with what joins it; 0 if none."""
    joined = bool(checking.joining) and words[at : at + 1] == [checking.joining]
    unit = words[at + joined] if at + joined < len(words) else ""
    value = checking.unit_values.get(unit) or int(unit in checking.one_words)
    return (value, 1 + joined) if value else (0, 0)
