"""What is asked about goods."""

from .books import check_books
from .categories import (
    Warranty,
    below,
    category_tree,
    note_kept,
    specification_names,
    specifications_by_path,
    specifications_of,
    warranty_of,
)
from .imports import failures, failures_table, preview
from .purchasing import LeadTime, OpenLine, incoming, lead_times, open_purchase_lines, product_lead_times
from .search import Fit, Hit, by_code, find_devices, narrow, search_products, what_fits
from .shelf import (
    Availability,
    availability,
    last_moves,
    last_receipts,
    substitutes,
    substitutes_of,
    with_available,
)
from .supplier_lists import PriceThen, Standing, kinds, list_preview, prices_over_time, standing, with_open

__all__ = [
    "Availability",
    "Fit",
    "Hit",
    "LeadTime",
    "OpenLine",
    "PriceThen",
    "Standing",
    "Warranty",
    "availability",
    "below",
    "by_code",
    "category_tree",
    "check_books",
    "failures",
    "failures_table",
    "find_devices",
    "incoming",
    "kinds",
    "last_moves",
    "last_receipts",
    "lead_times",
    "list_preview",
    "narrow",
    "note_kept",
    "open_purchase_lines",
    "preview",
    "prices_over_time",
    "product_lead_times",
    "search_products",
    "specification_names",
    "specifications_by_path",
    "specifications_of",
    "standing",
    "substitutes",
    "substitutes_of",
    "warranty_of",
    "what_fits",
    "with_available",
    "with_open",
]
