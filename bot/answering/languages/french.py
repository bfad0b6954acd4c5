"""French: its question words."""

from bot.answering.languages.asking import AskingWords

ASKING = AskingWords(
    amount=(
        "combien",
        "quel(?:le)? (?:est )?(?:le |la |l )?(?:montant|prix|taux|duree|delai|plafond|budget)",
        "plafond",
    ),
    time=("quand", "quel(?:le)? (?:heure|jour|date|annee|mois)", "(?:jusqu a|depuis|avant) quand", "date limite"),
    person=("qui", "a qui", "chez qui"),
    steps=(
        "comment",
        "que (?:faire|dois je faire|faut il faire)",
        "quoi faire",
        "je fais quoi",
        "etapes?",
        "marche a suivre",
    ),
    numbers="deux trois quatre cinq six sept huit neuf dix onze douze quinze vingt trente",
)
