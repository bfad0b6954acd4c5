"""Why a file or a folder is not as people want it, in French, and nothing else."""

from bot.slack.i18n.reason_texts import ReasonTexts
from knowledge.core.failure_reasons import FailureReason
from knowledge.core.text import add_french_spaces

_BOMB = (
    ", comme une bombe zip : enregistrez-le à nouveau dans son programme d'origine, en plusieurs fichiers plus petits "
    "s'il est vraiment si gros."
)
_BY_WORDS = "Passages trouvés par leurs mots seuls : {refused}. {why}"
_LONGER = (
    "Passages plus longs que ce que lit {model}, trouvés par leur début et leurs mots : {shortened}. "
    "Choisissez un EMBEDDING_MODEL qui en lit davantage."
)
_FRENCH = {
    FailureReason.EMPTY: "{name} est vide : redéposez-le quand il contiendra quelque chose.",
    FailureReason.MISNAMED: "{name} est en réalité {kind} : renommez-le en {better}.",
    FailureReason.UNDER_PASSWORD: "{name} est protégé par un mot de passe : déposez une copie qui n'en a pas.",
    FailureReason.OFFICE_UNDER_PASSWORD: (
        "{name} est protégé par un mot de passe : enregistrez une copie qui n'en a pas, et déposez-la."
    ),
    FailureReason.COPY_PROTECTED: "{name} est protégé contre la copie : déposez un exemplaire qui ne l'est pas.",
    FailureReason.OLD_OFFICE: "{name} est dans un ancien format d'Office : ouvrez-le et enregistrez-le en {better}.",
    FailureReason.OLD_OR_DAMAGED: (
        "{name} est dans un ancien format d'Office, ou abîmé : ouvrez-le et enregistrez-le en {better}."
    ),
    FailureReason.OTHER_OFFICE: (
        "{name} ne peut pas être lu, les fichiers {suffix} ne sont pas pris en charge : enregistrez-le en {better}."
    ),
    FailureReason.UNSUPPORTED: (
        "{name} ne peut pas être lu, les fichiers {suffix} ne sont pas pris en charge : "
        "enregistrez-le dans un de ces formats : {formats}."
    ),
    FailureReason.WITHOUT_SUFFIX: (
        "{name} ne peut pas être lu, les fichiers sans extension ne sont pas pris en charge : "
        "enregistrez-le dans un de ces formats : {formats}."
    ),
    FailureReason.ARCHIVE: "{name} est une archive : décompressez-la et déposez les fichiers qu'elle contient.",
    FailureReason.ARCHIVE_OR_DAMAGED: (
        "{name} est une archive ou un fichier abîmé, et non {kind} : déposez le fichier lui-même, en entier."
    ),
    FailureReason.NOT_OF_ITS_KIND: (
        "{name} n'est pas {kind}, ou il est abîmé : ouvrez-le, vérifiez-le et enregistrez-le à nouveau."
    ),
    FailureReason.A_PDF: "un PDF",
    FailureReason.A_WORD_DOCUMENT: "un document Word",
    FailureReason.A_POWERPOINT_FILE: "un fichier PowerPoint",
    FailureReason.AN_EXCEL_FILE: "un fichier Excel",
    FailureReason.AN_OPENDOCUMENT_TEXT: "un texte OpenDocument",
    FailureReason.A_RICH_TEXT_FILE: "un fichier RTF",
    FailureReason.AN_EPUB_BOOK: "un livre EPUB",
    FailureReason.AN_OUTLOOK_MESSAGE: "un message Outlook",
    FailureReason.A_PNG_PICTURE: "une image PNG",
    FailureReason.A_JPEG_PICTURE: "une image JPEG",
    FailureReason.A_TIFF_PICTURE: "une image TIFF",
    FailureReason.TEXT: "du texte",
    FailureReason.NO_TEXT: "{name} ne contient aucun texte : déposez une copie qui en contient.",
    FailureReason.ONLY_HIDDEN_TEXT: (
        "{name} ne contient aucun texte que l'on puisse voir (endroits cachés : {places}) : "
        "rendez-le visible, ou déposez une copie."
    ),
    FailureReason.PICTURE: "{name} est une image : installez {packages} (Debian), ou déposez son texte.",
    FailureReason.PICTURE_WITHOUT_TEXT: (
        "{name} est une image où tesseract n'a trouvé aucun texte : numérisez-la à nouveau, plus nettement, "
        "ou déposez son texte."
    ),
    FailureReason.SCAN: (
        "{name} est un document numérisé sans texte : installez {packages} (Debian), "
        "ou déposez une copie où l'on peut rechercher du texte."
    ),
    FailureReason.SCAN_WITHOUT_TEXT: (
        "{name} est un document numérisé où tesseract n'a trouvé aucun texte : numérisez-le à nouveau, plus nettement, "
        "ou déposez une copie où l'on peut rechercher du texte."
    ),
    FailureReason.TESSERACT_FAILED: (
        "{name} a fait échouer tesseract à la page {page} : enregistrez-le à nouveau, ou déposez son texte."
    ),
    FailureReason.ENDLESS_WORD: (
        "{name} contient un mot de {characters:,} caractères, ce sont des données plutôt que du texte : "
        "déposez ce qu'il dit en toutes lettres."
    ),
    FailureReason.ENTITIES: (
        "{name} définit des entités XML, qui peuvent gonfler sans fin ou atteindre d'autres fichiers : "
        "déposez une copie qui n'en a pas."
    ),
    FailureReason.OFFICE_ENTITIES: (
        "{name} définit des entités XML, ce qu'aucun programme de bureau ne fait et qu'une attaque ferait : "
        "ouvrez-le et enregistrez-le à nouveau dans son programme d'origine."
    ),
    FailureReason.NOT_JSON: (
        "{name} n'est plus du JSON à partir de la ligne {line}, colonne {column} : corrigez-le, ou déposez-le en .txt."
    ),
    FailureReason.BROKEN_XML: (
        "{name} est abîmé, son XML s'interrompt ou se brise à la ligne {line} : "
        "enregistrez-le à nouveau dans son programme d'origine, et déposez la nouvelle copie."
    ),
    FailureReason.DAMAGED: (
        "{name} est abîmé ({error} à la lecture) : ouvrez-le, enregistrez-le à nouveau, et déposez la nouvelle copie."
    ),
    FailureReason.DAMAGED_PDF: (
        "{name} est abîmé, pdfium ne peut pas l'ouvrir : exportez-le à nouveau et déposez la nouvelle copie."
    ),
    FailureReason.DAMAGED_PAGES: (
        "{name} est abîmé, aucune de ses pages {first} à {last} ne peut être ouverte : "
        "exportez-le à nouveau et déposez-le."
    ),
    FailureReason.TOO_LARGE: "{name} fait {mb} Mo, plus que les {most} permis : divisez-le, ou augmentez MAX_FILE_MB.",
    FailureReason.TOO_SLOW: "{name} a demandé plus de {seconds} s de lecture : divisez-le, ou augmentez READ_SECONDS.",
    FailureReason.TOO_MUCH_MEMORY: (
        "{name} demande plus de {mb} Mo de mémoire à la lecture : divisez-le, ou augmentez READ_MEMORY_MB."
    ),
    FailureReason.TOO_DEEP: (
        "{name} a trop de niveaux imbriqués pour être lu : déposez une copie qui en a moins, ou son texte."
    ),
    FailureReason.TOO_MANY_PAGES: "{name} a {pages:,} pages, plus que les {most:,} permises : divisez-le.",
    FailureReason.TOO_MANY_PAGES_SAID: "{name} dit avoir {pages:,} pages, plus que les {most:,} permises : divisez-le.",
    FailureReason.TOO_MANY_PIXELS: "{name} a plus de {millions} millions de pixels : réduisez-le, ou divisez-le.",
    FailureReason.TOO_MANY_CELLS: (
        "{name} contient plus de {most:,} cellules : divisez-le, ou déposez-en ce qui compte."
    ),
    FailureReason.TOO_MANY_COLUMNS: (
        "{name} a {columns:,} colonnes, plus que les {most:,} permises : "
        "divisez-le, ou faites de ses lignes des colonnes."
    ),
    FailureReason.TOO_WIDE_A_SHEET: (
        "{name} a plus de {most:,} colonnes dans la feuille {sheet} : divisez-le, ou faites de ses lignes des colonnes."
    ),
    FailureReason.BOMB_OF_PARTS: "{name} contient {parts:,} parties, plus que les {most:,} permises" + _BOMB,
    FailureReason.BOMB: "{name} fait {mb:,} Mo une fois décompressé, plus que les {most:,} permis" + _BOMB,
    FailureReason.BOMB_OF_OVERLAPS: "{name} contient des parties qui se recouvrent" + _BOMB,
    FailureReason.BOMB_IN_A_PART: (
        "{name} contient une partie qui fait {times:,} fois sa taille une fois décompressée" + _BOMB
    ),
    FailureReason.FORBIDDEN: (
        "{name} n'est pas accessible en lecture : donnez ce droit à l'utilisateur du service d'ingestion."
    ),
    FailureReason.UNSEEN: "{name} ne peut pas être examiné ({error}).",
    FailureReason.UNOPENED: "{name} ne peut pas être ouvert ({error}).",
    FailureReason.GONE: "{name} n'est plus là.",
    FailureReason.VANISHED: "{name} a disparu avant d'être lu.",
    FailureReason.CHANGED: "{name} a changé pendant sa lecture.",
    FailureReason.FAILED: (
        "{name} n'a pas pu être lu ({error}) : enregistrez-le à nouveau dans son programme d'origine."
    ),
    FailureReason.CRASHED: (
        "{name} a fait planter son lecteur : "
        "enregistrez-le à nouveau dans son programme d'origine, ou déposez-le en PDF."
    ),
    FailureReason.CRASHED_PDF: "{name} a fait planter son lecteur : exportez-le à nouveau, ou déposez sa source.",
    FailureReason.READER_KILLED: (
        "{name} a perdu son lecteur, arrêté par autre chose : une nouvelle tentative aura lieu ; "
        "voyez si la machine manque de mémoire."
    ),
    FailureReason.NO_READER: "{name} attend : aucun lecteur n'a pu être lancé ({error}).",
    FailureReason.WAITS: "{name} attend : {why}",
    FailureReason.NO_SCHEDULER: (
        "l'ordonnanceur Dask {scheduler} est injoignable ({error}) : "
        "lancez-le, ou corrigez DASK_SCHEDULER et DASK_TLS_*."
    ),
    FailureReason.SCHEDULER_GONE: "l'ordonnanceur Dask {scheduler} n'est plus là : relancez-le.",
    FailureReason.NO_WORKER: "le cluster Dask {scheduler} n'a aucun worker : lancez-en un.",
    FailureReason.WORKER_FAILED: (
        "{name} attend : le worker du cluster a échoué ({error}) : installez-y cette version de Souffleur."
    ),
    FailureReason.WORKERS_DIED: (
        "{name} était en cours de lecture quand des workers du cluster sont morts ({deaths}) : "
        "consultez leurs journaux, puis déposez une copie plus simple, ou faites-le relire par /reindex."
    ),
    FailureReason.ANOTHER_THERE: (
        "{name} est un autre fichier pour les workers du cluster, ou a changé pendant sa lecture."
    ),
    FailureReason.NOT_MOUNTED: "{name} n'est pas vu par les workers du cluster : montez-y le dossier sous {folder}.",
    FailureReason.REFUSED: (
        "{name} a été lu, mais Qdrant le refuse ({error}) : consultez le journal de Qdrant ; "
        "une nouvelle tentative aura lieu."
    ),
    FailureReason.BY_WORDS: _BY_WORDS,
    FailureReason.LONGER: _LONGER,
    FailureReason.BY_WORDS_AND_LONGER: f"{_BY_WORDS} {_LONGER}",
    FailureReason.MODEL_REFUSES: (
        "Ollama a répondu {status} pour le modèle d'embedding {model} : consultez son journal."
    ),
    FailureReason.NO_DIRECTION: "Le modèle d'embedding {model} a donné un vecteur sans direction : redémarrez Ollama.",
    FailureReason.CLOSED: (
        ".souffleur.toml {why} : tant qu'il n'est pas corrigé, personne ne voit ce que contient ce dossier."
    ),
    FailureReason.RULE_UNOPENED: "ne peut pas être ouvert ({error})",
    FailureReason.RULE_NOT_TOML: "n'est pas du TOML ({error})",
    FailureReason.RULE_TOO_DEEP: "est imbriqué trop profondément",
    FailureReason.RULE_LONG_NUMBER: "contient un nombre qui a trop de chiffres",
    FailureReason.RULE_EMPTY: "ne dit rien",
    FailureReason.RULE_UNKNOWN: "dit « {key} », alors que seuls existent {known}",
    FailureReason.RULE_AUDIENCE: (
        'donne à « audience » autre chose que "everyone", "nobody", "#canal", "@personne" ou un identifiant'
    ),
    FailureReason.RULE_TITLE: "donne à « title » autre chose qu'un texte de {most} caractères au plus",
    FailureReason.RULE_LANGUAGE: 'donne à « language » autre chose que "fr" ou "en"',
    FailureReason.RULE_KEEP_OUT: 'donne à « keep_out » autre chose que true ou une liste de motifs comme "*.bak"',
    FailureReason.RULE_NO_FILE: "n'est pas un fichier",
    FailureReason.RULE_TOO_LONG: "dépasse {most} octets",
    FailureReason.RULE_NOT_UTF8: "n'est pas en UTF-8",
}
REASONS_FRENCH = ReasonTexts(
    {reason: add_french_spaces(words) for reason, words in _FRENCH.items()}, thousands="\N{NO-BREAK SPACE}"
)
