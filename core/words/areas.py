"""Which screens are complete in every language: what a retailer sees, and what the counter says.

The texts of these files must be translated (tests/core/test_languages.py). Everything else may still be English.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from .extract import ROOT, Message

HERE = Path(__file__).resolve()
COMPLETE = [
    # what a retailer sees
    "credit/documents/*.py",
    "templates/credit/documents/*.html",
    "templates/credit/retailer/*.html",
    "templates/orders/retailer/*.html",
    "templates/orders/documents/*.html",
    "credit/views/retailer.py",
    "credit/views/shop.py",
    "credit/models/dispute.py",
    "orders/queries/expected.py",
    "orders/queries/shop.py",
    "orders/views/shop.py",
    "orders/views/shop_returns.py",
    "orders/models/returns.py",
    "credit/gateways/*.py",
    "credit/operations/checkouts.py",
    "credit/models/ledger.py",
    "credit/models/payment.py",
    "credit/operations/links.py",
    "credit/operations/statements.py",
    "credit/states.py",
    # what suppliers and drivers get on paper
    "templates/inventory/slips/*.html",
    "inventory/models/supplier_returns.py",
    # figures, days and what is typed
    "core/forms/fields.py",
    "core/money.py",
    "core/phones.py",
    "core/templatetags/figures.py",
    # logging in, and what stands around every page
    "*/nav.py",
    "templates/account/login.html",
    "templates/base.html",
    "templates/core/_density.html",
    "templates/core/_keys.html",
    "templates/core/_language.html",
    "templates/core/_offline.html",
    "templates/core/_palette.html",
    "templates/core/_rail.html",
    "templates/core/_tabbar.html",
    "templates/core/_theme.html",
    "templates/core/_topbar.html",
    "templates/core/_user_menu.html",
    "templates/core/components/crumbs.html",
    "templates/core/components/field.html",
    "templates/core/components/form_errors.html",
    "templates/core/components/menu.html",
    "templates/core/components/meter.html",
    "templates/core/components/page_head.html",
    "templates/core/components/panel_failed.html",
    "templates/core/components/quantity.html",
    # the order counter, and why it says no
    "core/screens/actions.py",
    "credit/rules.py",
    "customers/models/choices.py",
    "inventory/operations/reservations.py",
    "orders/forms/__init__.py",
    "orders/slips.py",
    "orders/operations/confirm.py",
    "orders/operations/drafts.py",
    "orders/operations/preview.py",
    "orders/operations/quoted.py",
    "orders/queries/buyers.py",
    "orders/queries/counter.py",
    "orders/queries/quoted.py",
    "orders/queries/ways.py",
    "orders/templatetags/counter.py",
    "orders/views/counter/*.py",
    "pricing/queries/missing.py",
    "pricing/queries/quoting.py",
    "pricing/wording.py",
    "templates/orders/_counter*.html",
    "templates/orders/counter.html",
]


OF_PACKAGES = [
    *(
        Message(f"%(num)d {unit}", f"%(num)d {unit}s")
        for unit in ("year", "month", "week", "day", "hour", "minute")
    ),
    *map(
        Message,
        (
            "Email",
            "Email address",
            "Forgot your password?",
            "Password",
            "Remember Me",
            "The email address and/or password you specified are not correct.",
            "This account is currently inactive.",
            "Too many failed login attempts. Try again later.",
        ),
    ),
]
"""What Django says of time, and the login package: not in every language of ours, or not as we would say it."""


def files(root: Path = ROOT) -> Iterator[Path]:
    """The files of the complete screens."""
    for pattern in COMPLETE:
        yield from sorted(root.glob(pattern))
