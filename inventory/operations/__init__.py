"""What is done with goods. Every function that moves stock locks its levels by product, then location, ascending."""

from .adjustments import approve_adjustment, reject_adjustment, request_adjustment
from .barcodes import give_barcode
from .catalogue import add_product, change_product
from .categories import (
    add_category,
    describe_category,
    merge_categories,
    move_category,
    rename_category,
    set_specifications,
)
from .count_decisions import approve_count, cancel_count, finish_count, leave_out
from .counting import ask_recount, count_product, open_count
from .demand import Want, forget_demand, record_demand, record_search
from .device_imports import accept_devices, close_devices, device_steps, import_devices, start_devices
from .device_models import merge_device_models, save_device_model
from .fitting import add_fit, correct_fit, decide_fit, undo_correction
from .imports import close_import, import_products, import_steps
from .list_comparing import close_comparison, compare_now, compare_steps, find_gone, read_steps
from .list_decisions import (
    Phones,
    accept_entries,
    accept_entry,
    reject_entries,
    reopen_entry,
    undo_entries,
)
from .locations import close_location, open_location, put_on_shelf, save_location
from .movements import adjust, receive_goods, return_goods, transfer
from .ordering import order_product
from .photos import add_photo, place_photo, remove_photo, restore_photo
from .reservations import Shipped, Taken, release, reserve, ship
from .shelves import import_shelf, start_shelf_import
from .shortage_report import count_shortages, send_shortage_report, set_reader
from .splitting import Split, split_reservations
from .stock import ReceiptLine, StockLine
from .supplier_drafts import Aside, put_aside
from .supplier_lists import (
    accept_supplier_list,
    compare_again,
    map_category,
    pasted,
    start_comparing,
    start_undoing,
)
from .transfers import transfer_goods
from .uploads import accept_import, start_import
from .valuation import charge_receipt, correct_receipt_line, recompute_costs, take_back_charge
from .waiting import Turn, WaitLine, keep_waiting
from .watching import watch_soon, watch_stock

__all__ = [
    "Aside",
    "Phones",
    "ReceiptLine",
    "Shipped",
    "Split",
    "StockLine",
    "Taken",
    "Turn",
    "WaitLine",
    "Want",
    "accept_devices",
    "accept_entries",
    "accept_entry",
    "accept_import",
    "accept_supplier_list",
    "add_category",
    "add_fit",
    "add_photo",
    "add_product",
    "adjust",
    "approve_adjustment",
    "approve_count",
    "ask_recount",
    "cancel_count",
    "change_product",
    "charge_receipt",
    "close_comparison",
    "close_devices",
    "close_import",
    "close_location",
    "compare_again",
    "compare_now",
    "compare_steps",
    "correct_fit",
    "correct_receipt_line",
    "count_product",
    "count_shortages",
    "decide_fit",
    "describe_category",
    "device_steps",
    "find_gone",
    "finish_count",
    "forget_demand",
    "give_barcode",
    "import_devices",
    "import_products",
    "import_shelf",
    "import_steps",
    "keep_waiting",
    "leave_out",
    "map_category",
    "merge_categories",
    "merge_device_models",
    "move_category",
    "open_count",
    "open_location",
    "order_product",
    "pasted",
    "place_photo",
    "put_aside",
    "put_on_shelf",
    "read_steps",
    "receive_goods",
    "recompute_costs",
    "record_demand",
    "record_search",
    "reject_adjustment",
    "reject_entries",
    "release",
    "remove_photo",
    "rename_category",
    "reopen_entry",
    "request_adjustment",
    "reserve",
    "restore_photo",
    "return_goods",
    "save_device_model",
    "save_location",
    "send_shortage_report",
    "set_reader",
    "set_specifications",
    "ship",
    "split_reservations",
    "start_comparing",
    "start_devices",
    "start_import",
    "start_shelf_import",
    "start_undoing",
    "take_back_charge",
    "transfer",
    "transfer_goods",
    "undo_correction",
    "undo_entries",
    "watch_soon",
    "watch_stock",
]
