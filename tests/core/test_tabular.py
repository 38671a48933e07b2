"""Reading tables people send: never crash, never lie. Every file here is made up on the spot."""

import csv
import datetime as dt
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from core.errors import Refusal
from core.tabular import open_table


def read(content, name="parts.csv", **options):
    data = content if isinstance(content, bytes) else content.encode()
    with open_table(io.BytesIO(data), name, **options) as table:
        return table, list(table.rows)


def cells(content, name="parts.csv", **options):
    return [row.cells for row in read(content, name, **options)[1]]


def workbook(*rows, other_sheets=()):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    for title in other_sheets:
        book.create_sheet(title).append([title])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def test_values_stay_as_typed():
    assert cells("sku,price\n0017, 12.50 \nN/A,1e3\n") == [["0017", " 12.50 "], ["N/A", "1e3"]]


@pytest.mark.parametrize(
    ("encoding", "word"),
    [
        ("utf-8", "Größe"),
        ("utf-8-sig", "Größe"),
        ("utf-16", "дисплей"),
        ("utf-16-le", "combo"),
        ("utf-16-be", "combo"),
        ("utf-32", "डिस्प्ले"),
        ("cp1251", "дисплей чёрный"),
        ("cp1252", "café crème, naïve"),
    ],
)
def test_encoding_is_found(encoding, word):
    assert cells(f'sku,name\nA-1,"{word}"\n'.encode(encoding)) == [["A-1", word]]


def test_encoding_can_be_given():
    assert cells("sku,name\nA-1,žluťoučký\n".encode("cp1250"), encoding="cp1250") == [["A-1", "žluťoučký"]]
    with pytest.raises(Refusal, match="is not an encoding"):
        read("a,b\n", encoding="klingon")
    with pytest.raises(Refusal, match="not in the encoding"):
        read("a,b\nü,1\n".encode("latin-1"), encoding="utf-8")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiter_is_found(delimiter):
    table, rows = read(delimiter.join("abc") + "\n" + delimiter.join(["1", "x y", "3"]) + "\n")
    assert (table.delimiter, rows[0].cells) == (delimiter, ["1", "x y", "3"])


def test_comma_in_prices_does_not_win_over_semicolons():
    assert cells("sku;price\nA;12,50\nB;3,20\n") == [["A", "12,50"], ["B", "3,20"]]


def test_comma_in_a_heading_does_not_win_over_semicolons():
    assert cells("sku;price, net;stock\nA;12;1\nB;3;2\n") == [["A", "12", "1"], ["B", "3", "2"]]


def test_one_column_with_commas_stays_one_column():
    assert cells("remark\nbroken, sent back\nfine\n") == [["broken, sent back"], ["fine"]]


def test_delimiter_declared_by_excel_is_believed():
    table, rows = read("sep=;\r\na;b\r\n1;2\r\n")
    assert (table.headers, rows[0].number, rows[0].cells) == (["a", "b"], 3, ["1", "2"])


def test_quoted_line_breaks_and_quotes_stay_in_their_cell():
    assert cells('a,b\n1,"two\r\nlines"\n2,"say ""hi"""\n') == [["1", "two\r\nlines"], ["2", 'say "hi"']]


def test_old_mac_line_ends():
    assert cells("a,b\r1,2\r3,4\r") == [["1", "2"], ["3", "4"]]


def test_rows_are_numbered_as_a_spreadsheet_shows_them():
    _table, rows = read('\n\na,b\n1,"x\ny"\n\n3,4\n')
    assert [row.number for row in rows] == [4, 6]


def test_short_rows_are_filled_and_long_rows_are_named():
    _table, rows = read("a,b,c\n1\n1,2,3,4\n1,2,3,,\n")
    assert rows[0].cells == ["1", "", ""]
    assert rows[1].problem == "The row has 4 values but the heading has 3 columns."
    assert (rows[2].cells, rows[2].problem) == (["1", "2", "3"], "")


def test_blank_and_repeated_headings_get_names_of_their_own():
    table, _rows = read('Name,,name,"Net\nprice",Name\n1,2,3,4,5\n')
    assert table.headers == ["Name", "column 2", "name (2)", "Net price", "Name (3)"]


def test_zero_characters_are_dropped():
    assert cells(b"a,b\n\x001,2\n") == [["1", "2"]]


def test_quotes_that_do_not_match_are_named_and_the_rest_is_read():
    _table, rows = read('a,b\n1,"x" y\n3,4\n5,"open\n6,7\n')
    assert rows[0].problem == "The quotation marks don't match, in line 2 of the file."
    assert rows[1].cells == ["3", "4"]
    assert rows[2].problem == "The quotation marks don't match, from line 4 to line 5 of the file."


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"", "a.csv", "empty"),
        (b"\n \n,,\n", "a.csv", "empty"),
        (b"\x1f\x8b\x08\x00data", "a.csv.gz", "gzip"),
        (b"%PDF-1.7", "a.csv", "PDF"),
        (b"<html><table><tr>", "a.xls", "web page"),
        (b'{"a": 1}', "a.json", "not a table that can be read"),
        (bytes(range(1, 32)) * 50, "a.csv", "not a table of text"),
        (b"PK\x03\x04 and no more", "a.xlsx", "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "a.xls", "damaged"),
        (b"a,b\n" + b"x" * 1_000_001, "a.csv", "longer than a million"),
    ],
)
def test_what_is_no_table_is_refused_in_words(content, name, words):
    with pytest.raises(Refusal, match=words):
        read(content, name)


def test_too_many_rows_are_refused():
    with pytest.raises(Refusal, match="more than 3 rows"):
        read("a\n" + "1\n" * 4, max_rows=3)


def test_workbook_values_are_what_a_person_typed():
    data = workbook(
        ["sku", "amount", "share", "on", "at", "yes", "big"],
        [
            "007",
            12.0,
            0.1,
            dt.date(2026, 3, 1),
            dt.datetime.fromisoformat("2026-03-01T09:30"),
            True,
            41800000.01,
        ],
    )
    table, rows = read(data, "parts.xlsx")
    assert rows[0].cells == ["007", "12", "0.1", "2026-03-01", "2026-03-01 09:30:00", "TRUE", "41800000.01"]
    assert (table.sheet, table.sheets) == ("Sheet", ["Sheet"])


def test_content_counts_more_than_the_name():
    assert cells(workbook(["a", "b"], [1, 2]), "really.csv") == [["1", "2"]]


def test_a_sheet_can_be_chosen():
    data = workbook(["a"], [1], other_sheets=["Prices"])
    assert read(data, "a.xlsx", sheet="Prices")[0].headers == ["Prices"]
    with pytest.raises(Refusal, match="It has: Sheet, Prices"):
        read(data, "a.xlsx", sheet="Stock")


def test_a_failed_formula_is_not_an_empty_cell():
    book = Workbook()
    book.active.append(["sku", "price"])
    book.active.append(["A", "#N/A"])
    book.active["B2"].data_type = "e"
    file = io.BytesIO()
    book.save(file)
    assert cells(file.getvalue(), "a.xlsx") == [["A", "#N/A"]]


def test_a_workbook_that_wants_all_memory_is_refused():
    book = Workbook()
    book.active["A1"] = "sku"
    book.active["XFD1048576"] = "far away"
    file = io.BytesIO()
    book.save(file)
    with pytest.raises(Refusal, match="too large or too wide"):
        read(file.getvalue(), "a.xlsx")


def test_a_workbook_that_unpacks_to_too_much_is_refused(monkeypatch):
    data = workbook(["sku"], *(["A" * 100] for _row in range(100)))
    monkeypatch.setattr("core.tabular.workbook.UNPACKED_LIMIT", len(data))
    with pytest.raises(Refusal, match="too large or too wide"):
        read(data, "a.xlsx")


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400), st.sampled_from(["a.csv", "a.tsv", "a.xls", "a"]))
def test_any_bytes_are_read_or_refused(content, name):
    try:
        table, rows = read(content, name)
    except Refusal:
        return
    assert len(set(map(str.casefold, table.headers))) == len(table.headers)
    assert all(len(row.cells) == len(table.headers) for row in rows)


# Without surrogates, which can't be encoded, and without control characters nobody types: a file full of those is
# refused as no table of text.
TYPED = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("\t\r\n"), max_size=8)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(TYPED, TYPED, TYPED), max_size=5))
def test_what_was_written_comes_back(written):
    text = io.StringIO(newline="")
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows([("one", "two", "three"), *written])
    expected = [list(row) for row in written if any(value.strip() for value in row)]
    assert cells(text.getvalue()) == expected
