"""Runs alone: `python -I workbook_child.py MEMORY CPU SHEET < workbook`, writes JSON lines.

First {"sheet", "sheets"}, then {"rows": [[number, [text, …]], …]} in batches, at last {"end": true}. When it
can't: {"refusal": "damaged"}. Imports nothing of the project, so that it starts in hundredths of a second.
"""

import json
import re
import resource
import sys
import zipfile
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from xml.etree import ElementTree

BATCH = 500
# calamine reads a failed formula as an empty cell. A price of #N/A is not "no price", so these are looked up.
ERROR_CELL = re.compile(
    rb'<c r="([A-Z]{1,3})(\d+)"[^>]*? t="e"[^>]*>(?:<f.*?(?:</f>|/>))?<v>(#[^<]{1,20})</v>'
)
PIECE, OVERLAP = 4 * 1024 * 1024, 64 * 1024
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def as_text(value):
    """The value as a person would have typed it: 12 not 12.0, ISO dates, no exponent."""
    if isinstance(value, str):
        # Zero characters can't be kept by PostgreSQL; a lone surrogate can't be written as UTF-8.
        return value.replace("\0", "").encode("utf-8", "replace").decode()
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else format(Decimal(repr(value)), "f")
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    return str(value)


def say(answer):
    sys.stdout.write(json.dumps(answer, ensure_ascii=True, separators=(",", ":")))
    sys.stdout.write("\n")


def pick_sheet(workbook, wanted):
    """The wanted sheet, or the first visible one that holds anything."""
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    names = [
        sheet.name
        for sheet in workbook.sheets_metadata
        if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible
    ]
    if wanted:
        if wanted not in names:
            return None, names, None
        return wanted, names, workbook.get_sheet_by_name(wanted)
    for name in names:
        sheet = workbook.get_sheet_by_name(name)
        if sheet.end is not None:
            return name, names, sheet
    return "", names, None


def main():
    memory, cpu, wanted = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    from python_calamine import CalamineError, PasswordError, load_workbook

    try:
        workbook = load_workbook(sys.stdin.buffer)
        name, names, sheet = pick_sheet(workbook, wanted)
        if sheet is None:
            say({"refusal": "no sheet:" + ", ".join(names) if wanted else "empty"})
            return
        say({"sheet": name, "sheets": names})
        send_rows(sheet, error_cells(sys.stdin.buffer, name))
        say({"end": True})
    except PasswordError:
        say({"refusal": "password"})
    except MemoryError:
        raise
    except (CalamineError, ValueError, OSError):
        say({"refusal": "damaged"})


def send_rows(sheet, errors):
    """Every row from the first of the sheet on, so that the numbers are those of the spreadsheet."""
    batch = []
    for number, row in enumerate(sheet.iter_rows(), start=1):
        cells = [as_text(value) for value in row]
        for column, text in errors.get(number, ()):
            if column < len(cells):
                cells[column] = text
        batch.append([number, cells])
        if len(batch) == BATCH:
            say({"rows": batch})
            batch = []
    say({"rows": batch})


def error_cells(file, sheet_name):
    """{row number: [(column from 0, "#N/A"), …]} of an xlsx sheet; nothing for other formats."""
    errors: dict = {}
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive, archive.open(sheet_part(archive, sheet_name)) as part:
            rest = b""
            while piece := part.read(PIECE):
                piece = rest + piece
                if b't="e"' in piece:
                    for letters, row, text in ERROR_CELL.findall(piece):
                        errors.setdefault(int(row), []).append((column_index(letters), text.decode()))
                rest = piece[-OVERLAP:]
    except (KeyError, zipfile.BadZipFile, ElementTree.ParseError, OSError):
        return {}
    return errors


def sheet_part(archive, sheet_name):
    """Where in the archive the sheet of that name is. KeyError when this is no xlsx."""
    # Entities that multiply are stopped by expat's own limit and by that of this process.
    book = ElementTree.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314
    relation = next(
        (e.get(RELATION) for e in book.iter() if e.get("name") == sheet_name and e.get(RELATION)), None
    )
    relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314
    target = {e.get("Id"): e.get("Target", "") for e in relations.iter()}[relation]
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def column_index(letters):
    index = 0
    for letter in letters:
        index = index * 26 + letter - 64
    return index - 1


if __name__ == "__main__":
    main()
