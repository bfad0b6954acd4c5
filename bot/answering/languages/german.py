"""German: its question words."""

from bot.answering.languages.asking import AskingWords

ASKING = AskingWords(
    amount=("wie (?:viele?|lange|oft|weit|hoch|gross|teuer)", "wieviele?", "wie viel prozent"),
    time=("wann", "um wie viel uhr", "welche[rsmn]? (?:tag|datum|jahr|monat)", "(?:bis|seit|ab) wann"),
    person=("wer", "wem", "wen", "wessen"),
    steps=("wie (?:kann|muss|soll|mache|melde|bekomme|beantrage)", "was (?:tun|muss ich tun|soll ich tun|mache ich)"),
    numbers="zwei drei vier fünf sechs sieben acht neun zehn elf zwölf fünfzehn zwanzig dreißig",
)
