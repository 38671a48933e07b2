"""Reading what banks, UPI apps and mobile-money services send: tables, OFX, CAMT.

    read = read_statement(file, name, layout, account=…)   # a `Read`: facts and balances, or problems

Pure: nothing here writes or asks the database. A file is read whole or not at all; what is wrong is said in
sentences with their line numbers.
"""

from .facts import Fact, Read
from .fingerprints import fingerprints
from .layout import Layout, guess_layout
from .reading import kind_of_file, read_statement

__all__ = ["Fact", "Layout", "Read", "fingerprints", "guess_layout", "kind_of_file", "read_statement"]
