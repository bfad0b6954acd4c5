"""Names of embedding models: a provider, a colon and the provider's own name; a bare name is one of Ollama's."""

from __future__ import annotations

LOCAL_PREFIX = "local:"
LOCAL_MODELS = ("multilingual-e5-small",)
_OLLAMA_PREFIX = "ollama:"


def normalize_model_name(name: str) -> str:
    """Returns the name under which an index keeps a model: bare for Ollama, with its provider otherwise.

    Only `ollama:` and `local:` are providers, since a name of Ollama's may hold a colon too, as `bge-m3:latest`.

    Raises:
        ValueError: a local model of this name does not exist, or the name is empty.
    """
    bare = name.strip().removeprefix(_OLLAMA_PREFIX)
    if not bare:
        raise ValueError("must name a model")
    if bare.startswith(LOCAL_PREFIX) and bare.removeprefix(LOCAL_PREFIX) not in LOCAL_MODELS:
        raise ValueError(f"the local models are: {', '.join(LOCAL_PREFIX + model for model in LOCAL_MODELS)}")
    return bare


def is_local_model(name: str) -> bool:
    """Whether a model runs on this machine without Ollama."""
    return name.startswith(LOCAL_PREFIX)
