"""Italian: its question words."""

from bot.answering.languages.asking import AskingWords

ASKING = AskingWords(
    amount=("quant[oaie]", "quale (?:percentuale|importo|prezzo)"),
    time=("quando", "che (?:giorno|ora|data|anno|mese)", "(?:fino a|da) quando"),
    person=("chi",),
    steps=("come", "che (?:fare|cosa (?:devo fare|faccio))", "cosa (?:devo fare|faccio)", "passaggi"),
    numbers="due tre quattro cinque sei sette otto nove dieci undici dodici quindici venti trenta",
)
