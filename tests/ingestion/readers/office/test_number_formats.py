from __future__ import annotations

import datetime

import pytest

from ingestion.readers.office.number_formats import format_cell_value


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (0.256, "0.0%", "25.6%"),
        (0.256, "0%", "26%"),
        (1.5, "General", "1.5"),
        (0.1 + 0.2, "General", "0.3"),
        (12345678, "General", "12345678"),
        (1234.5, "#,##0.00", "1234.50"),
        (1234.5, '#,##0.00 "€"', "1234.50 €"),
        (1234.5, "#,##0.00\\ [$€-40C]", "1234.50 €"),
        (99, '"$"#,##0.00', "$99.00"),
        (99, "_-[$£-809]* #,##0.00_-;-[$£-809]* #,##0.00_-", "£99.00"),
        (1e-9, "0.00E+00", "1e-09"),
        (0.5, "# ?/?", "0.5"),
        (7, "[Red]0.0", "7.0"),
        (True, "General", "TRUE"),
        (None, "0%", ""),
        (datetime.datetime(2026, 1, 2), "dd/mm/yyyy", "2026-01-02"),  # noqa: DTZ001  # workbooks know no zones
        (datetime.datetime(2026, 1, 2, 9, 30), "dd/mm/yyyy hh:mm", "2026-01-02 09:30:00"),  # noqa: DTZ001  # the same
        (datetime.time(9, 30), "hh:mm", "09:30:00"),
        (datetime.timedelta(hours=30), "[h]:mm", "1 day, 6:00:00"),
    ],
)
def test_a_value_is_shown_as_its_workbook_shows_it(value: object, number_format: str, text: str) -> None:
    assert format_cell_value(value, number_format) == text
