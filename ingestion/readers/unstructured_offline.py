"""Keeps unstructured offline: no telemetry, and an own spaCy model instead of a download.

unstructured asks spaCy for `en_core_web_sm` and downloads it if it is missing. spaCy finds models as installed
packages, so this module acts as that package through public import hooks. The model splits sentences and knows no parts
of speech: unstructured cannot tell a title from a paragraph by its verbs.
"""

from __future__ import annotations

import os
import sys
from importlib.abc import Loader
from importlib.machinery import ModuleSpec
from importlib.metadata import Distribution, DistributionFinder, PackageNotFoundError, distribution
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from types import ModuleType

    from spacy.language import Language

_MODEL = "en_core_web_sm"
_ENVIRONMENT = {
    "DO_NOT_TRACK": "1",
    "SCARF_NO_ANALYTICS": "true",
    "UNSTRUCTURED_DISABLE_NOTICE": "1",
}


def stay_offline() -> None:
    """Call before any import of unstructured; more calls change nothing."""
    os.environ.update(_ENVIRONMENT)
    try:
        distribution(_MODEL)
    except PackageNotFoundError:
        sys.meta_path.append(_SpacyModelFinder())


def load(**options: object) -> Language:
    """The model that spaCy loads: a pipeline that only splits sentences."""
    import spacy

    del options  # they name components that this pipeline does not have
    pipeline = spacy.blank("xx")
    pipeline.add_pipe("sentencizer")
    return pipeline


class _SpacyModelPackage(Distribution):
    """The package metadata that spaCy looks for."""

    def read_text(self, filename: str) -> str | None:
        return f"Metadata-Version: 2.1\nName: {_MODEL}\nVersion: 3.8.0\n" if filename == "METADATA" else None

    def locate_file(self, path: str | os.PathLike[str]) -> NoReturn:
        raise FileNotFoundError(path)


class _SpacyModelLoader(Loader):
    def exec_module(self, module: ModuleType) -> None:
        module.__dict__["load"] = load


class _SpacyModelFinder(DistributionFinder):
    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        del path, target
        return ModuleSpec(_MODEL, _SpacyModelLoader()) if fullname == _MODEL else None

    def find_distributions(
        self,
        context: DistributionFinder.Context = DistributionFinder.Context(),  # noqa: B008  # as importlib declares it
    ) -> Iterable[Distribution]:
        return [_SpacyModelPackage()] if context.name == _MODEL else []
