"""English: its question words."""

from bot.answering.languages.asking import AskingWords

ASKING = AskingWords(
    amount=("how (?:many|much|long|often|far|old|big|high)", "what (?:percentage|amount|price)", "limit", "rate"),
    time=("when", "what (?:time|date|day|year|month)", "(?:until|since|by) when", "deadline"),
    person=("who", "whom", "whose"),
    steps=(
        "how (?:do|can|should|to|would|must)",
        "what (?:do|should|must|can) (?:i|we) do",
        "now what",
        "what now",
        "steps?",
        "procedure",
    ),
    numbers="two three four five six seven eight nine ten eleven twelve fifteen twenty thirty",
)
