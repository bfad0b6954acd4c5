"""The Spanish sentence of each failure code."""

from bot.slack.i18n.texts import FailureTexts
from knowledge.core.failure_codes import FailureCode

_BOMB = (
    ", como hace una bomba zip: guárdalo de nuevo con su propio programa, en partes más pequeñas si de verdad es tan "
    "grande."
)
_NO_MEMBER_READ = "{name} contiene archivos ({count:,}), ninguno de los cuales se puede leer."
_BY_WORDS = "Pasajes que se encuentran solo por palabras: {refused}. {why}"
_LONGER = (
    "Pasajes más largos de lo que lee {model}, que se encuentran por su principio y sus palabras: {shortened}. Elige "
    "un EMBEDDING_MODEL que lea más."
)

SPANISH_FAILURES = FailureTexts(
    {
        FailureCode.SENTENCE: "{sentence}",
        FailureCode.EMPTY: "{name} está vacío: ponlo de nuevo cuando contenga algo.",
        FailureCode.MISNAMED: "{name} es en realidad {kind}: cámbiale el nombre a {better}.",
        FailureCode.MISNAMED_TWIN: (
            "{name} es en realidad {kind}, y {better} ya existe: "
            "borra este archivo si es el mismo; si no, dale otro nombre que termine en {suffix}."
        ),
        FailureCode.UNDER_PASSWORD: "{name} está protegido con contraseña: pon una copia sin ella.",
        FailureCode.OFFICE_UNDER_PASSWORD: "{name} está protegido con contraseña: guarda una copia sin ella y ponla.",
        FailureCode.COPY_PROTECTED: "{name} está protegido contra copia: pon una copia que no lo esté.",
        FailureCode.OLD_OFFICE: "{name} está en un formato antiguo de Office: ábrelo y guárdalo como {better}.",
        FailureCode.OLD_OR_DAMAGED: (
            "{name} está en un formato antiguo de Office, o dañado: ábrelo y guárdalo como {better}."
        ),
        FailureCode.OTHER_OFFICE: (
            "{name} no se puede leer, los archivos {suffix} no se admiten: guárdalo como {better}."
        ),
        FailureCode.NEEDS_LIBREOFFICE: (
            "{name} solo se lee con LibreOffice: instala {packages} (Debian), o guárdalo como {better}."
        ),
        FailureCode.UNSUPPORTED: (
            "{name} no se puede leer, los archivos {suffix} no se admiten: guárdalo en uno de estos formatos: "
            "{formats}."
        ),
        FailureCode.WITHOUT_SUFFIX: (
            "{name} no se puede leer, los archivos sin extensión no se admiten: guárdalo en uno de estos formatos: "
            "{formats}."
        ),
        FailureCode.ARCHIVE: "{name} es un archivo comprimido: descomprímelo y pon los archivos que contiene.",
        FailureCode.ARCHIVE_OR_DAMAGED: (
            "{name} es un archivo comprimido o está dañado, y no es {kind}: pon el archivo mismo, entero."
        ),
        FailureCode.NOT_OF_ITS_KIND: "{name} no es {kind}, o está dañado: ábrelo, compruébalo y guárdalo de nuevo.",
        FailureCode.A_PDF: "un PDF",
        FailureCode.A_WORD_DOCUMENT: "un documento de Word",
        FailureCode.A_POWERPOINT_FILE: "un archivo de PowerPoint",
        FailureCode.AN_EXCEL_FILE: "un archivo de Excel",
        FailureCode.AN_OPENDOCUMENT_TEXT: "un texto OpenDocument",
        FailureCode.A_RICH_TEXT_FILE: "un archivo RTF",
        FailureCode.AN_EPUB_BOOK: "un libro EPUB",
        FailureCode.AN_OUTLOOK_MESSAGE: "un mensaje de Outlook",
        FailureCode.A_PNG_PICTURE: "una imagen PNG",
        FailureCode.A_JPEG_PICTURE: "una imagen JPEG",
        FailureCode.A_TIFF_PICTURE: "una imagen TIFF",
        FailureCode.A_PICTURE: "una imagen",
        FailureCode.AN_ARCHIVE: "un archivo comprimido",
        FailureCode.AN_OPENDOCUMENT_FILE: "un archivo OpenDocument",
        FailureCode.TEXT: "texto",
        FailureCode.NO_TEXT: "{name} no contiene texto: pon una copia que lo tenga.",
        FailureCode.ONLY_HIDDEN_TEXT: (
            "{name} no contiene texto que se pueda ver (lugares ocultos: {places}): hazlo visible, o pon una copia."
        ),
        FailureCode.PICTURE: "{name} es una imagen: instala {packages} (Debian), o pon su texto.",
        FailureCode.PICTURE_WITHOUT_TEXT: (
            "{name} es una imagen en la que tesseract no ha encontrado texto: escanéala de nuevo, más nítida, o pon su "
            "texto."
        ),
        FailureCode.SCAN: (
            "{name} es un escaneo sin texto: instala {packages} (Debian), o pon una copia en la que se pueda buscar."
        ),
        FailureCode.SCAN_WITHOUT_TEXT: (
            "{name} es un escaneo en el que tesseract no ha encontrado texto: escanéalo de nuevo, más nítido, o pon "
            "una copia en la que se pueda buscar."
        ),
        FailureCode.TESSERACT_FAILED: (
            "{name} ha hecho fallar a tesseract en la página {page}: guárdalo de nuevo, o pon su texto."
        ),
        FailureCode.ENDLESS_WORD: (
            "{name} contiene una palabra de {characters:,} caracteres, son datos más que texto: pon con palabras lo "
            "que dice."
        ),
        FailureCode.ENTITIES: (
            "{name} define entidades XML, que pueden crecer sin fin o alcanzar otros archivos: pon una copia sin ellas."
        ),
        FailureCode.OFFICE_ENTITIES: (
            "{name} define entidades XML, algo que no hace ningún programa de oficina y sí un ataque: ábrelo y "
            "guárdalo de nuevo con su propio programa."
        ),
        FailureCode.NOT_JSON: (
            "{name} deja de ser JSON en la línea {line}, columna {column}: corrígelo, o ponlo como .txt."
        ),
        FailureCode.BROKEN_XML: (
            "{name} está dañado, su XML se corta o falla en la línea {line}: guárdalo de nuevo con su propio programa "
            "y pon la nueva copia."
        ),
        FailureCode.DAMAGED: "{name} está dañado ({error} al leerlo): ábrelo, guárdalo de nuevo y pon la nueva copia.",
        FailureCode.DAMAGED_PDF: ("{name} está dañado, no se puede abrir: expórtalo de nuevo y pon la nueva copia."),
        FailureCode.DAMAGED_WHOLE_PDF: (
            "{name} tiene su final, pero está dañado: no se puede abrir. Expórtalo de nuevo y pon la nueva copia."
        ),
        FailureCode.DAMAGED_PAGES: (
            "{name} está dañado, ninguna de sus páginas {first} a {last} se puede abrir: expórtalo de nuevo y ponlo."
        ),
        FailureCode.TOO_LARGE: "{name} ocupa {mb} MB, más de {most}: divídelo, o aumenta MAX_FILE_MB.",
        FailureCode.TOO_SLOW: "{name} tardó más de {seconds} s en leerse: divídelo, o aumenta READ_SECONDS.",
        FailureCode.TOO_MUCH_MEMORY: "{name} necesita más de {mb} MB para leerse: divídelo, o aumenta READ_MEMORY_MB.",
        FailureCode.TOO_MUCH_TEXT: (
            "{name} contiene {mb:d} MB de texto, más de {most:d}: divídelo, o aumenta READ_MEMORY_MB a {needed:d}."
        ),
        FailureCode.TOO_DEEP: "{name} tiene demasiados niveles anidados: pon una copia más sencilla, o su texto.",
        FailureCode.TOO_MANY_PAGES: "{name} tiene {pages:,} páginas, más de {most:,}: divídelo.",
        FailureCode.TOO_MANY_PAGES_SAID: "{name} dice tener {pages:,} páginas, más de {most:,}: divídelo.",
        FailureCode.TOO_MANY_PIXELS: "{name} tiene más de {millions} millones de píxeles: redúcelo, o divídelo.",
        FailureCode.TOO_MANY_CELLS: "{name} contiene más de {most:,} celdas: divídelo, o pon lo que importa.",
        FailureCode.TOO_MANY_COLUMNS: (
            "{name} tiene {columns:,} columnas, más de {most:,}: divídelo, o convierte sus filas en columnas."
        ),
        FailureCode.TOO_WIDE_A_SHEET: (
            "{name} tiene más de {most:,} columnas en la hoja {sheet}: divídelo, o convierte sus filas en columnas."
        ),
        FailureCode.BOMB_OF_PARTS: "{name} contiene {parts:,} partes, más de {most:,}" + _BOMB,
        FailureCode.BOMB: "{name} ocupa descomprimido {mb:,} MB, más de {most:,}" + _BOMB,
        FailureCode.BOMB_OF_OVERLAPS: "{name} contiene partes que se superponen" + _BOMB,
        FailureCode.BOMB_IN_A_PART: "{name} contiene una parte que descomprimida es {times:,} veces mayor" + _BOMB,
        FailureCode.TOO_MANY_MEMBERS: (
            "{name} contiene más de lo que se lee (como máximo {most:,} archivos y {mb:,} MB). Archivos omitidos: "
            "{left:,}. Descomprímelo y déjalos."
        ),
        FailureCode.MEMBERS_UNREAD: f"{_NO_MEMBER_READ} El primero: {{first}}",
        FailureCode.NO_MEMBER_READ: _NO_MEMBER_READ,
        FailureCode.FORBIDDEN: "{name} no se puede leer: da permiso de lectura al usuario del servicio de lectura.",
        FailureCode.UNSEEN: "{name} no se puede examinar ({error}).",
        FailureCode.UNOPENED: "{name} no se puede abrir ({error}).",
        FailureCode.GONE: "{name} ya no está.",
        FailureCode.VANISHED: "{name} desapareció antes de leerse.",
        FailureCode.CHANGED: "{name} cambió mientras se leía.",
        FailureCode.FAILED: "{name} no se ha podido leer ({error}): guárdalo de nuevo con su propio programa.",
        FailureCode.CRASHED: (
            "{name} ha bloqueado su lector: guárdalo de nuevo con su propio programa, o ponlo como PDF."
        ),
        FailureCode.CRASHED_PDF: "{name} ha bloqueado su lector: expórtalo de nuevo, o pon su fuente.",
        FailureCode.READER_KILLED: (
            "{name} perdió su lector, que otra cosa detuvo: se intentará de nuevo; mira si a la máquina le falta "
            "memoria."
        ),
        FailureCode.STARVED: (
            "{name} no se leyó en {minutes:d} min, la máquina está demasiado ocupada: se intentará de nuevo."
        ),
        FailureCode.NO_READER: "{name} espera: no se ha podido iniciar ningún lector ({error}).",
        FailureCode.WAITS: "{name} espera: {why}",
        FailureCode.NO_SCHEDULER: (
            "no se puede acceder al planificador de Dask {scheduler} ({error}): inícialo, o corrige DASK_SCHEDULER y "
            "DASK_TLS_*."
        ),
        FailureCode.SCHEDULER_GONE: "el planificador de Dask {scheduler} ya no está: inícialo de nuevo.",
        FailureCode.NO_WORKER: "el clúster de Dask {scheduler} no tiene ningún worker: inicia uno.",
        FailureCode.WORKER_FAILED: (
            "{name} espera: el worker del clúster ha fallado ({error}): instala en él esta versión de Souffleur."
        ),
        FailureCode.WORKERS_DIED: (
            "{name} se estaba leyendo cuando murieron workers del clúster ({deaths}): mira sus registros y pon una "
            "copia más sencilla, o haz que se lea de nuevo con /reindex."
        ),
        FailureCode.ANOTHER_THERE: "{name} es otro archivo en los workers del clúster, o cambió mientras se leía.",
        FailureCode.NOT_MOUNTED: "{name} no lo ven los workers del clúster: monta allí la carpeta en {folder}.",
        FailureCode.REFUSED: (
            "{name} se ha leído, pero Qdrant lo rechaza ({error}): mira el registro de Qdrant; se intentará de nuevo."
        ),
        FailureCode.BY_WORDS: _BY_WORDS,
        FailureCode.LONGER: _LONGER,
        FailureCode.BY_WORDS_AND_LONGER: f"{_BY_WORDS} {_LONGER}",
        FailureCode.MODEL_REFUSES: (
            "Ollama ha respondido {status} para el modelo de embedding {model}: mira su registro."
        ),
        FailureCode.NO_DIRECTION: "El modelo de embedding {model} ha dado un vector sin dirección: reinicia Ollama.",
        FailureCode.CLOSED: ".souffleur.toml {why}: hasta que se corrija, nadie ve lo que hay en esta carpeta.",
        FailureCode.RULE_UNOPENED: "no se puede abrir ({error})",
        FailureCode.RULE_NOT_TOML: "no es TOML ({error})",
        FailureCode.RULE_TOO_DEEP: "tiene demasiados niveles anidados",
        FailureCode.RULE_LONG_NUMBER: "contiene un número con demasiadas cifras",
        FailureCode.RULE_EMPTY: "no dice nada",
        FailureCode.RULE_UNKNOWN: "dice «{key}», y solo existen {known}",
        FailureCode.RULE_AUDIENCE: (
            'da a "audience" algo que no es "everyone", "nobody", "#canal", "@persona" ni un identificador'
        ),
        FailureCode.RULE_TITLE: 'da a "title" algo que no es un texto de {most} caracteres como máximo',
        FailureCode.RULE_LANGUAGE: 'da a "language" algo que no es "fr", "en", "de", "es", "it", "pt" ni "nl"',
        FailureCode.RULE_KEEP_OUT: 'da a "keep_out" algo que no es true ni una lista de patrones como "*.bak"',
        FailureCode.RULE_NO_FILE: "no es un archivo",
        FailureCode.RULE_TOO_LONG: "ocupa más de {most:,} bytes",
        FailureCode.RULE_NOT_UTF8: "no está en UTF-8",
        FailureCode.RULE_TOO_MANY: "es uno de más de {most:,} archivos de reglas bajo esta carpeta principal",
        FailureCode.RULE_PATTERNS: 'da a "keep_out" más de {most} patrones, o un patrón de más de {length} caracteres',
        FailureCode.RULE_MISNAMED: (
            "{name} parece un archivo de reglas, y su nombre no es .souffleur.toml: hasta que se renombre o se quite, "
            "nadie ve lo que hay en esta carpeta."
        ),
        FailureCode.MORE_PROBLEMS: "Otras carpetas con problemas en sus archivos de reglas: {count:,}.",
    },
    thousands=".",
)
