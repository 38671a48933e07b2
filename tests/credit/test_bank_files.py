"""Bank statements of every format are read whole or not at all, and hold each movement once."""

from __future__ import annotations

import datetime as dt
import io
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone
from openpyxl import Workbook

from core.errors import Refusal
from credit import operations
from credit.banking import Layout, fingerprints, guess_layout, kind_of_file, read_statement
from credit.banking.amounts import decimal_mark, read_amount
from credit.banking.days import day_order, read_day
from credit.banking.payers import clues_of
from credit.models import BankLine, BankStatement
from tests.factories.bank import HEADING, LAYOUT, BankAccountFactory, csv, statement, upload


def read(content, layout=None, name="statement.csv", account=""):
    """What a file says, with the layout it shows by itself."""
    file = io.BytesIO(content if isinstance(content, bytes) else content.encode())
    if layout is None and kind_of_file(file) == "table":
        layout = guess_layout(file, name, Layout({})).layout
    return read_statement(file, name, layout or Layout({}), account=account)


def facts(content, **options):
    return [(f.booked_on, f.amount, f.text) for f in read(content, **options).facts]


DAY = dt.date(2026, 11, 5)


@pytest.mark.parametrize(
    ("typed", "mark", "amount"),
    [
        ("1,23,456.78", ".", "123456.78"),
        ("₹ 1,200", ".", "1200.00"),
        ("1.234.567,89", ",", "1234567.89"),
        ("1 234,50", ",", "1234.50"),
        ("(120.00)", ".", "-120.00"),
        ("120.00-", ".", "-120.00"),
        ("−45.10", ".", "-45.10"),
        ("45.00 Dr", ".", "-45.00"),
        ("45.00 CR.", ".", "45.00"),
        ("१,२३४.५०", ".", "1234.50"),
        ("INR 99.9", ".", "99.90"),
        ("'500.00", ".", "500.00"),
    ],
)
def test_amounts_of_banks_are_read(typed, mark, amount):
    assert read_amount(typed, mark) == Decimal(amount)


@pytest.mark.parametrize("typed", ["12,34.5.6", "abc", "1.234,56", "1,2,3", "0.001", "9999999999999.00"])
def test_what_is_no_amount_is_refused_in_a_sentence(typed):
    with pytest.raises(Refusal):
        read_amount(typed, ".")


def test_nothing_is_no_amount():
    assert [read_amount(blank) for blank in ("", " ", "-", "—")] == [None] * 4


@pytest.mark.parametrize(
    ("values", "mark"),
    [(["1,200.50", "3"], "."), (["1.200,50"], ","), (["1.200,50", "1,200.50"], None), (["1200", "5"], "")],
)
def test_a_column_shows_how_decimals_are_written(values, mark):
    assert decimal_mark(values) == mark


@pytest.mark.parametrize(
    ("values", "order"),
    [
        (["03/04/2026", "25/04/2026"], "dmy"),
        (["03/04/2026", "04/25/2026"], "mdy"),
        (["03/04/2026", "04/05/2026"], ""),
        (["25/04/2026", "04/25/2026"], None),
        (["2026-04-03", "05 Nov 2026"], "dmy"),
    ],
)
def test_a_column_shows_whether_the_day_or_the_month_stands_first(values, order):
    assert day_order(values) == order


@pytest.mark.parametrize(
    "typed",
    [
        "05/11/2026",
        "5.11.26",
        "2026-11-05",
        "5-Nov-2026",
        "05 Nov 26",
        "20261105",
        "05/11/2026 14:03:22",
        "2026-11-05T14:03:22Z",
    ],
)
def test_days_of_banks_are_read(typed):
    assert read_day(typed) == DAY


def test_the_month_stands_first_where_the_column_says_so():
    assert read_day("11/05/2026", "mdy") == DAY
    with pytest.raises(Refusal, match="not a day"):
        read_day("31/13/2026")


def test_a_table_with_lines_above_totals_below_and_repeated_headings():
    content = """Some Bank Ltd,,,,
Account: 33001234,,,,
Opening Balance,,,,"1,000.00"

Date,Narration,Chq/Ref Number,Withdrawal Amt,Deposit Amt,Closing Balance
05/11/2026,NEFT RAVI MOBILES,N1,,"1,500.00","2,500.00"
,INV-2026-00001,,,,
Date,Narration,Chq/Ref Number,Withdrawal Amt,Deposit Amt,Closing Balance
25/11/2026,SMS CHARGES,,17.70,,"2,482.30"
Total,,,17.70,"1,500.00",
*** end of statement ***,,,,,
""".replace("{HEADING}", "")
    found = read(content)
    assert [(f.number, f.amount, f.text) for f in found.facts] == [
        (6, Decimal("1500.00"), "NEFT RAVI MOBILES INV-2026-00001"),
        (9, Decimal("-17.70"), "SMS CHARGES"),
    ]
    assert (found.opening, found.closing, found.difference) == (Decimal(1000), Decimal("2482.30"), Decimal(0))
    assert (found.starts_on, found.ends_on) == (DAY, dt.date(2026, 11, 25))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_any_encoding_and_delimiter_with_comma_decimals(encoding, delimiter):
    rows = [
        ["Buchungstag", "Verwendungszweck", "Betrag"],
        ["25.11.2026", "Miete Müller", "-1.250,00"],
        ["26.11.2026", "Rechnung 7", "99,90"],
    ]
    content = "\r\n".join(delimiter.join(row) for row in rows).encode(encoding)
    assert facts(content) == [
        (dt.date(2026, 11, 25), Decimal("-1250.00"), "Miete Müller"),
        (dt.date(2026, 11, 26), Decimal("99.90"), "Rechnung 7"),
    ]


def test_an_amount_column_with_its_direction():
    content = "Txn Date,Amount,Cr/Dr,Remarks\n25/11/2026,500.00,CR,UPI\n26/11/2026,20.00,DR,FEE\n"
    assert facts(content) == [
        (dt.date(2026, 11, 25), Decimal("500.00"), "UPI"),
        (dt.date(2026, 11, 26), Decimal("-20.00"), "FEE"),
    ]


def test_a_workbook_is_read_like_a_table():
    book = Workbook()
    rows: list[list[Any]] = [
        ["My Bank"],
        [],
        ["Date", "Narration", "Debit", "Credit"],
        ["05/11/2026", "IMPS", None, 1500.5],
    ]
    for row in rows:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    layout = Layout({"date": "Date", "text": "Narration", "debit": "Debit", "credit": "Credit"}, "dmy", ".")
    assert facts(file.getvalue(), layout=layout, name="s.xlsx") == [(DAY, Decimal("1500.50"), "IMPS")]


def test_every_problem_is_named_with_its_line_and_nothing_is_read():
    content = csv(
        "05/11/2026,A,,,100.00",
        "31/02/2026,B,,,5.00",
        "06/11/2026,C,,1.00,2.00",
        ",D,,,7.00",
        "07/11/2026,E,,,x1",
    )
    found = read(content, layout=LAYOUT)
    assert not found.facts
    assert [problem.split(":")[0] for problem in found.problems] == ["Line 3", "Line 4", "Line 5", "Line 6"]
    assert "“31/02/2026” is not a day." in found.problems[0]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "empty"),
        (b"Date,Narration,Debit,Credit\n", "no lines"),
        (b"\x89PNG\r\n\x1a\nxxxx", "PNG"),
        (b"just a few words", "columns"),
        (b":20:STARTUMS\n:25:1234", "MT940"),
        (b"<!DOCTYPE html><html><body></body></html>", "web page"),
    ],
)
def test_what_is_no_statement_is_refused_in_a_sentence(content, why):
    with pytest.raises(Refusal, match=why):
        read(content)


OFX = b"""OFXHEADER:100
DATA:OFXSGML
VERSION:102
SECURITY:NONE
ENCODING:USASCII
CHARSET:1252
COMPRESSION:NONE
OLDFILEUID:NONE
NEWFILEUID:NONE

<OFX><SIGNONMSGSRSV1><SONRS><STATUS><CODE>0<SEVERITY>INFO</STATUS><DTSERVER>20261122<LANGUAGE>ENG</SONRS></SIGNONMSGSRSV1>
<BANKMSGSRSV1><STMTTRNRS><TRNUID>1<STATUS><CODE>0<SEVERITY>INFO</STATUS>
<STMTRS><CURDEF>INR<BANKACCTFROM><BANKID>1<ACCTID>33001234<ACCTTYPE>CHECKING</BANKACCTFROM>
<BANKTRANLIST><DTSTART>20261101<DTEND>20261122
<STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20261105120000.000[+5.5:IST]<TRNAMT>1500.00<FITID>F1<NAME>RAVI &amp; SONS
<MEMO>INV-2026-00001</STMTTRN>
<STMTTRN><TRNTYPE>FEE<DTPOSTED>20261106<TRNAMT>-17.70<FITID>F2<NAME>SMS CHARGES<BANKSOWNTAG>x</STMTTRN>
</BANKTRANLIST><LEDGERBAL><BALAMT>2482.30<DTASOF>20261122</LEDGERBAL></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>
"""


def test_ofx_is_read_also_with_tags_of_the_bank_s_own():
    found = read(OFX)
    assert [(f.booked_on, f.amount, f.payer, f.reference) for f in found.facts] == [
        (DAY, Decimal("1500.00"), "RAVI & SONS", "F1"),
        (dt.date(2026, 11, 6), Decimal("-17.70"), "SMS CHARGES", "F2"),
    ]
    assert [f.number for f in found.facts] == [15, 17]
    assert (found.closing, found.currency, found.account) == (Decimal("2482.30"), "INR", "33001234")
    assert (found.starts_on, found.ends_on) == (dt.date(2026, 11, 1), dt.date(2026, 11, 22))


def test_ofx_with_a_damaged_entry_is_refused_with_its_line():
    found = read(OFX.replace(b"-17.70<FITID>", b"lots<FITID>"))
    assert found.problems == ["Line 17: “lots” is not an amount."]


def camt(version="02", party="<Dbtr><Nm>Ravi Mobiles</Nm></Dbtr>", status="BOOK", more=""):
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}"><BkToCstmrStmt><GrpHdr><MsgId>1</MsgId></GrpHdr>
<Stmt><Id>1</Id><Acct><Id><IBAN>DE89370400440532013000</IBAN></Id><Ccy>EUR</Ccy></Acct>
<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">100.00</Amt><CdtDbtInd>DBIT</CdtDbtInd></Bal>
<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">1392.30</Amt><CdtDbtInd>CRDT</CdtDbtInd></Bal>
<Ntry><Amt Ccy="EUR">1500.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>{status}</Sts><BookgDt><Dt>2026-11-05</Dt></BookgDt>
<AcctSvcrRef>B1</AcctSvcrRef><NtryDtls><TxDtls><Refs><EndToEndId>E2E-7</EndToEndId></Refs>
<RltdPties>{party}<DbtrAcct><Id><IBAN>DE00123</IBAN></Id></DbtrAcct></RltdPties>
<RmtInf><Ustrd>INV-2026-00001</Ustrd><Ustrd>thanks</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>
<Ntry><Amt Ccy="EUR">7.70</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>
<BookgDt><DtTm>2026-11-06T10:00:00</DtTm></BookgDt><NtryDtls/><AddtlNtryInf>Fee</AddtlNtryInf></Ntry>{more}</Stmt></BkToCstmrStmt></Document>""".encode()


@pytest.mark.parametrize(
    ("version", "party"),
    [
        ("02", "<Dbtr><Nm>Ravi Mobiles</Nm></Dbtr>"),
        ("06", "<Dbtr><Nm>Ravi Mobiles</Nm></Dbtr>"),
        ("08", "<Dbtr><Pty><Nm>Ravi Mobiles</Nm></Pty></Dbtr>"),
    ],
)
def test_camt_of_any_version(version, party):
    found = read(camt(version, party))
    first, second = found.facts
    assert (first.booked_on, first.amount, first.payer) == (DAY, Decimal("1500.00"), "Ravi Mobiles")
    assert (first.reference, first.payer_account) == ("B1", "DE00123")
    assert first.text == "INV-2026-00001 thanks E2E-7"
    assert (second.amount, second.text, second.booked_on) == (Decimal("-7.70"), "Fee", dt.date(2026, 11, 6))
    assert (found.opening, found.closing, found.difference) == (
        Decimal("-100.00"),
        Decimal("1392.30"),
        Decimal(0),
    )


def test_camt_leaves_out_what_is_only_announced_and_reads_a_batch_part_by_part():
    batch = """<Ntry><Amt Ccy="EUR">30.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts>
<BookgDt><Dt>2026-11-07</Dt></BookgDt><AcctSvcrRef>B3</AcctSvcrRef><NtryDtls><TxDtls><Amt Ccy="EUR">10.00</Amt></TxDtls>
<TxDtls><Amt Ccy="EUR">20.00</Amt></TxDtls></NtryDtls></Ntry>"""
    found = read(camt(status="PDNG", more=batch))
    assert [(f.amount, f.reference) for f in found.facts] == [
        (Decimal("-7.70"), ""), (Decimal("10.00"), "B3"), (Decimal("20.00"), "B3/2")
    ]  # fmt: skip


@pytest.mark.parametrize("content", [camt(), OFX])
def test_files_that_declare_entities_are_not_read(content):
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">]>'
    evil = (
        content.replace(b"?>\n", b"?>\n" + bomb, 1)
        if content.startswith(b"<?xml")
        else content.replace(b"<OFX>", bomb + b"<OFX>")
    )
    with pytest.raises(Refusal, match="entities"):
        read(evil)


def test_damaged_xml_is_refused_with_what_is_wrong():
    with pytest.raises(Refusal, match="damaged"):
        read(camt()[:-40])


def test_equal_lines_of_a_day_are_numbered_and_known_again():
    rows = ["05/11/2026,UPI,,,500.00", "05/11/2026,UPI,,,500.00", "06/11/2026,UPI,,,500.00"]
    names = fingerprints(1, read(csv(*rows), layout=LAYOUT).facts)
    assert len(set(names)) == 3
    assert fingerprints(1, read(csv(*rows[:2]), layout=LAYOUT).facts) == names[:2]
    assert not set(names) & set(fingerprints(2, read(csv(*rows), layout=LAYOUT).facts))


def test_clues_of_an_indian_narration():
    clues = clues_of("UPI/CR/412345678901/RAVI MOBILES/HDFC/ravi.m@okhdfc/bill 42", reference="AXISN26 1")
    assert "412345678901" in clues.references
    assert clues.keys[0] == "upi:ravi.m@okhdfc"
    assert "ravi mobiles" in clues.names
    assert "#42" in clues.documents
    assert clues_of("NEFT INV 2026 412", payer="M/S Ravi Mobiles Pvt. Ltd.").documents[0] == "INV-2026-00412"
    assert clues_of("", payer="M/S Ravi Mobiles Pvt. Ltd.").names == ("ravi mobiles",)


# --- what is kept ------------------------------------------------------------------------------------------------
@pytest.fixture
def account(db):
    return BankAccountFactory()


ROWS = ["05/11/2026,UPI RAVI,,,500.00", "05/11/2026,UPI RAVI,,,500.00", "06/11/2026,CHARGES,,10.00,"]


def test_accept_statement_of_a_known_layout_reads_it_at_once(account):
    made = statement(account, *ROWS)
    assert (made.state, made.found, made.added) == ("read", 3, 3)
    assert (made.starts_on, made.ends_on) == (DAY, dt.date(2026, 11, 6))


def test_accept_statement_twice_adds_nothing(account):
    first = statement(account, *ROWS)
    again = operations.accept_statement(account, upload(csv(*ROWS)), by=None, at=timezone.now())
    assert again.again
    assert again.statement.pk == first.pk
    assert BankLine.objects.count() == 3


def test_overlapping_files_add_only_what_is_new(account):
    statement(account, *ROWS)
    second = statement(account, *ROWS[1:], "07/11/2026,NEFT,,,70.00")
    assert (second.found, second.added) == (3, 1)
    third = statement(account, *ROWS, "05/11/2026,UPI RAVI,,,500.00")
    assert (third.found, third.added) == (4, 1)
    assert BankLine.objects.count() == 5


def test_an_unknown_table_waits_for_its_columns(db):
    account = BankAccountFactory(layout={})
    made = statement(account, *ROWS)
    assert (made.state, made.lines.count()) == ("uploaded", 0)
    assert made.layout["mapping"]["credit"] == "Deposit"
    read_now = operations.start_reading(made, LAYOUT, by=None, at=timezone.now())
    assert (read_now.state, read_now.added) == ("read", 3)
    account.refresh_from_db()
    assert Layout.of(account.layout) == LAYOUT


def test_a_file_with_a_mistake_keeps_its_problems_and_no_line(account):
    made = statement(account, ROWS[0], "99/99/2026,X,,,5.00")
    assert (made.state, made.problems, made.lines.count()) == (
        "refused",
        ["Line 3: “99/99/2026” is not a day."],
        0,
    )
    assert statement(account, ROWS[0], "99/99/2026,X,,,5.00").state == BankStatement.State.REFUSED


def test_another_account_s_or_currency_s_file_is_refused(db):
    account = BankAccountFactory(number="33009999")
    assert statement(account, content=OFX).problems == [f"The file is of account 33001234, not of {account}."]
    assert "EUR" in statement(BankAccountFactory(number=""), content=camt()).problems[0]


def test_a_day_that_has_not_come_is_refused(account):
    made = statement(account, "05/11/2031,UPI,,,5.00")
    assert "has not come yet" in made.problems[0]


def test_a_thousand_lines_take_few_queries(account, django_assert_max_num_queries):
    rows = [f"05/11/2026,UPI/{n}/SHOP {n},{n:012},,{n}.50" for n in range(1, 1001)]
    with django_assert_max_num_queries(45):
        made = statement(account, *rows)
    assert made.added == 1000


def test_headings_are_the_factory_s():
    assert HEADING.split(",")[0] == LAYOUT.mapping["date"]
