"""Files we write are shown by a spreadsheet, never run."""

import csv
import io
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from openpyxl import load_workbook

from core.exports import csv_lines, safe_text, write_xlsx


@pytest.mark.parametrize(
    "formula", ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "%1", "|x", "  =2", "\t=2", "=cmd|' /C calc'!A0", "＝1+1"]
)
def test_formulas_are_made_harmless(formula):
    assert safe_text(formula) == f"'{formula}"


@pytest.mark.parametrize(
    "value", ["1+2", "-1.3", "-1,2", "19.00 %", "shop@example.org", "Left | right", "", None, 7]
)
def test_what_is_no_formula_stays(value):
    assert safe_text(value) == value


def test_telephone_numbers_stay_in_their_column_only():
    lines = list(csv_lines(["phone", "note"], [["+919812345678", "+919812345678"]], phone_columns={"phone"}))
    assert lines[1] == "+919812345678,'+919812345678\r\n"


def test_a_formula_does_not_hide_in_a_telephone_column():
    assert safe_text("+1+cmd|' /C calc'!A0", phone=True).startswith("'")


def test_csv_reads_back_with_money_and_times_plain():
    at = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)
    text = "".join(csv_lines(["a", "b"], [[Decimal("1E+3"), at]]))
    assert text.startswith("\ufeff")
    row = list(csv.reader(io.StringIO(text.lstrip("\ufeff"))))[1]
    assert row[0] == "1000"
    assert row[1].startswith("2026-01-05 ")


def test_xlsx_keeps_texts_as_texts():
    file = io.BytesIO()
    write_xlsx(file, ["=head", "price"], [["=1+1", Decimal("12.50")], ["a\x01b", None]], title="Prices: all")
    sheet = load_workbook(file).active
    assert [(c.value, c.data_type) for c in sheet[1]] == [("=head", "s"), ("price", "s")]
    assert [(c.value, c.data_type) for c in sheet[2]] == [("=1+1", "s"), (12.5, "n")]
    assert sheet["A3"].value == "ab"
