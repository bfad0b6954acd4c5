"""The failures that both processes name. Each carries one sentence: what, which one, and what to do next."""


class SouffleurError(Exception):
    """A failure that a person can act on; `str(error)` is a whole sentence."""


class SettingsError(SouffleurError):
    """A setting is unknown or malformed. The sentence names the variable."""


class IndexUnavailable(SouffleurError):
    """Qdrant cannot be reached, refuses the key, or is held by another process."""


class RequestRefused(IndexUnavailable):
    """Qdrant is there, and refuses what it was sent; another request may fare better. `why` is a status or an error."""

    def __init__(self, why: str) -> None:
        """Say it of the index as a whole."""
        super().__init__(f"Qdrant refuses what it was sent ({why}): look at the server's log.")
        self.why = why


class ModelUnavailable(SouffleurError):
    """Ollama is away, the model is not there, or it answered something unusable."""


class TextRefused(ModelUnavailable):
    """The model is there but makes nothing usable of a text, or of one among several; others may fare better."""


class UnreadableDocument(SouffleurError):
    """A file cannot be read, for a reason that will not pass by itself. The sentence says the remedy."""


class BusyDocument(SouffleurError):
    """A file cannot be read now (it is still being written, or it vanished); a later pass tries again."""


class ReaderUnavailable(BusyDocument):
    """Whoever reads is away, which says nothing of the file; it is tried again soon, however often that was done."""


class VanishedDocument(BusyDocument):
    """A file that was there a moment ago is not; a later pass sees what has become of it."""
