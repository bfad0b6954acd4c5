from __future__ import annotations

import pytest

from ingestion.readers.reading_options import TESSERACT_PACKAGES
from ingestion.sync.retries import ReadingMeans
from knowledge.core.failure_codes import FailureCode
from knowledge.core.failures import Failure, make_failure

MEANS = ReadingMeans(seconds=300, memory_mb=4096, file_mb=200, find_packages=lambda: frozenset({TESSERACT_PACKAGES}))


@pytest.mark.parametrize(
    ("code", "params", "is_remedied"),
    [
        (FailureCode.TOO_LARGE, {"mb": 150, "most": 100}, True),
        (FailureCode.TOO_LARGE, {"mb": 250, "most": 200}, False),
        (FailureCode.TOO_SLOW, {"seconds": 60}, True),
        (FailureCode.TOO_SLOW, {"seconds": 300}, False),
        (FailureCode.TOO_MUCH_MEMORY, {"mb": 1024}, True),
        (FailureCode.TOO_MUCH_MEMORY, {"mb": 8192}, False),
        (FailureCode.TOO_MUCH_TEXT, {"mb": 60, "most": 40, "needed": 4000}, True),
        (FailureCode.TOO_MUCH_TEXT, {"mb": 90, "most": 55, "needed": 6000}, False),
        (FailureCode.SCAN, {"packages": TESSERACT_PACKAGES}, True),
        (FailureCode.PICTURE, {"packages": TESSERACT_PACKAGES}, True),
        (FailureCode.PICTURE, {"packages": "another"}, False),
        (FailureCode.SCAN_WITHOUT_TEXT, {}, False),
        (FailureCode.DAMAGED, {"error": "ValueError"}, False),
    ],
)
def test_only_what_was_in_the_way_of_a_document_is_a_remedy(
    code: FailureCode, params: dict[str, str | int], *, is_remedied: bool
) -> None:
    assert MEANS.can_remedy(make_failure(code, name="a.pdf", **params)) == is_remedied


@pytest.mark.parametrize("failure", [None, make_failure(FailureCode.PICTURE, name="a.png", packages="x")])
def test_without_a_failure_or_the_program_there_is_no_remedy(failure: Failure | None) -> None:
    assert not ReadingMeans(9, 9, 9).can_remedy(failure)
