"""Reading tables people send: csv, tsv, xlsx, xls, ods. Values come as text, exactly as typed.

    with open_table(upload, upload.name) as table:
        table.headers          # ["SKU", "Name", "column 3", "Name (2)"]
        for row in table.rows: # Row(number=2, cells=["00-17", …], problem="")
            ...

Nothing here guesses what a value means: leading zeros, spaces and "N/A" stay. What can't be read with certainty
is said: the row carries a `problem`, or the whole file is refused. Files are streamed; memory stays bounded.
"""

from .opening import DEFAULT_MAX_ROWS, open_table
from .table import Row, Table

__all__ = ["DEFAULT_MAX_ROWS", "Row", "Table", "open_table"]
