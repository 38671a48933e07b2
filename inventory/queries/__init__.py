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
from .devices import Fit, find_devices, what_fits
from .expecting import Expected, expectations
from .figures import Figures, figures, figures_by_location
from .fitting import device_meant, fits, next_to_review, other_devices
from .imports import failures, failures_table, preview
from .purchasing import LeadTime, OpenLine, incoming, lead_times, open_purchase_lines, product_lead_times
from .search import Hit, by_code, narrow, search_products
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
from .valuation import (
    CostPoint,
    IssueCost,
    Worth,
    charges_of,
    cost_history,
    issue_costs,
    standing_layers,
    variances,
    worth_of,
)

__all__ = [
    "Availability",
    "CostPoint",
    "Expected",
    "Figures",
    "Fit",
    "Hit",
    "IssueCost",
    "LeadTime",
    "OpenLine",
    "PriceThen",
    "Standing",
    "Warranty",
    "Worth",
    "availability",
    "below",
    "by_code",
    "category_tree",
    "charges_of",
    "check_books",
    "cost_history",
    "device_meant",
    "expectations",
    "failures",
    "failures_table",
    "figures",
    "figures_by_location",
    "find_devices",
    "fits",
    "incoming",
    "issue_costs",
    "kinds",
    "last_moves",
    "last_receipts",
    "lead_times",
    "list_preview",
    "narrow",
    "next_to_review",
    "note_kept",
    "open_purchase_lines",
    "other_devices",
    "preview",
    "prices_over_time",
    "product_lead_times",
    "search_products",
    "specification_names",
    "specifications_by_path",
    "specifications_of",
    "standing",
    "standing_layers",
    "substitutes",
    "substitutes_of",
    "variances",
    "warranty_of",
    "what_fits",
    "with_available",
    "with_open",
    "worth_of",
]
