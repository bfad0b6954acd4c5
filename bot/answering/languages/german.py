"""German: its question words, its small talk, and the replies to it."""

from bot.answering.languages.asking import AskingWords, FollowingWords
from bot.answering.languages.talking import TalkPhrases, TalkTexts

ASKING = AskingWords(
    amount=("wie (?:viele?|lange|oft|weit|hoch|gross|teuer)", "wieviele?", "wie viel prozent"),
    time=("wann", "um wie viel uhr", "welche[rsmn]? (?:tag|datum|jahr|monat)", "(?:bis|seit|ab) wann"),
    person=("wer", "wem", "wen", "wessen"),
    steps=("wie (?:kann|muss|soll|mache|melde|bekomme|beantrage)", "was (?:tun|muss ich tun|soll ich tun|mache ich)"),
    numbers="zwei drei vier fünf sechs sieben acht neun zehn elf zwölf fünfzehn zwanzig dreißig",
)

FOLLOWING = FollowingWords(
    opening="und|oder|wie (?:ist|sieht) es (?:mit|bei|fur)|was ist mit|gilt das auch",
    reference="dies|dort|davon|dafur|dabei",
    question="wer|wem|wen|was|wann|wo|welche[rsmn]?|warum|wie",
)

TALK = TalkPhrases(
    greeting="""hallo+|hi+|hey|moin(?: moin)?|servus|gruss gott|grussgott|gruezi|guten (?:tag|morgen|abend)|
        morgen|tach|mahlzeit|hallochen""",
    farewell="""tschuss+|tschau|ciao|auf wiedersehen|bis (?:bald|dann|spater|morgen|zum nachsten mal)|
        schonen? (?:tag|abend|feierabend|wochenende|tag noch)|gute nacht|mach s gut|feierabend""",
    thanks="""(?:vielen |herzlichen |besten |tausend )?dank(?:e|eschon)?(?: (?:dir|ihnen|schon|sehr|vielmals|
        im voraus))?|danke (?:schon|sehr)|danke fur (?:die|deine|ihre) (?:hilfe|antwort)|merci|das (?:hilft|
        war (?:sehr )?hilfreich)(?: mir)?|sehr hilfreich|du bist (?:super|toll|klasse|der beste)""",
    ok="""ok(?:ay)?|in ordnung|alles klar|klar|verstanden|verstehe|ich verstehe|gut|sehr gut|prima|super|toll|
        klasse|perfekt|cool|spitze|genial|wunderbar|passt|passt schon|einverstanden|ja|nein|nee|jo|genau|stimmt|
        top|haha+|kein problem|macht nichts|das ist alles|notiert|bestens""",
    wellbeing="""wie geht(?: ?s| es)(?: (?:dir|ihnen))?|wie geht es (?:dir|ihnen)|alles (?:gut|ok)(?: bei dir)?|
        na|wie lauft s|bist du da|ist (?:da )?jemand da|sind sie da""",
    identity="""wer (?:bist du|sind sie)(?: denn)?|was bist du(?: denn)?|was sind sie|wie (?:heisst du|
        heissen sie)|was ist souffleur|wer ist souffleur|wie ist (?:dein|ihr) name|bist du (?:ein |eine )?(?:bot|
        roboter|mensch|ki|maschine|chatgpt|echt)|sind sie (?:ein |eine )?(?:bot|roboter|mensch|ki|maschine)|
        stell dich vor|stellen sie sich vor|wer hat dich (?:gemacht|gebaut|programmiert)|mit wem spreche ich""",
    help="""hilfe|hilf mir|helfen sie mir|(?:ich )?(?:brauche|benotige) hilfe|(?:kannst du|
        konnen sie) mir (?:bitte )?helfen|was (?:kannst du|konnen sie)(?: alles)?(?: (?:fur (?:mich|uns) )?(?:tun|
        machen))?|wobei kannst du (?:mir )?helfen|was machst du(?: (?:hier|so))?|wie (?:funktionierst du|
        funktioniert das|funktioniert dieser bot|benutze ich dich|benutzt man dich|verwende ich dich|
        arbeitest du)|was kann ich (?:dich |sie )?fragen|wofur bist du da|wozu bist du da|
        was weisst du(?: alles)?|anleitung""",
    documents="""welche (?:dokumente|dateien|unterlagen|quellen) (?:kennst du|kennen sie|hast du(?: gelesen)?|
        haben sie|gibt es|nutzt du|benutzt du|liest du|kannst du lesen)|wie viele (?:dokumente|dateien|
        unterlagen) (?:kennst du|kennen sie|hast du(?: gelesen)?|gibt es)|(?:zeige?|liste|
        nenne)(?: mir)?(?: alle)?(?: die| deine)? (?:dokumente|dateien|unterlagen|quellen)(?: auf)?|(?:liste|
        ubersicht) (?:der|deiner|aller) (?:dokumente|dateien)|was sind deine quellen|woher (?:weisst du das|
        hast du (?:das|dein wissen|deine antworten))|deine (?:dokumente|quellen)|was hast du gelesen""",
    latest="""was (?:ist|gibt(?: e)?s) neu(?:es)?(?: (?P<day>heute)| diese woche| (?P<month>diesen monat))?|
        gibt es (?:etwas )?neues|was gibt es neues|was hat sich (?:heute |diese woche |diesen monat |zuletzt |
        kurzlich )?(?:geandert|verandert)|welche (?:dokumente|dateien) (?:haben sich|wurden|sind) (?:heute |
        diese woche |diesen monat |zuletzt )?(?:geandert|neu|hinzugefugt|aktualisiert)|was wurde (?:heute |
        diese woche |zuletzt )?(?:geandert|aktualisiert|hinzugefugt)|(?:die )?(?:letzten|neuesten) (?:anderungen|
        dokumente)|neuigkeiten|neue dokumente""",
    changed="""wann (?:wurden?|ist|hat sich|sind) (?:der |die |das |unser |
        unsere )?(?P<document>.+?) (?:das letzte mal |zum letzten mal |zuletzt )?(?:geandert|aktualisiert|
        bearbeitet|uberarbeitet)(?: worden)?|(?:ist|sind) (?:der |die |das )?(?P<document2>.+) (?:noch )?aktuell""",
    filler="""souffleur|zusammen|alle|allerseits|team|leute|bitte|und|dann|also|sehr|schon|noch|auch|dir|ihnen|
        mal|so|ach|oh|ah|na|denn|liebe[rs]?|kollege|freund|fur alles|fur heute|das|ist|war|wirklich|vielmals|dafur""",
)

TALK_TEXTS = TalkTexts(
    greeting="Hallo! Stellen Sie mir eine Frage zu unseren Dokumenten.",
    farewell="Auf Wiedersehen!",
    thanks="Gern geschehen.",
    ok="Gut. Fragen Sie mich, wenn Sie etwas brauchen.",
    emoji="Stellen Sie mir gern eine Frage zu unseren Dokumenten.",
    wellbeing="Ich bin da. Was möchten Sie wissen?",
    identity=(
        "Ich bin Souffleur, ein Bot. Ich beantworte Fragen aus den Dokumenten des Teams und sage, wo jede Angabe steht."
    ),
    help=(
        "Fragen Sie mich mit Ihren Worten, zum Beispiel: „Wie viele Urlaubstage haben wir?“ Ich suche in den Dokumenten"
        " des Teams und nenne zu jeder Angabe Dokument und Seite. Sie können mehrere Fragen auf einmal stellen und mit "
        "„und für Praktikanten?“ nachfragen. Fragen Sie „welche Dokumente kennst du?“ oder „was ist neu diese Woche?“, "
        "um zu sehen, was ich lese."
    ),
    documents="Dokumente, die ich kenne und die Sie lesen dürfen: {count}",
    no_documents="Ich kenne noch kein Dokument, das Sie lesen dürfen.",
    more="… und {n} weitere",
    latest="Dokumente, die in den letzten Tagen ({days}) geändert wurden: {count}",
    nothing_latest="In den letzten Tagen ({days}) wurde kein Dokument geändert.",
    last_change="Die letzte Änderung: {title}, {date}.",
    changed="{title}: zuletzt geändert am {date}.",
    unknown_change="{title}: Ich weiß nicht, wann das Dokument zuletzt geändert wurde.",
    months="Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    date="{day}. {month} {year}",
)
