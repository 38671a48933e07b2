"""Writing csv and xlsx that a spreadsheet shows and never runs.

A cell that begins like a formula (= + - @ % |) is made harmless in csv by a leading apostrophe; plain numbers
stay as they are. Telephone numbers begin with +, so a column of them is named and its E.164 numbers are left
alone. In xlsx every text is stored as text, which no spreadsheet computes: nothing has to be changed there.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any

from django.http import HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header

STARTS_A_FORMULA = ("=", "+", "-", "@", "%", "|", "＝", "＋", "－", "＠")
PLAIN_NUMBER = re.compile(r"^-?[0-9][0-9,. ]*$|^-?[.,][0-9]+$")
E164 = re.compile(r"^\+[1-9][0-9]{6,14}$")
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def safe_text(value: Any, *, phone: bool = False) -> Any:
    """The value for a csv cell: texts that a spreadsheet would compute get an apostrophe."""
    if not isinstance(value, str):
        return value
    visible = value.lstrip()
    if not visible.startswith(STARTS_A_FORMULA) or PLAIN_NUMBER.match(value) or (phone and E164.match(value)):
        return value
    return f"'{value}"


def csv_lines(
    headers: Sequence[str], rows: Iterable[Sequence[Any]], *, phone_columns: Collection[str] = ()
) -> Iterator[str]:
    """The file piece by piece, headed by the mark that makes Excel read UTF-8."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    phones = [header in phone_columns for header in headers]

    def taken() -> str:
        text = buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
        return text

    writer.writerow([safe_text(header) for header in headers])
    yield "\ufeff" + taken()
    for row in rows:
        writer.writerow([safe_text(_plain(v), phone=p) for v, p in zip(row, phones, strict=True)])
        yield taken()


def write_xlsx(
    file: IO[bytes], headers: Sequence[str], rows: Iterable[Sequence[Any]], *, title: str = ""
) -> None:
    """One sheet, row by row: numbers and dates as such, everything else as text."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    book = Workbook(write_only=True)
    sheet = book.create_sheet(re.sub(r"[\[\]:*?/\\]", " ", title)[:31] or "Sheet")
    sheet.freeze_panes = "A2"

    def cell(value: Any) -> Any:
        if value is None or isinstance(value, bool | int | float | Decimal | date):
            return _naive(value)
        made = WriteOnlyCell(sheet, UNPRINTABLE.sub("", str(value))[:32_767])
        made.data_type = "s"
        return made

    heading = [cell(header) for header in headers]
    for made in heading:
        made.font = Font(bold=True)
    sheet.append(heading)
    for row in rows:
        sheet.append([cell(value) for value in row])
    book.save(file)


def csv_response(
    name: str, headers: Sequence[str], rows: Iterable[Sequence[Any]], *, phone_columns: Collection[str] = ()
) -> StreamingHttpResponse:
    response = StreamingHttpResponse(
        csv_lines(headers, rows, phone_columns=phone_columns), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = content_disposition_header(True, f"{name}.csv") or ""
    return response


def xlsx_response(name: str, headers: Sequence[str], rows: Iterable[Sequence[Any]]) -> HttpResponse:
    response = HttpResponse(content_type=XLSX)
    response["Content-Disposition"] = content_disposition_header(True, f"{name}.xlsx") or ""
    buffer = io.BytesIO()
    write_xlsx(buffer, headers, rows, title=name)
    response.write(buffer.getvalue())
    return response


def _plain(value: Any) -> Any:
    """Decimals without exponent, times in the zone people live in."""
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime):
        return _naive(value).isoformat(sep=" ", timespec="seconds")
    return value


def _naive(value: Any) -> Any:
    if isinstance(value, datetime) and timezone.is_aware(value):
        return timezone.localtime(value).replace(tzinfo=None)
    return value
