"""What the home page counts. Each read is one statement, through an index, for the rows in a person's sight."""

from .earlier import Earlier, earlier
from .goods import Goods, Short, goods_today, margin_today, receipts_today, short_products, stock_value
from .money import Overdue, collected_by_day, invoiced_since, overdue, unallocated
from .sales import Sold, held, new_customers, sold_by_day, sold_by_person
from .system import failed_jobs, failed_messages

__all__ = [
    "Earlier",
    "Goods",
    "Overdue",
    "Short",
    "Sold",
    "collected_by_day",
    "earlier",
    "failed_jobs",
    "failed_messages",
    "goods_today",
    "held",
    "invoiced_since",
    "margin_today",
    "new_customers",
    "overdue",
    "receipts_today",
    "short_products",
    "sold_by_day",
    "sold_by_person",
    "stock_value",
    "unallocated",
]
