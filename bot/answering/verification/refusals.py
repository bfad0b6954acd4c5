"""Decides whether a sentence says that the passages hold no answer, as models word it in French and English. Pure."""

from __future__ import annotations

import re

_TEXTS_FR = r"(?:passages?|documents?|extraits?|textes?|contexte|sources?)"
_TEXTS_EN = r"(?:passages?|documents?|excerpts?|texts?|context|sources?)"
_FRENCH = (
    rf"\b{_TEXTS_FR}\b[^.]{{0,60}}\bn(?:e |['’])[^.]{{0,25}}"
    r"(?:contien|mentionn|indiqu|précis|répond|dis|donn|fourni|permet|abord|parl|trait|évoqu|comport|inclu)",
    rf"\baucune?\b[^.]{{0,40}}\b(?:{_TEXTS_FR}|informations?|mention|réponse|indication)\b[^.]{{0,40}}"
    r"(?:\bn(?:e |['’])|dans|trouv|disponible)",
    r"\bje n(?:e |['’])[^.]{0,20}(?:trouv|peux|suis pas en mesure|sais pas|dispose|ai pas|ai aucune|vois)"
    r"[^.]{0,60}(?:information|réponse|répondre|trouv|passage|document|donnée|élément|sujet)",
    r"\b(?:information|réponse|question|sujet|point)\b[^.]{0,30}\bn['’](?:est|y est|apparaît)\b[^.]{0,12}pas\b",
    r"\bn(?:e |['’])(?:figure|apparaît|est mentionnée?|est précisée?|est indiquée?) (?:pas|nulle part)\b",
)
_ENGLISH = (
    rf"\b{_TEXTS_EN}\b[^.]{{0,50}}\b(?:do|does|did)(?: not|n['’]t)[^.]{{0,20}}\b"
    r"(?:mention|contain|say|state|specif|provide|answer|include|address|give|cover|indicate|discuss|tell|describe)",
    rf"\b(?:no|none of the) (?:(?:\w+ ){{0,2}}(?:information|mention|answer)\b|{_TEXTS_EN}\b[^.]{{0,30}}"
    r"\b(?:mention|contain|answer|say))",
    r"\bI(?:['’]m| am)? ?(?:cannot|can['’]t|could not|couldn['’]t|do not|don['’]t|did not|didn['’]t|unable to|"
    r"not able to)[^.]{0,30}\b(?:find|answer|know|have|see|provide|help)\b",
    r"\b(?:is|are|was) not (?:\w+ )?(?:mentioned|specified|provided|stated|answered|covered|included|found|available|"
    rf"given)\b(?:[^.]{{0,40}}\b{_TEXTS_EN}\b|[^.]{{0,3}}$)",
)
_REFUSAL = re.compile("|".join((*_FRENCH, *_ENGLISH)), re.IGNORECASE)


def is_refusal(sentence: str) -> bool:
    """Whether `sentence` says that there is no answer in the passages."""
    return _REFUSAL.search(sentence) is not None
