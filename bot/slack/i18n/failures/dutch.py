"""The Dutch sentence of each failure code."""

from bot.slack.i18n.texts import FailureTexts
from knowledge.core.failure_codes import FailureCode

_BOMB = (
    ", zoals een zipbom doet: sla het opnieuw op met het eigen programma, in kleinere delen als het echt zo groot is."
)
_NO_MEMBER_READ = "{name} bevat bestanden ({count:,}), waarvan er geen leesbaar is."
_BY_WORDS = "Passages die alleen op woorden worden gevonden: {refused}. {why}"
_LONGER = (
    "Passages die langer zijn dan {model} leest, gevonden op hun begin en hun woorden: {shortened}. Kies een "
    "EMBEDDING_MODEL dat meer leest."
)

DUTCH_FAILURES = FailureTexts(
    {
        FailureCode.SENTENCE: "{sentence}",
        FailureCode.EMPTY: "{name} is leeg: zet het opnieuw neer als er iets in staat.",
        FailureCode.MISNAMED: "{name} is in werkelijkheid {kind}: hernoem het naar {better}.",
        FailureCode.MISNAMED_TWIN: (
            "{name} is in werkelijkheid {kind}, en {better} bestaat al: "
            "verwijder dit bestand als het hetzelfde is, geef het anders een andere naam die op {suffix} eindigt."
        ),
        FailureCode.UNDER_PASSWORD: "{name} is beveiligd met een wachtwoord: zet een kopie zonder wachtwoord neer.",
        FailureCode.OFFICE_UNDER_PASSWORD: (
            "{name} is beveiligd met een wachtwoord: bewaar een kopie zonder wachtwoord en zet die neer."
        ),
        FailureCode.COPY_PROTECTED: "{name} is beveiligd tegen kopiëren: zet een kopie neer die dat niet is.",
        FailureCode.OLD_OFFICE: "{name} heeft een oud Office-formaat: open het en sla het op als {better}.",
        FailureCode.OLD_OR_DAMAGED: (
            "{name} heeft een oud Office-formaat, of is beschadigd: open het en sla het op als {better}."
        ),
        FailureCode.OTHER_OFFICE: (
            "{name} kan niet worden gelezen, {suffix}-bestanden worden niet ondersteund: sla het op als {better}."
        ),
        FailureCode.NEEDS_LIBREOFFICE: (
            "{name} is alleen met LibreOffice te lezen: installeer {packages} (Debian), of sla het op als {better}."
        ),
        FailureCode.UNSUPPORTED: (
            "{name} kan niet worden gelezen, {suffix}-bestanden worden niet ondersteund: sla het op in een van deze "
            "formaten: {formats}."
        ),
        FailureCode.WITHOUT_SUFFIX: (
            "{name} kan niet worden gelezen, bestanden zonder extensie worden niet ondersteund: sla het op in een van "
            "deze formaten: {formats}."
        ),
        FailureCode.ARCHIVE: "{name} is een archief: pak het uit en zet de bestanden erin neer.",
        FailureCode.ARCHIVE_OR_DAMAGED: (
            "{name} is een archief of beschadigd, en niet {kind}: zet het bestand zelf in zijn geheel neer."
        ),
        FailureCode.NOT_OF_ITS_KIND: (
            "{name} is niet {kind}, of het is beschadigd: open het, controleer het en sla het opnieuw op."
        ),
        FailureCode.A_PDF: "een PDF",
        FailureCode.A_WORD_DOCUMENT: "een Word-document",
        FailureCode.A_POWERPOINT_FILE: "een PowerPoint-bestand",
        FailureCode.AN_EXCEL_FILE: "een Excel-bestand",
        FailureCode.AN_OPENDOCUMENT_TEXT: "een OpenDocument-tekst",
        FailureCode.A_RICH_TEXT_FILE: "een RTF-bestand",
        FailureCode.AN_EPUB_BOOK: "een EPUB-boek",
        FailureCode.AN_OUTLOOK_MESSAGE: "een Outlook-bericht",
        FailureCode.A_PNG_PICTURE: "een PNG-afbeelding",
        FailureCode.A_JPEG_PICTURE: "een JPEG-afbeelding",
        FailureCode.A_TIFF_PICTURE: "een TIFF-afbeelding",
        FailureCode.A_PICTURE: "een afbeelding",
        FailureCode.AN_ARCHIVE: "een archief",
        FailureCode.AN_OPENDOCUMENT_FILE: "een OpenDocument-bestand",
        FailureCode.TEXT: "tekst",
        FailureCode.NO_TEXT: "{name} bevat geen tekst: zet een kopie met tekst neer.",
        FailureCode.ONLY_HIDDEN_TEXT: (
            "{name} bevat geen tekst die men kan zien (verborgen plaatsen: {places}): maak die zichtbaar, of zet een "
            "kopie neer."
        ),
        FailureCode.PICTURE: "{name} is een afbeelding: installeer {packages} (Debian), of zet de tekst neer.",
        FailureCode.PICTURE_WITHOUT_TEXT: (
            "{name} is een afbeelding waarin tesseract geen tekst vond: scan haar scherper opnieuw, of zet de tekst "
            "neer."
        ),
        FailureCode.SCAN: (
            "{name} is een scan zonder tekst: installeer {packages} (Debian), of zet een doorzoekbare kopie neer."
        ),
        FailureCode.SCAN_WITHOUT_TEXT: (
            "{name} is een scan waarin tesseract geen tekst vond: scan scherper opnieuw, of zet een doorzoekbare kopie "
            "neer."
        ),
        FailureCode.TESSERACT_FAILED: (
            "{name} liet tesseract mislukken op pagina {page}: sla het opnieuw op, of zet de tekst neer."
        ),
        FailureCode.ENDLESS_WORD: (
            "{name} bevat een woord van {characters:,} tekens, dat zijn eerder gegevens dan tekst: zet in woorden neer "
            "wat het zegt."
        ),
        FailureCode.ENTITIES: (
            "{name} definieert XML-entiteiten, die kunnen uitdijen of andere bestanden halen: zet een kopie zonder die "
            "entiteiten neer."
        ),
        FailureCode.OFFICE_ENTITIES: (
            "{name} definieert XML-entiteiten, wat geen kantoorprogramma doet en een aanval wel: open het en sla het "
            "opnieuw op met het eigen programma."
        ),
        FailureCode.NOT_JSON: (
            "{name} is vanaf regel {line}, kolom {column} geen JSON meer: verbeter het, of zet het neer als .txt."
        ),
        FailureCode.BROKEN_XML: (
            "{name} is beschadigd, de XML breekt af of is fout in regel {line}: sla het opnieuw op met het eigen "
            "programma en zet de nieuwe kopie neer."
        ),
        FailureCode.DAMAGED: (
            "{name} is beschadigd ({error} bij het lezen): open het, sla het opnieuw op en zet de nieuwe kopie neer."
        ),
        FailureCode.DAMAGED_PDF: (
            "{name} is beschadigd, het kan niet worden geopend: exporteer het opnieuw en zet de nieuwe kopie neer."
        ),
        FailureCode.DAMAGED_WHOLE_PDF: (
            "{name} heeft zijn einde, maar is beschadigd: het kan niet worden geopend. "
            "Exporteer het opnieuw en zet de nieuwe kopie neer."
        ),
        FailureCode.DAMAGED_PAGES: (
            "{name} is beschadigd, geen van de pagina's {first} tot {last} kan worden geopend: exporteer het opnieuw "
            "en zet het neer."
        ),
        FailureCode.TOO_LARGE: "{name} is {mb} MB, meer dan {most}: splits het, of verhoog MAX_FILE_MB.",
        FailureCode.TOO_SLOW: "{name} kostte meer dan {seconds} s om te lezen: splits het, of verhoog READ_SECONDS.",
        FailureCode.TOO_MUCH_MEMORY: (
            "{name} heeft meer dan {mb} MB nodig om te lezen: splits het, of verhoog READ_MEMORY_MB."
        ),
        FailureCode.TOO_MUCH_TEXT: (
            "{name} bevat {mb:d} MB tekst, meer dan {most:d}: splits het, of verhoog READ_MEMORY_MB tot {needed:d}."
        ),
        FailureCode.TOO_DEEP: "{name} heeft te veel niveaus: zet een eenvoudiger kopie neer, of de tekst.",
        FailureCode.TOO_MANY_PAGES: "{name} heeft {pages:,} pagina's, meer dan {most:,}: splits het.",
        FailureCode.TOO_MANY_PAGES_SAID: "{name} zegt {pages:,} pagina's te hebben, meer dan {most:,}: splits het.",
        FailureCode.TOO_MANY_PIXELS: "{name} heeft meer dan {millions} miljoen pixels: verklein het, of splits het.",
        FailureCode.TOO_MANY_CELLS: "{name} bevat meer dan {most:,} cellen: splits het, of zet neer wat ertoe doet.",
        FailureCode.TOO_MANY_COLUMNS: (
            "{name} heeft {columns:,} kolommen, meer dan {most:,}: splits het, of maak kolommen van de rijen."
        ),
        FailureCode.TOO_WIDE_A_SHEET: (
            "{name} heeft meer dan {most:,} kolommen in blad {sheet}: splits het, of maak kolommen van de rijen."
        ),
        FailureCode.BOMB_OF_PARTS: "{name} bevat {parts:,} delen, meer dan {most:,}" + _BOMB,
        FailureCode.BOMB: "{name} is uitgepakt {mb:,} MB, meer dan {most:,}" + _BOMB,
        FailureCode.BOMB_OF_OVERLAPS: "{name} bevat delen die elkaar overlappen" + _BOMB,
        FailureCode.BOMB_IN_A_PART: "{name} bevat een deel dat uitgepakt {times:,} keer zo groot is" + _BOMB,
        FailureCode.TOO_MANY_MEMBERS: (
            "{name} bevat meer dan wordt gelezen (hoogstens {most:,} bestanden en {mb:,} MB). Weggelaten bestanden: "
            "{left:,}. Pak het uit en plaats ze."
        ),
        FailureCode.MEMBERS_UNREAD: f"{_NO_MEMBER_READ} Het eerste: {{first}}",
        FailureCode.NO_MEMBER_READ: _NO_MEMBER_READ,
        FailureCode.FORBIDDEN: "{name} mag niet worden gelezen: geef de gebruiker van de leesdienst leesrecht.",
        FailureCode.UNSEEN: "{name} kan niet worden bekeken ({error}).",
        FailureCode.UNOPENED: "{name} kan niet worden geopend ({error}).",
        FailureCode.GONE: "{name} is er niet meer.",
        FailureCode.VANISHED: "{name} verdween voordat het was gelezen.",
        FailureCode.CHANGED: "{name} veranderde tijdens het lezen.",
        FailureCode.FAILED: "{name} kon niet worden gelezen ({error}): sla het opnieuw op met het eigen programma.",
        FailureCode.CRASHED: (
            "{name} liet zijn lezer vastlopen: sla het opnieuw op met het eigen programma, of zet het neer als PDF."
        ),
        FailureCode.CRASHED_PDF: "{name} liet zijn lezer vastlopen: exporteer het opnieuw, of zet de bron neer.",
        FailureCode.READER_KILLED: (
            "{name} verloor zijn lezer, die door iets anders is gestopt: er volgt een nieuwe poging; kijk of de "
            "machine geheugen tekortkomt."
        ),
        FailureCode.STARVED: (
            "{name} werd niet gelezen binnen {minutes:d} min, de machine heeft het te druk: er volgt een nieuwe poging."
        ),
        FailureCode.NO_READER: "{name} wacht: er kon geen lezer worden gestart ({error}).",
        FailureCode.WAITS: "{name} wacht: {why}",
        FailureCode.NO_SCHEDULER: (
            "de Dask-scheduler {scheduler} is niet bereikbaar ({error}): start hem, of verbeter DASK_SCHEDULER en "
            "DASK_TLS_*."
        ),
        FailureCode.SCHEDULER_GONE: "de Dask-scheduler {scheduler} is weg: start hem opnieuw.",
        FailureCode.NO_WORKER: "de Dask-cluster {scheduler} heeft geen worker: start er een.",
        FailureCode.WORKER_FAILED: (
            "{name} wacht: de worker van de cluster is mislukt ({error}): installeer daar deze versie van Souffleur."
        ),
        FailureCode.WORKERS_DIED: (
            "{name} werd gelezen toen workers van de cluster stopten ({deaths}): bekijk hun logboeken en zet een "
            "eenvoudiger kopie neer, of laat het opnieuw lezen met /reindex."
        ),
        FailureCode.ANOTHER_THERE: (
            "{name} is op de workers van de cluster een ander bestand, of het veranderde tijdens het lezen."
        ),
        FailureCode.NOT_MOUNTED: (
            "{name} wordt niet gezien door de workers van de cluster: koppel de map daar aan onder {folder}."
        ),
        FailureCode.REFUSED: (
            "{name} is gelezen, maar Qdrant weigert het ({error}): bekijk het logboek van Qdrant; er volgt een nieuwe "
            "poging."
        ),
        FailureCode.BY_WORDS: _BY_WORDS,
        FailureCode.LONGER: _LONGER,
        FailureCode.BY_WORDS_AND_LONGER: f"{_BY_WORDS} {_LONGER}",
        FailureCode.MODEL_REFUSES: "Ollama antwoordde {status} voor het embeddingmodel {model}: bekijk het logboek.",
        FailureCode.NO_DIRECTION: "Het embeddingmodel {model} gaf een vector zonder richting: start Ollama opnieuw.",
        FailureCode.CLOSED: ".souffleur.toml {why}: tot het is verbeterd, ziet niemand wat in deze map staat.",
        FailureCode.RULE_UNOPENED: "kan niet worden geopend ({error})",
        FailureCode.RULE_NOT_TOML: "is geen TOML ({error})",
        FailureCode.RULE_TOO_DEEP: "heeft te veel niveaus",
        FailureCode.RULE_LONG_NUMBER: "bevat een getal met te veel cijfers",
        FailureCode.RULE_EMPTY: "zegt niets",
        FailureCode.RULE_UNKNOWN: "zegt “{key}”, terwijl alleen {known} bestaan",
        FailureCode.RULE_AUDIENCE: (
            'geeft "audience" iets anders dan "everyone", "nobody", "#kanaal", "@persoon" of een ID'
        ),
        FailureCode.RULE_TITLE: 'geeft "title" iets anders dan een tekst van hoogstens {most} tekens',
        FailureCode.RULE_LANGUAGE: 'geeft "language" iets anders dan "fr", "en", "de", "es", "it", "pt" of "nl"',
        FailureCode.RULE_KEEP_OUT: 'geeft "keep_out" iets anders dan true of een lijst van patronen zoals "*.bak"',
        FailureCode.RULE_NO_FILE: "is geen bestand",
        FailureCode.RULE_TOO_LONG: "is langer dan {most:,} bytes",
        FailureCode.RULE_NOT_UTF8: "is geen UTF-8",
        FailureCode.RULE_TOO_MANY: "is een van meer dan {most:,} regelbestanden onder deze hoofdmap",
        FailureCode.RULE_PATTERNS: (
            'geeft "keep_out" meer dan {most} patronen, of een patroon van meer dan {length} tekens'
        ),
        FailureCode.RULE_MISNAMED: (
            "{name} lijkt een regelbestand, maar heet niet .souffleur.toml: tot het is hernoemd of verwijderd, ziet "
            "niemand wat in deze map staat."
        ),
        FailureCode.MORE_PROBLEMS: "Andere mappen met problemen in hun regelbestanden: {count:,}.",
    },
    thousands=".",
)
