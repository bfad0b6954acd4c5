"""Compute a vector of a text without a model, the same on every machine.

Texts that share words, word stems, parts of words or an entry of a small French-English table come out close.
"""

from __future__ import annotations

import math
import re
import unicodedata
from functools import cache
from hashlib import blake2b
from typing import TYPE_CHECKING

import Stemmer

if TYPE_CHECKING:
    from collections.abc import Iterator

# Each line is one meaning. A phrase, without accents, counts where a word begins with it.
MEANINGS = (
    ("teletravail", "travail a distance", "remote work", "work remote", "working remote", "home office"),
    ("conge", "vacance", "leave", "holiday", "vacation", "time off"),
    ("mot de passe", "mots de passe", "password", "passphrase"),
    ("note de frais", "notes de frais", "expense", "reimburse", "rembours"),
    ("jour", "day"),
    ("semaine", "week"),
    ("mois", "month"),
    ("annee", "annuel", "year", "annual"),
    ("salaire", "paie", "remuneration", "salary", "payroll", "pay slip", "payslip"),
    ("maladie", "arret maladie", "sick", "illness"),
    ("ordinateur", "portable", "laptop", "computer"),
    ("bureau", "locaux", "office", "premises"),
    ("reunion", "meeting"),
    ("formation", "training", "course"),
    ("securite", "security", "safety"),
    ("client", "customer"),
    ("commande", "order", "purchase", "achat"),
    ("facture", "invoice", "bill"),
    ("contrat", "contract", "agreement"),
    ("embauche", "recrut", "hire", "hiring", "recruit"),
    ("voyage", "deplacement", "travel", "business trip"),
    ("sauvegarde", "backup", "back up"),
    ("incident", "panne", "outage", "failure"),
    ("astreinte", "on call", "on-call"),
    ("deployer", "deploiement", "mise en production", "deploy", "release"),
    ("badge", "acces", "access", "entry card"),
    ("repas", "dejeuner", "ticket restaurant", "meal", "lunch"),
    ("mutuelle", "assurance", "insurance", "health cover"),
    ("preavis", "demission", "notice period", "resign"),
    ("imprimante", "imprimer", "printer", "printing"),
)
_LITTLE_WORDS = (
    "a an and are as at be by can do does for from how i in is it may my of on or our per the their they this to "
    "we what when where which who will with you your au aux avec ce ces combien dans de des du elle en est et il "
    "ils je la le les leur ma mes mon ne nos notre nous ou par pas peut pour qu quand que quel quelle quels qui sa "
    "se ses son sont sur un une vos votre vous y"
)
_LITTLE = frozenset(_LITTLE_WORDS.split())
_MEANING_WEIGHT, _WORD_WEIGHT, _PART_WEIGHT, _FLOOR_WEIGHT = 2.0, 1.0, 0.2, 0.05


def embed(text: str, dimension: int) -> list[float]:
    """The vector of `text`, of `dimension` numbers and of norm 1."""
    vector = [0.0] * dimension
    for feature, weight in _features(fold(text)):
        place, sign = _place(feature)
        vector[place % dimension] += sign * weight
    norm = math.sqrt(sum(value * value for value in vector))
    return [value / norm for value in vector]


def fold(text: str) -> str:
    """`text` in lower case, without accents and typographic apostrophes."""
    bare = (sign for sign in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(sign))
    return "".join(bare).replace("’", "'")


def _features(text: str) -> Iterator[tuple[str, float]]:
    # Even an empty text has this one: a model never gives a zero vector of its own accord.
    yield "floor", _FLOOR_WEIGHT
    words = re.findall(r"[a-z0-9]+", text)
    spaced = " " + " ".join(words)
    for number, phrases in enumerate(MEANINGS):
        if any(f" {phrase}" in spaced for phrase in phrases):
            yield f"meaning {number}", _MEANING_WEIGHT
    for word in words:
        if word not in _LITTLE:
            yield from _features_of(word)


@cache
def _features_of(word: str) -> tuple[tuple[str, float], ...]:
    stems = {stemmer.stemWord(word) for stemmer in _stemmers()}
    parts = (word[at : at + 3] for at in range(len(word) - 2))
    shared = _WORD_WEIGHT / len(stems)
    return (*((f"stem {stem}", shared) for stem in stems), *((f"part {part}", _PART_WEIGHT) for part in parts))


@cache
def _stemmers() -> tuple[Stemmer.Stemmer, ...]:
    return Stemmer.Stemmer("french"), Stemmer.Stemmer("english")


@cache
def _place(feature: str) -> tuple[int, int]:
    # Python's own hash differs from one process to the next.
    number = int.from_bytes(blake2b(feature.encode(), digest_size=8).digest())
    return number >> 1, 1 if number & 1 else -1
