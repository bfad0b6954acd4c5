"""Set plain text as a typesetter would. Knows the habits of French and English, not documents."""

import re

NO_BREAK = "\u00a0"

_BEFORE = re.compile(r" (?=[:;!?»%€]|M€)")
_AFTER = re.compile(r"(?<=«) ")
_THOUSANDS = re.compile(r"(?<=\d) (?=\d{3}\b)")
_UNITS = re.compile(r"(?<=\d) (?=(?:h|kg|g|mm|mm²|m|V|W|A|K|lm|N·m|dB|Hz|°C)(?![\w·]))")
_MINUTES = re.compile(f"(?<=\\d{NO_BREAK}h) (?=\\d{{2}}\\b)")


def apply_typography(text: str, language: str) -> str:
    """The same words with curly apostrophes and, in French, the spaces that must not break."""
    text = text.replace("'", "’")
    text = _THOUSANDS.sub(NO_BREAK, text)
    text = _UNITS.sub(NO_BREAK, text)
    text = text.replace(" €", f"{NO_BREAK}€")
    if language != "fr":
        return _english_quotes(text)
    for pattern in (_BEFORE, _AFTER, _MINUTES):
        text = pattern.sub(NO_BREAK, text)
    return text


def _english_quotes(text: str) -> str:
    return re.sub(r'"([^"]*)"', "“\\1”", text)
