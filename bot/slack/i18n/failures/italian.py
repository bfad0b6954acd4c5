"""The Italian sentence of each failure code."""

from bot.slack.i18n.texts import FailureTexts
from knowledge.core.failure_codes import FailureCode

_BOMB = ", come fa una bomba zip: salvalo di nuovo con il suo programma, in parti più piccole se è davvero così grande."
_NO_MEMBER_READ = "{name} contiene file ({count:,}), nessuno dei quali è leggibile."
_BY_WORDS = "Passaggi trovati solo per parole: {refused}. {why}"
_LONGER = (
    "Passaggi più lunghi di quanto legge {model}, trovati per il loro inizio e le loro parole: {shortened}. Scegli un "
    "EMBEDDING_MODEL che legga di più."
)

ITALIAN_FAILURES = FailureTexts(
    {
        FailureCode.SENTENCE: "{sentence}",
        FailureCode.EMPTY: "{name} è vuoto: mettilo di nuovo quando contiene qualcosa.",
        FailureCode.MISNAMED: "{name} è in realtà {kind}: rinominalo in {better}.",
        FailureCode.MISNAMED_TWIN: (
            "{name} è in realtà {kind}, e {better} esiste già: "
            "elimina questo file se è lo stesso, altrimenti dagli un altro nome che finisca in {suffix}."
        ),
        FailureCode.UNDER_PASSWORD: "{name} è protetto da password: metti una copia senza password.",
        FailureCode.OFFICE_UNDER_PASSWORD: "{name} è protetto da password: salva una copia senza password e mettila.",
        FailureCode.COPY_PROTECTED: "{name} è protetto dalla copia: metti una copia che non lo sia.",
        FailureCode.OLD_OFFICE: "{name} è in un vecchio formato di Office: aprilo e salvalo come {better}.",
        FailureCode.OLD_OR_DAMAGED: (
            "{name} è in un vecchio formato di Office, o danneggiato: aprilo e salvalo come {better}."
        ),
        FailureCode.OTHER_OFFICE: (
            "{name} non può essere letto, i file {suffix} non sono supportati: salvalo come {better}."
        ),
        FailureCode.NEEDS_LIBREOFFICE: (
            "{name} si legge solo con LibreOffice: installa {packages} (Debian), o salvalo come {better}."
        ),
        FailureCode.UNSUPPORTED: (
            "{name} non può essere letto, i file {suffix} non sono supportati: salvalo in uno di questi formati: "
            "{formats}."
        ),
        FailureCode.WITHOUT_SUFFIX: (
            "{name} non può essere letto, i file senza estensione non sono supportati: salvalo in uno di questi "
            "formati: {formats}."
        ),
        FailureCode.ARCHIVE: "{name} è un archivio: estrailo e metti i file che contiene.",
        FailureCode.ARCHIVE_OR_DAMAGED: (
            "{name} è un archivio o un file danneggiato, e non {kind}: metti il file stesso, intero."
        ),
        FailureCode.NOT_OF_ITS_KIND: (
            "{name} non è {kind}, oppure è danneggiato: aprilo, controllalo e salvalo di nuovo."
        ),
        FailureCode.A_PDF: "un PDF",
        FailureCode.A_WORD_DOCUMENT: "un documento Word",
        FailureCode.A_POWERPOINT_FILE: "un file PowerPoint",
        FailureCode.AN_EXCEL_FILE: "un file Excel",
        FailureCode.AN_OPENDOCUMENT_TEXT: "un testo OpenDocument",
        FailureCode.A_RICH_TEXT_FILE: "un file RTF",
        FailureCode.AN_EPUB_BOOK: "un libro EPUB",
        FailureCode.AN_OUTLOOK_MESSAGE: "un messaggio Outlook",
        FailureCode.A_PNG_PICTURE: "un'immagine PNG",
        FailureCode.A_JPEG_PICTURE: "un'immagine JPEG",
        FailureCode.A_TIFF_PICTURE: "un'immagine TIFF",
        FailureCode.A_PICTURE: "un'immagine",
        FailureCode.AN_ARCHIVE: "un archivio",
        FailureCode.AN_OPENDOCUMENT_FILE: "un file OpenDocument",
        FailureCode.TEXT: "testo",
        FailureCode.NO_TEXT: "{name} non contiene testo: metti una copia che ne contenga.",
        FailureCode.ONLY_HIDDEN_TEXT: (
            "{name} non contiene testo che si possa vedere (punti nascosti: {places}): rendilo visibile, o metti una "
            "copia."
        ),
        FailureCode.PICTURE: "{name} è un'immagine: installa {packages} (Debian), o metti il suo testo.",
        FailureCode.PICTURE_WITHOUT_TEXT: (
            "{name} è un'immagine in cui tesseract non ha trovato testo: scansionala di nuovo, più nitida, o metti il "
            "suo testo."
        ),
        FailureCode.SCAN: (
            "{name} è una scansione senza testo: installa {packages} (Debian), o metti una copia in cui si possa "
            "cercare."
        ),
        FailureCode.SCAN_WITHOUT_TEXT: (
            "{name} è una scansione in cui tesseract non ha trovato testo: scansiona di nuovo, più nitido, o metti una "
            "copia in cui si possa cercare."
        ),
        FailureCode.TESSERACT_FAILED: (
            "{name} ha fatto fallire tesseract a pagina {page}: salvalo di nuovo, o metti il suo testo."
        ),
        FailureCode.ENDLESS_WORD: (
            "{name} contiene una parola di {characters:,} caratteri, sono dati più che testo: metti a parole ciò che "
            "dice."
        ),
        FailureCode.ENTITIES: (
            "{name} definisce entità XML, che possono gonfiarsi o raggiungere altri file: metti una copia che non ne "
            "abbia."
        ),
        FailureCode.OFFICE_ENTITIES: (
            "{name} definisce entità XML, cosa che nessun programma d'ufficio fa e un attacco farebbe: aprilo e "
            "salvalo di nuovo con il suo programma."
        ),
        FailureCode.NOT_JSON: (
            "{name} non è più JSON dalla riga {line}, colonna {column}: correggilo, o mettilo come .txt."
        ),
        FailureCode.BROKEN_XML: (
            "{name} è danneggiato, il suo XML si interrompe o è sbagliato alla riga {line}: salvalo di nuovo con il "
            "suo programma e metti la nuova copia."
        ),
        FailureCode.DAMAGED: (
            "{name} è danneggiato ({error} durante la lettura): aprilo, salvalo di nuovo e metti la nuova copia."
        ),
        FailureCode.DAMAGED_PDF: (
            "{name} è danneggiato, non si può aprire: esportalo di nuovo e metti la nuova copia."
        ),
        FailureCode.DAMAGED_WHOLE_PDF: (
            "{name} ha la sua fine, ma è danneggiato: non si può aprire. Esportalo di nuovo e metti la nuova copia."
        ),
        FailureCode.DAMAGED_PAGES: (
            "{name} è danneggiato, nessuna delle pagine da {first} a {last} si può aprire: esportalo di nuovo e "
            "mettilo."
        ),
        FailureCode.TOO_LARGE: "{name} ha {mb} MB, più di {most}: dividilo, o aumenta MAX_FILE_MB.",
        FailureCode.TOO_SLOW: "{name} ha richiesto più di {seconds} s di lettura: dividilo, o aumenta READ_SECONDS.",
        FailureCode.TOO_MUCH_MEMORY: (
            "{name} richiede più di {mb} MB per essere letto: dividilo, o aumenta READ_MEMORY_MB."
        ),
        FailureCode.TOO_MUCH_TEXT: (
            "{name} contiene {mb:d} MB di testo, più di {most:d}: dividilo, o aumenta READ_MEMORY_MB a {needed:d}."
        ),
        FailureCode.TOO_DEEP: "{name} ha troppi livelli annidati: metti una copia più semplice, o il suo testo.",
        FailureCode.TOO_MANY_PAGES: "{name} ha {pages:,} pagine, più di {most:,}: dividilo.",
        FailureCode.TOO_MANY_PAGES_SAID: "{name} dice di avere {pages:,} pagine, più di {most:,}: dividilo.",
        FailureCode.TOO_MANY_PIXELS: "{name} ha più di {millions} milioni di pixel: riducilo, o dividilo.",
        FailureCode.TOO_MANY_CELLS: "{name} contiene più di {most:,} celle: dividilo, o metti ciò che conta.",
        FailureCode.TOO_MANY_COLUMNS: (
            "{name} ha {columns:,} colonne, più di {most:,}: dividilo, o trasforma le righe in colonne."
        ),
        FailureCode.TOO_WIDE_A_SHEET: (
            "{name} ha più di {most:,} colonne nel foglio {sheet}: dividilo, o trasforma le righe in colonne."
        ),
        FailureCode.BOMB_OF_PARTS: "{name} contiene {parts:,} parti, più di {most:,}" + _BOMB,
        FailureCode.BOMB: "{name} estratto occupa {mb:,} MB, più di {most:,}" + _BOMB,
        FailureCode.BOMB_OF_OVERLAPS: "{name} contiene parti che si sovrappongono" + _BOMB,
        FailureCode.BOMB_IN_A_PART: "{name} contiene una parte che estratta è {times:,} volte più grande" + _BOMB,
        FailureCode.TOO_MANY_MEMBERS: (
            "{name} contiene più di quanto viene letto (al massimo {most:,} file e {mb:,} MB). File tralasciati: "
            "{left:,}. Estraili e depositali."
        ),
        FailureCode.MEMBERS_UNREAD: f"{_NO_MEMBER_READ} Il primo: {{first}}",
        FailureCode.NO_MEMBER_READ: _NO_MEMBER_READ,
        FailureCode.FORBIDDEN: (
            "{name} non si può leggere: dai il diritto di lettura all'utente del servizio di lettura."
        ),
        FailureCode.UNSEEN: "{name} non si può esaminare ({error}).",
        FailureCode.UNOPENED: "{name} non si può aprire ({error}).",
        FailureCode.GONE: "{name} non c'è più.",
        FailureCode.VANISHED: "{name} è sparito prima di essere letto.",
        FailureCode.CHANGED: "{name} è cambiato durante la lettura.",
        FailureCode.FAILED: "{name} non è stato letto ({error}): salvalo di nuovo con il suo programma.",
        FailureCode.CRASHED: (
            "{name} ha bloccato il suo lettore: salvalo di nuovo con il suo programma, o mettilo come PDF."
        ),
        FailureCode.CRASHED_PDF: "{name} ha bloccato il suo lettore: esportalo di nuovo, o metti la sua sorgente.",
        FailureCode.READER_KILLED: (
            "{name} ha perso il suo lettore, fermato da altro: si riproverà; guarda se alla macchina manca memoria."
        ),
        FailureCode.STARVED: (
            "{name} non è stato letto in {minutes:d} min, la macchina è troppo occupata: si riproverà."
        ),
        FailureCode.NO_READER: "{name} aspetta: non è stato possibile avviare nessun lettore ({error}).",
        FailureCode.WAITS: "{name} aspetta: {why}",
        FailureCode.NO_SCHEDULER: (
            "lo scheduler Dask {scheduler} non è raggiungibile ({error}): avvialo, o correggi DASK_SCHEDULER e "
            "DASK_TLS_*."
        ),
        FailureCode.SCHEDULER_GONE: "lo scheduler Dask {scheduler} non c'è più: avvialo di nuovo.",
        FailureCode.NO_WORKER: "il cluster Dask {scheduler} non ha nessun worker: avviane uno.",
        FailureCode.WORKER_FAILED: (
            "{name} aspetta: il worker del cluster non è riuscito ({error}): installa lì questa versione di Souffleur."
        ),
        FailureCode.WORKERS_DIED: (
            "{name} era in lettura quando alcuni worker del cluster sono morti ({deaths}): guarda i loro log, poi "
            "metti una copia più semplice, o fallo rileggere con /reindex."
        ),
        FailureCode.ANOTHER_THERE: "{name} è un altro file sui worker del cluster, o è cambiato durante la lettura.",
        FailureCode.NOT_MOUNTED: "{name} non è visto dai worker del cluster: monta lì la cartella in {folder}.",
        FailureCode.REFUSED: (
            "{name} è stato letto, ma Qdrant lo rifiuta ({error}): guarda il log di Qdrant; si riproverà."
        ),
        FailureCode.BY_WORDS: _BY_WORDS,
        FailureCode.LONGER: _LONGER,
        FailureCode.BY_WORDS_AND_LONGER: f"{_BY_WORDS} {_LONGER}",
        FailureCode.MODEL_REFUSES: (
            "Ollama ha risposto {status} per il modello di embedding {model}: guarda il suo log."
        ),
        FailureCode.NO_DIRECTION: "Il modello di embedding {model} ha dato un vettore senza direzione: riavvia Ollama.",
        FailureCode.CLOSED: (
            ".souffleur.toml {why}: finché non è corretto, nessuno vede ciò che sta in questa cartella."
        ),
        FailureCode.RULE_UNOPENED: "non si può aprire ({error})",
        FailureCode.RULE_NOT_TOML: "non è TOML ({error})",
        FailureCode.RULE_TOO_DEEP: "ha troppi livelli annidati",
        FailureCode.RULE_LONG_NUMBER: "contiene un numero con troppe cifre",
        FailureCode.RULE_EMPTY: "non dice nulla",
        FailureCode.RULE_UNKNOWN: "dice «{key}», ma esistono solo {known}",
        FailureCode.RULE_AUDIENCE: (
            'dà a "audience" qualcosa di diverso da "everyone", "nobody", "#canale", "@persona" o un ID'
        ),
        FailureCode.RULE_TITLE: 'dà a "title" qualcosa di diverso da un testo di al massimo {most} caratteri',
        FailureCode.RULE_LANGUAGE: 'dà a "language" qualcosa di diverso da "fr", "en", "de", "es", "it", "pt" o "nl"',
        FailureCode.RULE_KEEP_OUT: 'dà a "keep_out" qualcosa di diverso da true o da un elenco di modelli come "*.bak"',
        FailureCode.RULE_NO_FILE: "non è un file",
        FailureCode.RULE_TOO_LONG: "supera {most:,} byte",
        FailureCode.RULE_NOT_UTF8: "non è in UTF-8",
        FailureCode.RULE_TOO_MANY: "è uno di più di {most:,} file di regole sotto questa cartella principale",
        FailureCode.RULE_PATTERNS: 'dà a "keep_out" più di {most} modelli, o un modello di più di {length} caratteri',
        FailureCode.RULE_MISNAMED: (
            "{name} sembra un file di regole, ma il suo nome non è .souffleur.toml: finché non è rinominato o tolto, "
            "nessuno vede ciò che sta in questa cartella."
        ),
        FailureCode.MORE_PROBLEMS: "Altre cartelle con problemi nei loro file di regole: {count:,}.",
    },
    thousands=".",
)
