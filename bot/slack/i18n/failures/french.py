"""The French sentence of each failure code."""

from bot.slack.i18n.texts import FailureTexts
from knowledge.core.failure_codes import FailureCode
from knowledge.core.text import add_french_spaces

_BOMB = (
    ", comme une bombe zip : enregistrez-le à nouveau dans son programme d'origine, en plusieurs fichiers plus petits "
    "s'il est vraiment si gros."
)
_NO_MEMBER_READ = "{name} contient des fichiers ({count:,}), dont aucun n'est lisible."
_BY_WORDS = "Passages trouvés par leurs mots seuls : {refused}. {why}"
_LONGER = (
    "Passages plus longs que ce que lit {model}, trouvés par leur début et leurs mots : {shortened}. "
    "Choisissez un EMBEDDING_MODEL qui en lit davantage."
)
_FRENCH = {
    FailureCode.SENTENCE: "{sentence}",
    FailureCode.EMPTY: "{name} est vide : redéposez-le quand il contiendra quelque chose.",
    FailureCode.MISNAMED: "{name} est en réalité {kind} : renommez-le en {better}.",
    FailureCode.MISNAMED_TWIN: (
        "{name} est en réalité {kind}, et {better} existe déjà : "
        "supprimez ce fichier si c'est le même, sinon donnez-lui un autre nom qui finit par {suffix}."
    ),
    FailureCode.UNDER_PASSWORD: "{name} est protégé par un mot de passe : déposez une copie qui n'en a pas.",
    FailureCode.OFFICE_UNDER_PASSWORD: (
        "{name} est protégé par un mot de passe : enregistrez une copie qui n'en a pas, et déposez-la."
    ),
    FailureCode.COPY_PROTECTED: "{name} est protégé contre la copie : déposez un exemplaire qui ne l'est pas.",
    FailureCode.OLD_OFFICE: "{name} est dans un ancien format d'Office : ouvrez-le et enregistrez-le en {better}.",
    FailureCode.OLD_OR_DAMAGED: (
        "{name} est dans un ancien format d'Office, ou abîmé : ouvrez-le et enregistrez-le en {better}."
    ),
    FailureCode.OTHER_OFFICE: (
        "{name} ne peut pas être lu, les fichiers {suffix} ne sont pas pris en charge : enregistrez-le en {better}."
    ),
    FailureCode.NEEDS_LIBREOFFICE: (
        "{name} ne se lit qu'avec LibreOffice : installez {packages} (Debian), ou enregistrez-le en {better}."
    ),
    FailureCode.UNSUPPORTED: (
        "{name} ne peut pas être lu, les fichiers {suffix} ne sont pas pris en charge : "
        "enregistrez-le dans un de ces formats : {formats}."
    ),
    FailureCode.WITHOUT_SUFFIX: (
        "{name} ne peut pas être lu, les fichiers sans extension ne sont pas pris en charge : "
        "enregistrez-le dans un de ces formats : {formats}."
    ),
    FailureCode.ARCHIVE: "{name} est une archive : décompressez-la et déposez les fichiers qu'elle contient.",
    FailureCode.ARCHIVE_OR_DAMAGED: (
        "{name} est une archive ou un fichier abîmé, et non {kind} : déposez le fichier lui-même, en entier."
    ),
    FailureCode.NOT_OF_ITS_KIND: (
        "{name} n'est pas {kind}, ou il est abîmé : ouvrez-le, vérifiez-le et enregistrez-le à nouveau."
    ),
    FailureCode.A_PDF: "un PDF",
    FailureCode.A_WORD_DOCUMENT: "un document Word",
    FailureCode.A_POWERPOINT_FILE: "un fichier PowerPoint",
    FailureCode.AN_EXCEL_FILE: "un fichier Excel",
    FailureCode.AN_OPENDOCUMENT_TEXT: "un texte OpenDocument",
    FailureCode.A_RICH_TEXT_FILE: "un fichier RTF",
    FailureCode.AN_EPUB_BOOK: "un livre EPUB",
    FailureCode.AN_OUTLOOK_MESSAGE: "un message Outlook",
    FailureCode.A_PNG_PICTURE: "une image PNG",
    FailureCode.A_JPEG_PICTURE: "une image JPEG",
    FailureCode.A_TIFF_PICTURE: "une image TIFF",
    FailureCode.A_PICTURE: "une image",
    FailureCode.AN_ARCHIVE: "une archive",
    FailureCode.AN_OPENDOCUMENT_FILE: "un fichier OpenDocument",
    FailureCode.TEXT: "du texte",
    FailureCode.NO_TEXT: "{name} ne contient aucun texte : déposez une copie qui en contient.",
    FailureCode.ONLY_HIDDEN_TEXT: (
        "{name} ne contient aucun texte que l'on puisse voir (endroits cachés : {places}) : "
        "rendez-le visible, ou déposez une copie."
    ),
    FailureCode.PICTURE: "{name} est une image : installez {packages} (Debian), ou déposez son texte.",
    FailureCode.PICTURE_WITHOUT_TEXT: (
        "{name} est une image où tesseract n'a trouvé aucun texte : numérisez-la à nouveau, plus nettement, "
        "ou déposez son texte."
    ),
    FailureCode.SCAN: (
        "{name} est un document numérisé sans texte : installez {packages} (Debian), "
        "ou déposez une copie où l'on peut rechercher du texte."
    ),
    FailureCode.SCAN_WITHOUT_TEXT: (
        "{name} est un document numérisé où tesseract n'a trouvé aucun texte : numérisez-le à nouveau, plus nettement, "
        "ou déposez une copie où l'on peut rechercher du texte."
    ),
    FailureCode.TESSERACT_FAILED: (
        "{name} a fait échouer tesseract à la page {page} : enregistrez-le à nouveau, ou déposez son texte."
    ),
    FailureCode.ENDLESS_WORD: (
        "{name} contient un mot de {characters:,} caractères, ce sont des données plutôt que du texte : "
        "déposez ce qu'il dit en toutes lettres."
    ),
    FailureCode.ENTITIES: (
        "{name} définit des entités XML, qui peuvent gonfler sans fin ou atteindre d'autres fichiers : "
        "déposez une copie qui n'en a pas."
    ),
    FailureCode.OFFICE_ENTITIES: (
        "{name} définit des entités XML, ce qu'aucun programme de bureau ne fait et qu'une attaque ferait : "
        "ouvrez-le et enregistrez-le à nouveau dans son programme d'origine."
    ),
    FailureCode.NOT_JSON: (
        "{name} n'est plus du JSON à partir de la ligne {line}, colonne {column} : corrigez-le, ou déposez-le en .txt."
    ),
    FailureCode.BROKEN_XML: (
        "{name} est abîmé, son XML s'interrompt ou se brise à la ligne {line} : "
        "enregistrez-le à nouveau dans son programme d'origine, et déposez la nouvelle copie."
    ),
    FailureCode.DAMAGED: (
        "{name} est abîmé ({error} à la lecture) : ouvrez-le, enregistrez-le à nouveau, et déposez la nouvelle copie."
    ),
    FailureCode.DAMAGED_PDF: (
        "{name} est abîmé, on ne peut pas l'ouvrir : exportez-le à nouveau et déposez la nouvelle copie."
    ),
    FailureCode.DAMAGED_WHOLE_PDF: (
        "{name} a sa fin, mais il est abîmé : on ne peut pas l'ouvrir. "
        "Exportez-le à nouveau et déposez la nouvelle copie."
    ),
    FailureCode.DAMAGED_PAGES: (
        "{name} est abîmé, aucune de ses pages {first} à {last} ne peut être ouverte : "
        "exportez-le à nouveau et déposez-le."
    ),
    FailureCode.TOO_LARGE: "{name} fait {mb} Mo, plus que les {most} permis : divisez-le, ou augmentez MAX_FILE_MB.",
    FailureCode.TOO_SLOW: "{name} a demandé plus de {seconds} s de lecture : divisez-le, ou augmentez READ_SECONDS.",
    FailureCode.TOO_MUCH_MEMORY: (
        "{name} demande plus de {mb} Mo de mémoire à la lecture : divisez-le, ou augmentez READ_MEMORY_MB."
    ),
    FailureCode.TOO_MUCH_TEXT: (
        "{name} contient {mb:d} Mo de texte, plus de {most:d} : divisez-le, ou augmentez READ_MEMORY_MB à {needed:d}."
    ),
    FailureCode.TOO_DEEP: (
        "{name} a trop de niveaux imbriqués pour être lu : déposez une copie qui en a moins, ou son texte."
    ),
    FailureCode.TOO_MANY_PAGES: "{name} a {pages:,} pages, plus que les {most:,} permises : divisez-le.",
    FailureCode.TOO_MANY_PAGES_SAID: "{name} dit avoir {pages:,} pages, plus que les {most:,} permises : divisez-le.",
    FailureCode.TOO_MANY_PIXELS: "{name} a plus de {millions} millions de pixels : réduisez-le, ou divisez-le.",
    FailureCode.TOO_MANY_CELLS: (
        "{name} contient plus de {most:,} cellules : divisez-le, ou déposez-en ce qui compte."
    ),
    FailureCode.TOO_MANY_COLUMNS: (
        "{name} a {columns:,} colonnes, plus que les {most:,} permises : "
        "divisez-le, ou faites de ses lignes des colonnes."
    ),
    FailureCode.TOO_WIDE_A_SHEET: (
        "{name} a plus de {most:,} colonnes dans la feuille {sheet} : divisez-le, ou faites de ses lignes des colonnes."
    ),
    FailureCode.BOMB_OF_PARTS: "{name} contient {parts:,} parties, plus que les {most:,} permises" + _BOMB,
    FailureCode.BOMB: "{name} fait {mb:,} Mo une fois décompressé, plus que les {most:,} permis" + _BOMB,
    FailureCode.BOMB_OF_OVERLAPS: "{name} contient des parties qui se recouvrent" + _BOMB,
    FailureCode.BOMB_IN_A_PART: (
        "{name} contient une partie qui fait {times:,} fois sa taille une fois décompressée" + _BOMB
    ),
    FailureCode.TOO_MANY_MEMBERS: (
        "{name} contient plus que ce qui est lu (au plus {most:,} fichiers et {mb:,} Mo). Fichiers laissés de côté : "
        "{left:,}. Décompressez-le et déposez-les."
    ),
    FailureCode.MEMBERS_UNREAD: f"{_NO_MEMBER_READ} Le premier : {{first}}",
    FailureCode.NO_MEMBER_READ: _NO_MEMBER_READ,
    FailureCode.FORBIDDEN: (
        "{name} n'est pas accessible en lecture : donnez ce droit à l'utilisateur du service d'ingestion."
    ),
    FailureCode.UNSEEN: "{name} ne peut pas être examiné ({error}).",
    FailureCode.UNOPENED: "{name} ne peut pas être ouvert ({error}).",
    FailureCode.GONE: "{name} n'est plus là.",
    FailureCode.VANISHED: "{name} a disparu avant d'être lu.",
    FailureCode.CHANGED: "{name} a changé pendant sa lecture.",
    FailureCode.FAILED: (
        "{name} n'a pas pu être lu ({error}) : enregistrez-le à nouveau dans son programme d'origine."
    ),
    FailureCode.CRASHED: (
        "{name} a fait planter son lecteur : "
        "enregistrez-le à nouveau dans son programme d'origine, ou déposez-le en PDF."
    ),
    FailureCode.CRASHED_PDF: "{name} a fait planter son lecteur : exportez-le à nouveau, ou déposez sa source.",
    FailureCode.READER_KILLED: (
        "{name} a perdu son lecteur, arrêté par autre chose : une nouvelle tentative aura lieu ; "
        "voyez si la machine manque de mémoire."
    ),
    FailureCode.STARVED: (
        "{name} n'a pas été lu en {minutes:d} min, la machine est trop occupée : une nouvelle tentative aura lieu."
    ),
    FailureCode.NO_READER: "{name} attend : aucun lecteur n'a pu être lancé ({error}).",
    FailureCode.WAITS: "{name} attend : {why}",
    FailureCode.NO_SCHEDULER: (
        "l'ordonnanceur Dask {scheduler} est injoignable ({error}) : "
        "lancez-le, ou corrigez DASK_SCHEDULER et DASK_TLS_*."
    ),
    FailureCode.SCHEDULER_GONE: "l'ordonnanceur Dask {scheduler} n'est plus là : relancez-le.",
    FailureCode.NO_WORKER: "le cluster Dask {scheduler} n'a aucun worker : lancez-en un.",
    FailureCode.WORKER_FAILED: (
        "{name} attend : le worker du cluster a échoué ({error}) : installez-y cette version de Souffleur."
    ),
    FailureCode.WORKERS_DIED: (
        "{name} était en cours de lecture quand des workers du cluster sont morts ({deaths}) : "
        "consultez leurs journaux, puis déposez une copie plus simple, ou faites-le relire par /reindex."
    ),
    FailureCode.ANOTHER_THERE: (
        "{name} est un autre fichier pour les workers du cluster, ou a changé pendant sa lecture."
    ),
    FailureCode.NOT_MOUNTED: "{name} n'est pas vu par les workers du cluster : montez-y le dossier sous {folder}.",
    FailureCode.REFUSED: (
        "{name} a été lu, mais Qdrant le refuse ({error}) : consultez le journal de Qdrant ; "
        "une nouvelle tentative aura lieu."
    ),
    FailureCode.BY_WORDS: _BY_WORDS,
    FailureCode.LONGER: _LONGER,
    FailureCode.BY_WORDS_AND_LONGER: f"{_BY_WORDS} {_LONGER}",
    FailureCode.MODEL_REFUSES: (
        "Ollama a répondu {status} pour le modèle d'embedding {model} : consultez son journal."
    ),
    FailureCode.NO_DIRECTION: "Le modèle d'embedding {model} a donné un vecteur sans direction : redémarrez Ollama.",
    FailureCode.CLOSED: (
        ".souffleur.toml {why} : tant qu'il n'est pas corrigé, personne ne voit ce que contient ce dossier."
    ),
    FailureCode.RULE_UNOPENED: "ne peut pas être ouvert ({error})",
    FailureCode.RULE_NOT_TOML: "n'est pas du TOML ({error})",
    FailureCode.RULE_TOO_DEEP: "est imbriqué trop profondément",
    FailureCode.RULE_LONG_NUMBER: "contient un nombre qui a trop de chiffres",
    FailureCode.RULE_EMPTY: "ne dit rien",
    FailureCode.RULE_UNKNOWN: "dit « {key} », alors que seuls existent {known}",
    FailureCode.RULE_AUDIENCE: (
        'donne à « audience » autre chose que "everyone", "nobody", "#canal", "@personne" ou un identifiant'
    ),
    FailureCode.RULE_TITLE: "donne à « title » autre chose qu'un texte de {most} caractères au plus",
    FailureCode.RULE_LANGUAGE: 'donne à « language » autre chose que "fr", "en", "de", "es", "it", "pt" ou "nl"',
    FailureCode.RULE_KEEP_OUT: 'donne à « keep_out » autre chose que true ou une liste de motifs comme "*.bak"',
    FailureCode.RULE_NO_FILE: "n'est pas un fichier",
    FailureCode.RULE_TOO_LONG: "dépasse {most} octets",
    FailureCode.RULE_NOT_UTF8: "n'est pas en UTF-8",
    FailureCode.RULE_TOO_MANY: "est l'un de plus de {most} fichiers de règles sous ce dossier principal",
    FailureCode.RULE_PATTERNS: (
        "donne à « keep_out » plus de {most} motifs, ou un motif de plus de {length} caractères"
    ),
    FailureCode.RULE_MISNAMED: (
        "{name} ressemble à un fichier de règles, mais son nom n'est pas .souffleur.toml : tant qu'il n'est ni renommé "
        "ni retiré, personne ne voit ce que contient ce dossier."
    ),
    FailureCode.MORE_PROBLEMS: "{count} autres dossiers ont un problème avec leurs fichiers de règles.",
}
FRENCH_FAILURES = FailureTexts(
    {code: add_french_spaces(template) for code, template in _FRENCH.items()}, thousands="\N{NO-BREAK SPACE}"
)
