"""The German sentence of each failure code."""

from bot.slack.i18n.texts import FailureTexts
from knowledge.core.failure_codes import FailureCode

_BOMB = (
    ", wie es eine Zip-Bombe tut: Speichern Sie sie im eigenen Programm neu, in kleineren Teilen, falls sie wirklich "
    "so groß ist."
)
_NO_MEMBER_READ = "{name} enthält Dateien ({count:,}), von denen keine lesbar ist."
_BY_WORDS = "Nur nach Wörtern gefundene Textstellen: {refused}. {why}"
_LONGER = (
    "Textstellen, die länger sind, als {model} liest, gefunden nach Anfang und Wörtern: {shortened}. Wählen Sie ein "
    "EMBEDDING_MODEL, das mehr liest."
)

GERMAN_FAILURES = FailureTexts(
    {
        FailureCode.SENTENCE: "{sentence}",
        FailureCode.EMPTY: "{name} ist leer: Legen Sie die Datei wieder ab, wenn etwas darin steht.",
        FailureCode.MISNAMED: "{name} ist in Wahrheit {kind}: Benennen Sie die Datei in {better} um.",
        FailureCode.MISNAMED_TWIN: (
            "{name} ist in Wahrheit {kind}, und {better} gibt es schon: "
            "Löschen Sie diese Datei, wenn es dieselbe ist; geben Sie ihr sonst einen anderen Namen auf {suffix}."
        ),
        FailureCode.UNDER_PASSWORD: "{name} ist durch ein Passwort geschützt: Legen Sie eine Kopie ohne Passwort ab.",
        FailureCode.OFFICE_UNDER_PASSWORD: (
            "{name} ist durch ein Passwort geschützt: Speichern Sie eine Kopie ohne Passwort und legen Sie sie ab."
        ),
        FailureCode.COPY_PROTECTED: "{name} ist kopiergeschützt: Legen Sie eine Kopie ohne Schutz ab.",
        FailureCode.OLD_OFFICE: (
            "{name} hat ein altes Office-Format: Öffnen Sie die Datei und speichern Sie sie als {better}."
        ),
        FailureCode.OLD_OR_DAMAGED: (
            "{name} hat ein altes Office-Format oder ist beschädigt: Öffnen Sie die Datei und speichern Sie sie als "
            "{better}."
        ),
        FailureCode.OTHER_OFFICE: (
            "{name} kann nicht gelesen werden, {suffix}-Dateien werden nicht unterstützt: Speichern Sie die Datei als "
            "{better}."
        ),
        FailureCode.NEEDS_LIBREOFFICE: (
            "{name} lässt sich nur mit LibreOffice lesen: Installieren Sie {packages} (Debian), oder speichern Sie es "
            "als {better}."
        ),
        FailureCode.UNSUPPORTED: (
            "{name} kann nicht gelesen werden, {suffix}-Dateien werden nicht unterstützt: Speichern Sie die Datei in "
            "einem dieser Formate: {formats}."
        ),
        FailureCode.WITHOUT_SUFFIX: (
            "{name} kann nicht gelesen werden, Dateien ohne Endung werden nicht unterstützt: Speichern Sie die Datei "
            "in einem dieser Formate: {formats}."
        ),
        FailureCode.ARCHIVE: "{name} ist ein Archiv: Entpacken Sie es und legen Sie die Dateien darin ab.",
        FailureCode.ARCHIVE_OR_DAMAGED: (
            "{name} ist ein Archiv oder beschädigt, nicht {kind}: Legen Sie die Datei selbst vollständig ab."
        ),
        FailureCode.NOT_OF_ITS_KIND: (
            "{name} ist nicht {kind}, oder die Datei ist beschädigt: Öffnen, prüfen und speichern Sie sie neu."
        ),
        FailureCode.A_PDF: "ein PDF",
        FailureCode.A_WORD_DOCUMENT: "ein Word-Dokument",
        FailureCode.A_POWERPOINT_FILE: "eine PowerPoint-Datei",
        FailureCode.AN_EXCEL_FILE: "eine Excel-Datei",
        FailureCode.AN_OPENDOCUMENT_TEXT: "ein OpenDocument-Text",
        FailureCode.A_RICH_TEXT_FILE: "eine RTF-Datei",
        FailureCode.AN_EPUB_BOOK: "ein EPUB-Buch",
        FailureCode.AN_OUTLOOK_MESSAGE: "eine Outlook-Nachricht",
        FailureCode.A_PNG_PICTURE: "ein PNG-Bild",
        FailureCode.A_JPEG_PICTURE: "ein JPEG-Bild",
        FailureCode.A_TIFF_PICTURE: "ein TIFF-Bild",
        FailureCode.A_PICTURE: "ein Bild",
        FailureCode.AN_ARCHIVE: "ein Archiv",
        FailureCode.AN_OPENDOCUMENT_FILE: "eine OpenDocument-Datei",
        FailureCode.TEXT: "Text",
        FailureCode.NO_TEXT: "{name} enthält keinen Text: Legen Sie eine Kopie mit Text ab.",
        FailureCode.ONLY_HIDDEN_TEXT: (
            "{name} enthält keinen Text, den man sehen kann (verborgene Stellen: {places}): Machen Sie ihn sichtbar, "
            "oder legen Sie eine Kopie ab."
        ),
        FailureCode.PICTURE: "{name} ist ein Bild: Installieren Sie {packages} (Debian), oder legen Sie den Text ab.",
        FailureCode.PICTURE_WITHOUT_TEXT: (
            "{name} ist ein Bild, in dem tesseract keinen Text gefunden hat: Scannen Sie es schärfer neu, oder legen "
            "Sie den Text ab."
        ),
        FailureCode.SCAN: (
            "{name} ist ein Scan ohne Text: Installieren Sie {packages} (Debian), oder legen Sie eine durchsuchbare "
            "Kopie ab."
        ),
        FailureCode.SCAN_WITHOUT_TEXT: (
            "{name} ist ein Scan, in dem tesseract keinen Text gefunden hat: Scannen Sie schärfer neu, oder legen Sie "
            "eine durchsuchbare Kopie ab."
        ),
        FailureCode.TESSERACT_FAILED: (
            "{name} hat tesseract auf Seite {page} scheitern lassen: Speichern Sie die Datei neu, oder legen Sie den "
            "Text ab."
        ),
        FailureCode.ENDLESS_WORD: (
            "{name} enthält ein Wort von {characters:,} Zeichen, das sind eher Daten als Text: Legen Sie in Worten ab, "
            "was sie sagen."
        ),
        FailureCode.ENTITIES: (
            "{name} definiert XML-Entitäten, die sich aufblähen oder andere Dateien holen können: Legen Sie eine Kopie "
            "ohne sie ab."
        ),
        FailureCode.OFFICE_ENTITIES: (
            "{name} definiert XML-Entitäten, was kein Office-Programm tut und ein Angriff täte: Öffnen Sie die Datei "
            "und speichern Sie sie im eigenen Programm neu."
        ),
        FailureCode.NOT_JSON: (
            "{name} ist ab Zeile {line}, Spalte {column} kein JSON mehr: Berichtigen Sie die Datei, oder legen Sie sie "
            "als .txt ab."
        ),
        FailureCode.BROKEN_XML: (
            "{name} ist beschädigt, das XML bricht ab oder ist in Zeile {line} falsch: Speichern Sie die Datei im "
            "eigenen Programm neu, und legen Sie die neue Kopie ab."
        ),
        FailureCode.DAMAGED: (
            "{name} ist beschädigt ({error} beim Lesen): Öffnen Sie die Datei, speichern Sie sie neu, und legen Sie "
            "die neue Kopie ab."
        ),
        FailureCode.DAMAGED_PDF: (
            "{name} ist beschädigt, die Datei lässt sich nicht öffnen: Exportieren Sie sie neu, und legen Sie die "
            "neue Kopie ab."
        ),
        FailureCode.DAMAGED_WHOLE_PDF: (
            "{name} hat sein Ende, ist aber beschädigt: die Datei lässt sich nicht öffnen. "
            "Exportieren Sie sie neu, und legen Sie die neue Kopie ab."
        ),
        FailureCode.DAMAGED_PAGES: (
            "{name} ist beschädigt, keine der Seiten {first} bis {last} lässt sich öffnen: Exportieren Sie die Datei "
            "neu, und legen Sie sie ab."
        ),
        FailureCode.TOO_LARGE: (
            "{name} hat {mb} MB, mehr als {most}: Teilen Sie die Datei, oder erhöhen Sie MAX_FILE_MB."
        ),
        FailureCode.TOO_SLOW: (
            "{name} brauchte länger als {seconds} s zum Lesen: Teilen Sie die Datei, oder erhöhen Sie READ_SECONDS."
        ),
        FailureCode.TOO_MUCH_MEMORY: (
            "{name} braucht zum Lesen mehr als {mb} MB: Teilen Sie die Datei, oder erhöhen Sie READ_MEMORY_MB."
        ),
        FailureCode.TOO_MUCH_TEXT: (
            "{name} enthält {mb:d} MB Text, mehr als {most:d}: Teilen Sie die Datei, oder erhöhen Sie READ_MEMORY_MB "
            "auf {needed:d}."
        ),
        FailureCode.TOO_DEEP: "{name} ist zu tief verschachtelt: Legen Sie eine flachere Kopie ab, oder den Text.",
        FailureCode.TOO_MANY_PAGES: "{name} hat {pages:,} Seiten, mehr als {most:,}: Teilen Sie die Datei.",
        FailureCode.TOO_MANY_PAGES_SAID: "{name} gibt {pages:,} Seiten an, mehr als {most:,}: Teilen Sie die Datei.",
        FailureCode.TOO_MANY_PIXELS: (
            "{name} hat mehr als {millions} Millionen Pixel: Verkleinern oder teilen Sie die Datei."
        ),
        FailureCode.TOO_MANY_CELLS: (
            "{name} enthält mehr als {most:,} Zellen: Teilen Sie die Datei, oder legen Sie das Wichtige davon ab."
        ),
        FailureCode.TOO_MANY_COLUMNS: (
            "{name} hat {columns:,} Spalten, mehr als {most:,}: Teilen Sie die Datei, oder machen Sie aus Zeilen "
            "Spalten."
        ),
        FailureCode.TOO_WIDE_A_SHEET: (
            "{name} hat mehr als {most:,} Spalten im Blatt {sheet}: Teilen Sie die Datei, oder machen Sie aus Zeilen "
            "Spalten."
        ),
        FailureCode.BOMB_OF_PARTS: "{name} enthält {parts:,} Teile, mehr als {most:,}" + _BOMB,
        FailureCode.BOMB: "{name} hat entpackt {mb:,} MB, mehr als {most:,}" + _BOMB,
        FailureCode.BOMB_OF_OVERLAPS: "{name} enthält Teile, die übereinander liegen" + _BOMB,
        FailureCode.BOMB_IN_A_PART: "{name} enthält einen Teil, der entpackt {times:,}-mal so groß ist" + _BOMB,
        FailureCode.TOO_MANY_MEMBERS: (
            "{name} enthält mehr, als gelesen wird (höchstens {most:,} Dateien und {mb:,} MB). Ausgelassene Dateien: "
            "{left:,}. Entpacken Sie es und legen Sie sie ab."
        ),
        FailureCode.MEMBERS_UNREAD: f"{_NO_MEMBER_READ} Die erste: {{first}}",
        FailureCode.NO_MEMBER_READ: _NO_MEMBER_READ,
        FailureCode.FORBIDDEN: (
            "{name} darf nicht gelesen werden: Geben Sie dem Benutzer des Einlesedienstes das Leserecht."
        ),
        FailureCode.UNSEEN: "{name} kann nicht angesehen werden ({error}).",
        FailureCode.UNOPENED: "{name} kann nicht geöffnet werden ({error}).",
        FailureCode.GONE: "{name} ist nicht mehr da.",
        FailureCode.VANISHED: "{name} verschwand, bevor die Datei gelesen war.",
        FailureCode.CHANGED: "{name} hat sich beim Lesen geändert.",
        FailureCode.FAILED: (
            "{name} konnte nicht gelesen werden ({error}): Speichern Sie die Datei im eigenen Programm neu."
        ),
        FailureCode.CRASHED: (
            "{name} hat das Leseprogramm abstürzen lassen: Speichern Sie die Datei im eigenen Programm neu, oder legen "
            "Sie sie als PDF ab."
        ),
        FailureCode.CRASHED_PDF: (
            "{name} hat das Leseprogramm abstürzen lassen: Exportieren Sie die Datei neu, oder legen Sie die Quelle ab."
        ),
        FailureCode.READER_KILLED: (
            "{name} verlor das Leseprogramm, das etwas anderes beendet hat: Es wird noch einmal versucht; prüfen Sie, "
            "ob dem Rechner Speicher fehlt."
        ),
        FailureCode.STARVED: (
            "{name} wurde in {minutes:d} min nicht gelesen, der Rechner ist überlastet: Es wird noch einmal versucht."
        ),
        FailureCode.NO_READER: "{name} wartet: Kein Leseprogramm ließ sich starten ({error}).",
        FailureCode.WAITS: "{name} wartet: {why}",
        FailureCode.NO_SCHEDULER: (
            "der Dask-Scheduler {scheduler} ist nicht erreichbar ({error}): Starten Sie ihn, oder berichtigen Sie "
            "DASK_SCHEDULER und DASK_TLS_*."
        ),
        FailureCode.SCHEDULER_GONE: "der Dask-Scheduler {scheduler} ist weg: Starten Sie ihn wieder.",
        FailureCode.NO_WORKER: "der Dask-Cluster {scheduler} hat keinen Worker: Starten Sie einen.",
        FailureCode.WORKER_FAILED: (
            "{name} wartet: Der Worker des Clusters ist gescheitert ({error}): Installieren Sie dort diese Version von "
            "Souffleur."
        ),
        FailureCode.WORKERS_DIED: (
            "{name} wurde gelesen, als Worker des Clusters starben ({deaths}): Sehen Sie in deren Protokolle, und "
            "legen Sie dann eine einfachere Kopie ab, oder lassen Sie die Datei mit /reindex neu lesen."
        ),
        FailureCode.ANOTHER_THERE: (
            "{name} ist auf den Workern des Clusters eine andere Datei, oder sie hat sich beim Lesen geändert."
        ),
        FailureCode.NOT_MOUNTED: (
            "{name} wird von den Workern des Clusters nicht gesehen: Hängen Sie den Ordner dort unter {folder} ein."
        ),
        FailureCode.REFUSED: (
            "{name} wurde gelesen, aber Qdrant lehnt die Datei ab ({error}): Sehen Sie in Qdrants Protokoll; es wird "
            "noch einmal versucht."
        ),
        FailureCode.BY_WORDS: _BY_WORDS,
        FailureCode.LONGER: _LONGER,
        FailureCode.BY_WORDS_AND_LONGER: f"{_BY_WORDS} {_LONGER}",
        FailureCode.MODEL_REFUSES: (
            "Ollama antwortete {status} für das Embedding-Modell {model}: Sehen Sie in sein Protokoll."
        ),
        FailureCode.NO_DIRECTION: (
            "Das Embedding-Modell {model} gab einen Vektor ohne Richtung: Starten Sie Ollama neu."
        ),
        FailureCode.CLOSED: ".souffleur.toml {why}: Bis das berichtigt ist, sieht niemand, was in diesem Ordner liegt.",
        FailureCode.RULE_UNOPENED: "kann nicht geöffnet werden ({error})",
        FailureCode.RULE_NOT_TOML: "ist kein TOML ({error})",
        FailureCode.RULE_TOO_DEEP: "ist zu tief verschachtelt",
        FailureCode.RULE_LONG_NUMBER: "enthält eine Zahl mit zu vielen Ziffern",
        FailureCode.RULE_EMPTY: "sagt nichts",
        FailureCode.RULE_UNKNOWN: "sagt „{key}“, erlaubt sind nur {known}",
        FailureCode.RULE_AUDIENCE: (
            'hat als "audience" etwas anderes als "everyone", "nobody", "#kanal", "@person" oder eine ID'
        ),
        FailureCode.RULE_TITLE: 'hat als "title" keinen Text von höchstens {most} Zeichen',
        FailureCode.RULE_LANGUAGE: 'hat als "language" etwas anderes als "fr", "en", "de", "es", "it", "pt", "nl"',
        FailureCode.RULE_KEEP_OUT: 'hat als "keep_out" weder true noch eine Liste von Mustern wie "*.bak"',
        FailureCode.RULE_NO_FILE: "ist keine Datei",
        FailureCode.RULE_TOO_LONG: "ist länger als {most:,} Bytes",
        FailureCode.RULE_NOT_UTF8: "ist nicht UTF-8",
        FailureCode.RULE_TOO_MANY: "ist eine von mehr als {most:,} Regeldateien unter diesem obersten Ordner",
        FailureCode.RULE_PATTERNS: (
            'hat als "keep_out" mehr als {most} Muster, oder ein Muster von mehr als {length} Zeichen'
        ),
        FailureCode.RULE_MISNAMED: (
            "{name} sieht aus wie eine Regeldatei, heißt aber nicht .souffleur.toml: Bis sie umbenannt oder entfernt "
            "ist, sieht niemand, was in diesem Ordner liegt."
        ),
        FailureCode.MORE_PROBLEMS: "Weitere Ordner mit Problemen in ihren Regeldateien: {count:,}.",
    },
    thousands=".",
)
