"""Why a file or a folder is not as people want it, in French, and nothing else."""

from bot.slack.i18n.reason_texts import ReasonTexts
from knowledge.core.failure_reasons import Reason
from knowledge.core.typography import in_french

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
    Reason.EMPTY: "{name} est vide : redéposez-le quand il contiendra quelque chose.",
    Reason.MISNAMED: "{name} est en réalité {kind} : renommez-le en {better}.",
    Reason.UNDER_PASSWORD: "{name} est protégé par un mot de passe : déposez une copie qui n'en a pas.",
    Reason.OFFICE_UNDER_PASSWORD: (
        "{name} est protégé par un mot de passe : enregistrez une copie qui n'en a pas, et déposez-la."
    ),
    Reason.COPY_PROTECTED: "{name} est protégé contre la copie : déposez un exemplaire qui ne l'est pas.",
    Reason.OLD_OFFICE: "{name} est dans un ancien format d'Office : ouvrez-le et enregistrez-le en {better}.",
    Reason.OLD_OR_DAMAGED: (
        "{name} est dans un ancien format d'Office, ou abîmé : ouvrez-le et enregistrez-le en {better}."
    ),
    Reason.OTHER_OFFICE: (
        "{name} ne peut pas être lu, les fichiers {suffix} ne sont pas pris en charge : enregistrez-le en {better}."
    ),
    Reason.UNSUPPORTED: (
        "{name} ne peut pas être lu, les fichiers {suffix} ne sont pas pris en charge : "
        "enregistrez-le dans un de ces formats : {formats}."
    ),
    Reason.WITHOUT_SUFFIX: (
        "{name} ne peut pas être lu, les fichiers sans extension ne sont pas pris en charge : "
        "enregistrez-le dans un de ces formats : {formats}."
    ),
    Reason.ARCHIVE: "{name} est une archive : décompressez-la et déposez les fichiers qu'elle contient.",
    Reason.ARCHIVE_OR_DAMAGED: (
        "{name} est une archive ou un fichier abîmé, et non {kind} : déposez le fichier lui-même, en entier."
    ),
    Reason.NOT_OF_ITS_KIND: (
        "{name} n'est pas {kind}, ou il est abîmé : ouvrez-le, vérifiez-le et enregistrez-le à nouveau."
    ),
    Reason.A_PDF: "un PDF",
    Reason.A_WORD_DOCUMENT: "un document Word",
    Reason.A_POWERPOINT_FILE: "un fichier PowerPoint",
    Reason.AN_EXCEL_FILE: "un fichier Excel",
    Reason.AN_OPENDOCUMENT_TEXT: "un texte OpenDocument",
    Reason.A_RICH_TEXT_FILE: "un fichier RTF",
    Reason.AN_EPUB_BOOK: "un livre EPUB",
    Reason.AN_OUTLOOK_MESSAGE: "un message Outlook",
    Reason.A_PNG_PICTURE: "une image PNG",
    Reason.A_JPEG_PICTURE: "une image JPEG",
    Reason.A_TIFF_PICTURE: "une image TIFF",
    Reason.TEXT: "du texte",
    Reason.NO_TEXT: "{name} ne contient aucun texte : déposez une copie qui en contient.",
    Reason.ONLY_HIDDEN_TEXT: (
        "{name} ne contient aucun texte que l'on puisse voir (endroits cachés : {places}) : "
        "rendez-le visible, ou déposez une copie."
    ),
    Reason.PICTURE: "{name} est une image : installez {packages} (Debian), ou déposez son texte.",
    Reason.PICTURE_WITHOUT_TEXT: (
        "{name} est une image où tesseract n'a trouvé aucun texte : numérisez-la à nouveau, plus nettement, "
        "ou déposez son texte."
    ),
    Reason.SCAN: (
        "{name} est un document numérisé sans texte : installez {packages} (Debian), "
        "ou déposez une copie où l'on peut rechercher du texte."
    ),
    Reason.SCAN_WITHOUT_TEXT: (
        "{name} est un document numérisé où tesseract n'a trouvé aucun texte : numérisez-le à nouveau, plus nettement, "
        "ou déposez une copie où l'on peut rechercher du texte."
    ),
    Reason.TESSERACT_FAILED: (
        "{name} a fait échouer tesseract à la page {page} : enregistrez-le à nouveau, ou déposez son texte."
    ),
    Reason.ENDLESS_WORD: (
        "{name} contient un mot de {characters:,} caractères, ce sont des données plutôt que du texte : "
        "déposez ce qu'il dit en toutes lettres."
    ),
    Reason.ENTITIES: (
        "{name} définit des entités XML, qui peuvent gonfler sans fin ou atteindre d'autres fichiers : "
        "déposez une copie qui n'en a pas."
    ),
    Reason.OFFICE_ENTITIES: (
        "{name} définit des entités XML, ce qu'aucun programme de bureau ne fait et qu'une attaque ferait : "
        "ouvrez-le et enregistrez-le à nouveau dans son programme d'origine."
    ),
    Reason.NOT_JSON: (
        "{name} n'est plus du JSON à partir de la ligne {line}, colonne {column} : corrigez-le, ou déposez-le en .txt."
    ),
    Reason.BROKEN_XML: (
        "{name} est abîmé, son XML s'interrompt ou se brise à la ligne {line} : "
        "enregistrez-le à nouveau dans son programme d'origine, et déposez la nouvelle copie."
    ),
    Reason.DAMAGED: (
        "{name} est abîmé ({error} à la lecture) : ouvrez-le, enregistrez-le à nouveau, et déposez la nouvelle copie."
    ),
    Reason.DAMAGED_PDF: (
        "{name} est abîmé, pdfium ne peut pas l'ouvrir : exportez-le à nouveau et déposez la nouvelle copie."
    ),
    Reason.DAMAGED_PAGES: (
        "{name} est abîmé, aucune de ses pages {first} à {last} ne peut être ouverte : "
        "exportez-le à nouveau et déposez-le."
    ),
    Reason.TOO_LARGE: "{name} fait {mb} Mo, plus que les {most} permis : divisez-le, ou augmentez MAX_FILE_MB.",
    Reason.TOO_SLOW: "{name} a demandé plus de {seconds} s de lecture : divisez-le, ou augmentez READ_SECONDS.",
    Reason.TOO_MUCH_MEMORY: (
        "{name} demande plus de {mb} Mo de mémoire à la lecture : divisez-le, ou augmentez READ_MEMORY_MB."
    ),
    Reason.TOO_DEEP: (
        "{name} a trop de niveaux imbriqués pour être lu : déposez une copie qui en a moins, ou son texte."
    ),
    Reason.TOO_MANY_PAGES: "{name} a {pages:,} pages, plus que les {most:,} permises : divisez-le.",
    Reason.TOO_MANY_PAGES_SAID: "{name} dit avoir {pages:,} pages, plus que les {most:,} permises : divisez-le.",
    Reason.TOO_MANY_PIXELS: "{name} a plus de {millions} millions de pixels : réduisez-le, ou divisez-le.",
    Reason.TOO_MANY_CELLS: "{name} contient plus de {most:,} cellules : divisez-le, ou déposez-en ce qui compte.",
    Reason.TOO_MANY_COLUMNS: (
        "{name} a {columns:,} colonnes, plus que les {most:,} permises : "
        "divisez-le, ou faites de ses lignes des colonnes."
    ),
    Reason.TOO_WIDE_A_SHEET: (
        "{name} a plus de {most:,} colonnes dans la feuille {sheet} : divisez-le, ou faites de ses lignes des colonnes."
    ),
    Reason.BOMB_OF_PARTS: "{name} contient {parts:,} parties, plus que les {most:,} permises" + _BOMB,
    Reason.BOMB: "{name} fait {mb:,} Mo une fois décompressé, plus que les {most:,} permis" + _BOMB,
    Reason.BOMB_OF_OVERLAPS: "{name} contient des parties qui se recouvrent" + _BOMB,
    Reason.BOMB_IN_A_PART: (
        "{name} contient une partie qui fait {times:,} fois sa taille une fois décompressée" + _BOMB
    ),
    Reason.FORBIDDEN: (
        "{name} n'est pas accessible en lecture : donnez ce droit à l'utilisateur du service d'ingestion."
    ),
    Reason.UNSEEN: "{name} ne peut pas être examiné ({error}).",
    Reason.UNOPENED: "{name} ne peut pas être ouvert ({error}).",
    Reason.GONE: "{name} n'est plus là.",
    Reason.VANISHED: "{name} a disparu avant d'être lu.",
    Reason.CHANGED: "{name} a changé pendant sa lecture.",
    Reason.FAILED: "{name} n'a pas pu être lu ({error}) : enregistrez-le à nouveau dans son programme d'origine.",
    Reason.CRASHED: (
        "{name} a fait planter son lecteur : "
        "enregistrez-le à nouveau dans son programme d'origine, ou déposez-le en PDF."
    ),
    Reason.CRASHED_PDF: "{name} a fait planter son lecteur : exportez-le à nouveau, ou déposez sa source.",
    Reason.READER_KILLED: (
        "{name} a perdu son lecteur, arrêté par autre chose : une nouvelle tentative aura lieu ; "
        "voyez si la machine manque de mémoire."
    ),
    Reason.NO_READER: "{name} attend : aucun lecteur n'a pu être lancé ({error}).",
    Reason.WAITS: "{name} attend : {why}",
    Reason.NO_SCHEDULER: (
        "l'ordonnanceur Dask {scheduler} est injoignable ({error}) : "
        "lancez-le, ou corrigez DASK_SCHEDULER et DASK_TLS_*."
    ),
    Reason.SCHEDULER_GONE: "l'ordonnanceur Dask {scheduler} n'est plus là : relancez-le.",
    Reason.NO_WORKER: "le cluster Dask {scheduler} n'a aucun worker : lancez-en un.",
    Reason.WORKER_FAILED: (
        "{name} attend : le worker du cluster a échoué ({error}) : installez-y cette version de Souffleur."
    ),
    Reason.WORKERS_DIED: (
        "{name} était en cours de lecture quand des workers du cluster sont morts ({deaths}) : "
        "consultez leurs journaux, puis déposez une copie plus simple, ou faites-le relire par /reindex."
    ),
    Reason.ANOTHER_THERE: "{name} est un autre fichier pour les workers du cluster, ou a changé pendant sa lecture.",
    Reason.NOT_MOUNTED: "{name} n'est pas vu par les workers du cluster : montez-y le dossier sous {folder}.",
    Reason.REFUSED: (
        "{name} a été lu, mais Qdrant le refuse ({error}) : consultez le journal de Qdrant ; "
        "une nouvelle tentative aura lieu."
    ),
    Reason.BY_WORDS: _BY_WORDS,
    Reason.LONGER: _LONGER,
    Reason.BY_WORDS_AND_LONGER: f"{_BY_WORDS} {_LONGER}",
    Reason.MODEL_REFUSES: "Ollama a répondu {status} pour le modèle d'embedding {model} : consultez son journal.",
    Reason.NO_DIRECTION: "Le modèle d'embedding {model} a donné un vecteur sans direction : redémarrez Ollama.",
    Reason.CLOSED: (
        ".souffleur.toml {why} : tant qu'il n'est pas corrigé, personne ne voit ce que contient ce dossier."
    ),
    Reason.RULE_UNOPENED: "ne peut pas être ouvert ({error})",
    Reason.RULE_NOT_TOML: "n'est pas du TOML ({error})",
    Reason.RULE_TOO_DEEP: "est imbriqué trop profondément",
    Reason.RULE_LONG_NUMBER: "contient un nombre qui a trop de chiffres",
    Reason.RULE_EMPTY: "ne dit rien",
    Reason.RULE_UNKNOWN: "dit « {key} », alors que seuls existent {known}",
    Reason.RULE_AUDIENCE: (
        'donne à « audience » autre chose que "everyone", "nobody", "#canal", "@personne" ou un identifiant'
    ),
    Reason.RULE_TITLE: "donne à « title » autre chose qu'un texte de {most} caractères au plus",
    Reason.RULE_LANGUAGE: 'donne à « language » autre chose que "fr" ou "en"',
    Reason.RULE_KEEP_OUT: 'donne à « keep_out » autre chose que true ou une liste de motifs comme "*.bak"',
    Reason.RULE_NO_FILE: "n'est pas un fichier",
    Reason.RULE_TOO_LONG: "dépasse {most} octets",
    Reason.RULE_NOT_UTF8: "n'est pas en UTF-8",
}
REASONS_FRENCH = ReasonTexts(
    {reason: in_french(words) for reason, words in _FRENCH.items()}, thousands="\N{NO-BREAK SPACE}"
)
