"""The failures that both processes name. Each carries one sentence: what, which one, and what to do next."""


class SouffleurError(Exception):
    """A failure that a person can act on; `str(error)` is a whole sentence."""


class SettingsError(SouffleurError):
    """A setting is unknown or malformed. The sentence names the variable."""


class IndexUnavailable(SouffleurError):
    """Qdrant cannot be reached, refuses the key, or is held by another process."""


class ModelUnavailable(SouffleurError):
    """Ollama is away, the model is not there, or it answered something unusable."""


class UnreadableDocument(SouffleurError):
    """A file cannot be read, for a reason that will not pass by itself. The sentence says the remedy."""


class BusyDocument(SouffleurError):
    """A file cannot be read now (it is still being written, or it vanished); a later pass tries again."""
