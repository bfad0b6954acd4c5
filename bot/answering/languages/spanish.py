"""Spanish: its question words."""

from bot.answering.languages.asking import AskingWords

ASKING = AskingWords(
    amount=("cuant[oa]s?", "que (?:porcentaje|cantidad|precio)"),
    time=("cuando", "que (?:dia|hora|fecha|ano|mes)", "(?:hasta|desde) cuando"),
    person=("quien(?:es)?",),
    steps=("como", "que (?:hago|debo hacer|hay que hacer)", "pasos"),
    numbers="dos tres cuatro cinco seis siete ocho nueve diez once doce quince veinte treinta",
)
