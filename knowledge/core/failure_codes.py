"""The codes of every failure and shortfall that a document, a folder or the embedding model may have."""

from enum import StrEnum


class FailureCode(StrEnum):
    """Names one reason. The values are stored: they never change, and no value is used again for another reason."""

    SENTENCE = "sentence"  # a text without a code of its own, in the parameter `sentence`

    # What a file is
    EMPTY = "empty"
    MISNAMED = "misnamed"
    MISNAMED_TWIN = "misnamed_twin"
    UNDER_PASSWORD = "under_password"  # noqa: S105  # a code
    OFFICE_UNDER_PASSWORD = "office_under_password"  # noqa: S105  # a code
    COPY_PROTECTED = "copy_protected"
    OLD_OFFICE = "old_office"
    OLD_OR_DAMAGED = "old_or_damaged"
    OTHER_OFFICE = "other_office"
    NEEDS_LIBREOFFICE = "needs_libreoffice"
    UNSUPPORTED = "unsupported"
    WITHOUT_SUFFIX = "without_suffix"
    ARCHIVE = "archive"
    ARCHIVE_OR_DAMAGED = "archive_or_damaged"
    NOT_OF_ITS_KIND = "not_of_its_kind"
    A_PDF = "a_pdf"
    A_WORD_DOCUMENT = "a_word_document"
    A_POWERPOINT_FILE = "a_powerpoint_file"
    AN_EXCEL_FILE = "an_excel_file"
    AN_OPENDOCUMENT_TEXT = "an_opendocument_text"
    A_RICH_TEXT_FILE = "a_rich_text_file"
    AN_EPUB_BOOK = "an_epub_book"
    AN_OUTLOOK_MESSAGE = "an_outlook_message"
    A_PNG_PICTURE = "a_png_picture"
    A_JPEG_PICTURE = "a_jpeg_picture"
    A_TIFF_PICTURE = "a_tiff_picture"
    A_PICTURE = "a_picture"
    AN_ARCHIVE = "an_archive"
    AN_OPENDOCUMENT_FILE = "an_opendocument_file"
    TEXT = "text"

    # What it holds
    NO_TEXT = "no_text"
    ONLY_HIDDEN_TEXT = "only_hidden_text"
    PICTURE = "picture"
    PICTURE_WITHOUT_TEXT = "picture_without_text"
    SCAN = "scan"
    SCAN_WITHOUT_TEXT = "scan_without_text"
    TESSERACT_FAILED = "tesseract_failed"
    ENDLESS_WORD = "endless_word"
    ENTITIES = "entities"
    OFFICE_ENTITIES = "office_entities"
    NOT_JSON = "not_json"
    BROKEN_XML = "broken_xml"
    DAMAGED = "damaged"
    DAMAGED_PDF = "damaged_pdf"
    DAMAGED_WHOLE_PDF = "damaged_whole_pdf"  # its end is there: no copy is on its way
    DAMAGED_PAGES = "damaged_pages"
    MEMBERS_UNREAD = "members_unread"
    NO_MEMBER_READ = "no_member_read"

    # How large it is
    TOO_LARGE = "too_large"
    TOO_SLOW = "too_slow"
    TOO_MUCH_MEMORY = "too_much_memory"
    TOO_MUCH_TEXT = "too_much_text"
    TOO_DEEP = "too_deep"
    TOO_MANY_PAGES = "too_many_pages"
    TOO_MANY_PAGES_SAID = "too_many_pages_said"
    TOO_MANY_PIXELS = "too_many_pixels"
    TOO_MANY_CELLS = "too_many_cells"
    TOO_MANY_COLUMNS = "too_many_columns"
    TOO_WIDE_A_SHEET = "too_wide_a_sheet"
    BOMB_OF_PARTS = "bomb_of_parts"
    BOMB = "bomb"
    BOMB_OF_OVERLAPS = "bomb_of_overlaps"
    BOMB_IN_A_PART = "bomb_in_a_part"
    TOO_MANY_MEMBERS = "too_many_members"

    # Reading it
    FORBIDDEN = "forbidden"
    UNSEEN = "unseen"
    UNOPENED = "unopened"
    GONE = "gone"
    VANISHED = "vanished"
    CHANGED = "changed"
    FAILED = "failed"
    CRASHED = "crashed"
    CRASHED_PDF = "crashed_pdf"
    READER_KILLED = "reader_killed"
    STARVED = "starved"
    NO_READER = "no_reader"

    # Reading it on a cluster
    WAITS = "waits"
    NO_SCHEDULER = "no_scheduler"
    SCHEDULER_GONE = "scheduler_gone"
    NO_WORKER = "no_worker"
    WORKER_FAILED = "worker_failed"
    WORKERS_DIED = "workers_died"
    ANOTHER_THERE = "another_there"
    NOT_MOUNTED = "not_mounted"

    # Its place in the index
    REFUSED = "refused"

    # Its meaning
    BY_WORDS = "by_words"
    LONGER = "longer"
    BY_WORDS_AND_LONGER = "by_words_and_longer"
    MODEL_REFUSES = "model_refuses"
    NO_DIRECTION = "no_direction"

    # What a folder's rule file says
    CLOSED = "closed"
    RULE_UNOPENED = "rule_unopened"
    RULE_NOT_TOML = "rule_not_toml"
    RULE_TOO_DEEP = "rule_too_deep"
    RULE_LONG_NUMBER = "rule_long_number"
    RULE_EMPTY = "rule_empty"
    RULE_UNKNOWN = "rule_unknown"
    RULE_AUDIENCE = "rule_audience"
    RULE_TITLE = "rule_title"
    RULE_LANGUAGE = "rule_language"
    RULE_KEEP_OUT = "rule_keep_out"
    RULE_NO_FILE = "rule_no_file"
    RULE_TOO_LONG = "rule_too_long"
    RULE_NOT_UTF8 = "rule_not_utf8"
    RULE_TOO_MANY = "rule_too_many"
    RULE_PATTERNS = "rule_patterns"
    RULE_MISNAMED = "rule_misnamed"
    MORE_PROBLEMS = "more_problems"


# What a reader may say of a file of which only the beginning is there.
CUT_SHORT = frozenset(
    {
        FailureCode.EMPTY,
        FailureCode.OLD_OR_DAMAGED,
        FailureCode.ARCHIVE_OR_DAMAGED,
        FailureCode.NOT_OF_ITS_KIND,
        FailureCode.NOT_JSON,
        FailureCode.BROKEN_XML,
        FailureCode.DAMAGED,
        FailureCode.DAMAGED_PDF,
        FailureCode.DAMAGED_PAGES,
    }
)
