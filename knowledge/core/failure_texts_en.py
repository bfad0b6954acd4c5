"""The English sentence of each failure code, for logs, the command line and English readers in Slack.

Braces name parameters: text or another failure, or a number (`:d`, or `:,` with thousands). A sentence that begins with
the file's name begins with it in every language.
"""

from knowledge.core.failure_codes import FailureCode

_BOMB = ", as a zip bomb does: save it again in its own program, in smaller parts if it is so large."
_LONGER = (
    "{shortened:d} of its passages are longer than {model} reads and are found by their beginning and their words: "
    "set an EMBEDDING_MODEL that reads more."
)
_NO_MEMBER_READ = "{name} holds files ({count:,}), none of which can be read."
_LEXICAL_ONLY = "{refused:d} of its passages are found by words alone: {why}"

ENGLISH_FAILURE_TEXTS: dict[FailureCode, str] = {
    FailureCode.SENTENCE: "{sentence}",
    # What a file is
    FailureCode.EMPTY: "{name} is empty: drop it again once it holds something.",
    FailureCode.MISNAMED: "{name} is in truth {kind}: rename it to {better}.",
    FailureCode.MISNAMED_TWIN: (
        "{name} is in truth {kind}, and {better} is there already: "
        "delete this one if it is the same, else give it another name that ends in {suffix}."
    ),
    FailureCode.UNDER_PASSWORD: "{name} is protected by a password: drop a copy without one.",
    FailureCode.OFFICE_UNDER_PASSWORD: "{name} is protected by a password: save a copy without one, and drop it.",
    FailureCode.COPY_PROTECTED: "{name} is copy-protected: drop a copy that is not.",
    FailureCode.OLD_OFFICE: "{name} is in an old Office format: open it and save it as {better}.",
    FailureCode.OLD_OR_DAMAGED: "{name} is in an old Office format, or damaged: open it and save it as {better}.",
    FailureCode.OTHER_OFFICE: "{name} cannot be read, {suffix} files are not supported: save it as {better}.",
    FailureCode.NEEDS_LIBREOFFICE: (
        "{name} needs LibreOffice to be read: install {packages} (Debian), or save it as {better}."
    ),
    FailureCode.UNSUPPORTED: "{name} cannot be read, {suffix} files are not supported: save it as one of {formats}.",
    FailureCode.WITHOUT_SUFFIX: (
        "{name} cannot be read, files without a suffix are not supported: save it as one of {formats}."
    ),
    FailureCode.ARCHIVE: "{name} is an archive: unpack it and drop the files that it holds.",
    FailureCode.ARCHIVE_OR_DAMAGED: "{name} is an archive or a damaged file, not {kind}: drop the file itself, whole.",
    FailureCode.NOT_OF_ITS_KIND: "{name} is not {kind}, or it is damaged: open it, check it, and save it again.",
    FailureCode.A_PDF: "a PDF",
    FailureCode.A_WORD_DOCUMENT: "a Word document",
    FailureCode.A_POWERPOINT_FILE: "a PowerPoint file",
    FailureCode.AN_EXCEL_FILE: "an Excel file",
    FailureCode.AN_OPENDOCUMENT_TEXT: "an OpenDocument text",
    FailureCode.A_RICH_TEXT_FILE: "a rich text file",
    FailureCode.AN_EPUB_BOOK: "an EPUB book",
    FailureCode.AN_OUTLOOK_MESSAGE: "an Outlook message",
    FailureCode.A_PNG_PICTURE: "a PNG picture",
    FailureCode.A_JPEG_PICTURE: "a JPEG picture",
    FailureCode.A_TIFF_PICTURE: "a TIFF picture",
    FailureCode.A_PICTURE: "a picture",
    FailureCode.AN_ARCHIVE: "an archive",
    FailureCode.AN_OPENDOCUMENT_FILE: "an OpenDocument file",
    FailureCode.TEXT: "text",
    # What it holds
    FailureCode.NO_TEXT: "{name} holds no text: drop a copy that does.",
    FailureCode.ONLY_HIDDEN_TEXT: (
        "{name} holds no text that anybody sees ({places:d} places are hidden): show it, or drop a copy."
    ),
    FailureCode.PICTURE: "{name} is a picture: install {packages} (Debian), or drop its text.",
    FailureCode.PICTURE_WITHOUT_TEXT: (
        "{name} is a picture in which tesseract found no text: scan it again, sharper, or drop its text."
    ),
    FailureCode.SCAN: "{name} is a scan without text: install {packages} (Debian), or drop a searchable copy.",
    FailureCode.SCAN_WITHOUT_TEXT: (
        "{name} is a scan in which tesseract found no text: scan it again, sharper, or drop a searchable copy."
    ),
    FailureCode.TESSERACT_FAILED: "{name} made tesseract fail on page {page:d}: save it again, or drop its text.",
    FailureCode.ENDLESS_WORD: (
        "{name} holds a word of {characters:,} characters, it is data rather than text: drop what it says in words."
    ),
    FailureCode.ENTITIES: (
        "{name} defines XML entities, which may burst or reach for other files: drop a copy without them."
    ),
    FailureCode.OFFICE_ENTITIES: (
        "{name} defines XML entities, as no office program does and an attack would: "
        "open it and save it again in its own program."
    ),
    FailureCode.NOT_JSON: (
        "{name} is not JSON from line {line:d}, column {column:d} on: correct it, or drop it as .txt."
    ),
    FailureCode.BROKEN_XML: (
        "{name} is damaged, its XML breaks off or goes wrong in line {line}: "
        "save it again in its own program, and drop the new copy."
    ),
    FailureCode.DAMAGED: "{name} is damaged ({error} while reading it): open it, save it again, and drop the new copy.",
    FailureCode.DAMAGED_PDF: "{name} is damaged, it cannot be opened: export it again and drop the new copy.",
    FailureCode.DAMAGED_WHOLE_PDF: (
        "{name} has its end, and is damaged: it cannot be opened. Export it again and drop the new copy."
    ),
    FailureCode.DAMAGED_PAGES: (
        "{name} is damaged, none of its pages {first:d} to {last:d} can be opened: export it again and drop it."
    ),
    # How large it is
    FailureCode.TOO_LARGE: "{name} has {mb:d} MB, more than {most:d}: split it, or raise MAX_FILE_MB.",
    FailureCode.TOO_SLOW: "{name} took longer than {seconds:d} s to read: split it, or raise READ_SECONDS.",
    FailureCode.TOO_MUCH_MEMORY: "{name} needs more than {mb:d} MB to be read: split it, or raise READ_MEMORY_MB.",
    FailureCode.TOO_MUCH_TEXT: (
        "{name} holds {mb:d} MB of text, more than {most:d}: split it, or raise READ_MEMORY_MB to {needed:d}."
    ),
    FailureCode.TOO_DEEP: "{name} is nested too deeply to be read: drop a flatter copy, or its text.",
    FailureCode.TOO_MANY_PAGES: "{name} has {pages:,} pages, more than {most:,}: split it.",
    FailureCode.TOO_MANY_PAGES_SAID: "{name} says that it has {pages:,} pages, more than {most:,}: split it.",
    FailureCode.TOO_MANY_PIXELS: "{name} has more than {millions:d} million pixels: scale it down, or split it.",
    FailureCode.TOO_MANY_CELLS: "{name} holds more than {most:,} cells: split it, or drop what matters of it.",
    FailureCode.TOO_MANY_COLUMNS: (
        "{name} has {columns:,} columns, more than {most:,}: split it, or turn its rows into columns."
    ),
    FailureCode.TOO_WIDE_A_SHEET: (
        "{name} has more than {most:,} columns in sheet {sheet}: split it, or turn its rows into columns."
    ),
    FailureCode.BOMB_OF_PARTS: "{name} holds {parts:,} parts, more than {most:,}" + _BOMB,
    FailureCode.BOMB: "{name} unpacks to {mb:,} MB, more than {most:,}" + _BOMB,
    FailureCode.BOMB_OF_OVERLAPS: "{name} holds parts that lie over one another" + _BOMB,
    FailureCode.BOMB_IN_A_PART: "{name} holds a part that unpacks to {times:,} times its size" + _BOMB,
    FailureCode.TOO_MANY_MEMBERS: (
        "{name} holds more than is read (at most {most:,} files and {mb:,} MB). Files left out: {left:,}. Unpack it, "
        "and drop them."
    ),
    FailureCode.MEMBERS_UNREAD: f"{_NO_MEMBER_READ} The first: {{first}}",
    FailureCode.NO_MEMBER_READ: _NO_MEMBER_READ,
    # Reading it
    FailureCode.FORBIDDEN: "{name} may not be read: give the worker's user the right to read it.",
    FailureCode.UNSEEN: "{name} cannot be looked at ({error}).",
    FailureCode.UNOPENED: "{name} cannot be opened ({error}).",
    FailureCode.GONE: "{name} is not there any more.",
    FailureCode.VANISHED: "{name} vanished before it was read.",
    FailureCode.CHANGED: "{name} changed while it was read.",
    FailureCode.FAILED: "{name} could not be read ({error}): save it again in its own program.",
    FailureCode.CRASHED: "{name} made its reader crash: save it again in its own program, or drop it as PDF.",
    FailureCode.CRASHED_PDF: "{name} made its reader crash: export it anew, or drop its source.",
    FailureCode.READER_KILLED: (
        "{name} lost its reader, which something else killed: it is tried again; look whether the "
        "machine is short of memory."
    ),
    FailureCode.STARVED: "{name} was not read within {minutes:d} min, the machine is too busy: it is tried again.",
    FailureCode.NO_READER: "{name} waits: no reader could be started ({error}).",
    # Reading it on a cluster
    FailureCode.WAITS: "{name} waits: {why}",
    FailureCode.NO_SCHEDULER: (
        "the Dask scheduler {scheduler} cannot be reached ({error}): "
        "start it, or correct DASK_SCHEDULER and DASK_TLS_*."
    ),
    FailureCode.SCHEDULER_GONE: "the Dask scheduler {scheduler} went away: start it again.",
    FailureCode.NO_WORKER: "the Dask cluster {scheduler} has no worker: start one.",
    FailureCode.WORKER_FAILED: (
        "{name} waits: the cluster's worker failed ({error}): install this version of Souffleur on it."
    ),
    FailureCode.WORKERS_DIED: (
        "{name} was being read when {deaths:d} workers of the cluster died: see their logs, then "
        "drop a simpler copy, or have it read anew by /reindex."
    ),
    FailureCode.ANOTHER_THERE: "{name} is another file on the cluster's workers, or changed while it was read.",
    FailureCode.NOT_MOUNTED: "{name} is not seen by the cluster's workers: mount the folder there under {folder}.",
    # Its place in the index
    FailureCode.REFUSED: "{name} was read, but Qdrant refuses it ({error}): look at Qdrant's log; it is tried again.",
    # Its meaning
    FailureCode.BY_WORDS: _LEXICAL_ONLY,
    FailureCode.LONGER: _LONGER,
    FailureCode.BY_WORDS_AND_LONGER: f"{_LEXICAL_ONLY} {_LONGER}",
    FailureCode.MODEL_REFUSES: "Ollama answered {status} for the embedding model {model}: look at its log.",
    FailureCode.NO_DIRECTION: "The embedding model {model} gave a vector without a direction: restart Ollama.",
    # What a folder's rule file says
    FailureCode.CLOSED: ".souffleur.toml {why}: until it is corrected, nobody sees what lies in this folder.",
    FailureCode.RULE_UNOPENED: "cannot be opened ({error})",
    FailureCode.RULE_NOT_TOML: "is not TOML ({error})",
    FailureCode.RULE_TOO_DEEP: "is nested too deeply",
    FailureCode.RULE_LONG_NUMBER: "holds a number of too many digits",
    FailureCode.RULE_EMPTY: "says nothing",
    FailureCode.RULE_UNKNOWN: 'says "{key}", which is none of {known}',
    FailureCode.RULE_AUDIENCE: (
        'has an "audience" that is none of "everyone", "nobody", "#channel", "@person", or an id'
    ),
    FailureCode.RULE_TITLE: 'has a "title" that is no text of at most {most:d} characters',
    FailureCode.RULE_LANGUAGE: 'has a "language" that is none of "fr", "en", "de", "es", "it", "pt", "nl"',
    FailureCode.RULE_KEEP_OUT: 'has a "keep_out" that is neither true nor a list of patterns such as "*.bak"',
    FailureCode.RULE_NO_FILE: "is not a file",
    FailureCode.RULE_TOO_LONG: "is longer than {most:,} bytes",
    FailureCode.RULE_NOT_UTF8: "is not UTF-8",
    FailureCode.RULE_TOO_MANY: "is one of more than {most:,} rule files below this top folder",
    FailureCode.RULE_PATTERNS: (
        'has a "keep_out" of more than {most:d} patterns, or a pattern of more than {length:d} characters'
    ),
    FailureCode.RULE_MISNAMED: (
        "{name} looks like a rule file, and its name is not .souffleur.toml: until it is renamed or taken away, nobody "
        "sees what lies in this folder."
    ),
    FailureCode.MORE_PROBLEMS: "{count:,} more folders have a problem with their rule files.",
}
