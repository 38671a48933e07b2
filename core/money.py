"""Money: Decimal amounts, one rounding rule, and how people type and read them.

Amounts (what is owed, paid, printed) have two decimals; prices and costs have four. Rounding is half up, away from
zero, as tax offices and people do it. Rounding happens once per line (see docs/adr/0004-rounding.md).
"""

from __future__ import annotations

import re
import unicodedata
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any, NamedTuple

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from .bidi import left_to_right, without_marks
from .errors import Refusal

CENT = Decimal("0.01")
ZERO = Decimal("0.00")
LARGEST_AMOUNT = Decimal("999999999999.99")
LAKHS = {"INR", "BDT", "PKR", "NPR", "LKR"}
"""Currencies whose people group by lakh and crore: 2,14,900."""
SYMBOLS = {"INR": "₹", "USD": "$", "EUR": "€", "GBP": "£", "BDT": "৳", "AED": "AED", "PKR": "Rs", "RUB": "₽"}


class Taxed(NamedTuple):
    """One line's amounts, each to the cent, with net + tax = gross."""

    net: Decimal
    tax: Decimal
    gross: Decimal


def round_money(amount: Decimal) -> Decimal:
    """Round to the cent, half up."""
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


def round_price(price: Decimal) -> Decimal:
    """Round a price or cost to four decimals, half up."""
    return price.quantize(Decimal("0.0001"), rounding=ROUND_HALF_UP)


def round_to(amount: Decimal, step: Decimal) -> Decimal:
    """Round to a multiple of `step` (0.05, 1), half up, and give it back in cents."""
    return round_money((amount / step).quantize(Decimal(1), rounding=ROUND_HALF_UP) * step)


def taxed(amount: Decimal, rate: Decimal, *, inclusive: bool) -> Taxed:
    """Split or extend an amount by a tax rate given in percent.

    Exclusive: `amount` is the net. Inclusive: `amount` is what the customer pays, and the tax is inside it.
    """
    if inclusive:
        gross = round_money(amount)
        tax = round_money(gross * rate / (100 + rate))
        return Taxed(gross - tax, tax, gross)
    net = round_money(amount)
    tax = round_money(net * rate / 100)
    return Taxed(net, tax, net + tax)


def symbol(currency: str) -> str:
    """The sign people know a currency by, else its code."""
    return SYMBOLS.get(currency, currency)


def format_money(amount: Decimal, currency: str = "") -> str:
    """`214900` as `2,14,900.00` in rupees and `214,900.00` elsewhere; with a currency, its sign in front.

    In Hindi every currency is grouped by lakh. Digits are 0 to 9 and the sign stands in front in every language: what
    the page says is then what the invoice, the bank and the calculator say (docs/languages.md).
    """
    amount = round_money(Decimal(amount))
    whole, cents = f"{abs(amount):.2f}".split(".")
    if len(whole) > 3 and (currency in LAKHS or (get_language() or "").startswith("hi")):
        head, tail = whole[:-3], whole[-3:]
        grouped = re.sub(r"(?<=\d)(?=(\d\d)+$)", ",", head) + "," + tail
    else:
        grouped = f"{int(whole):,}"
    mark = symbol(currency) if currency else ""
    space = "\N{NO-BREAK SPACE}" if mark.isalpha() else ""
    # After Arabic letters even ₹ would change sides.
    return left_to_right(f"{'−' if amount < 0 else ''}{mark}{space}{grouped}.{cents}")


def parse_money(text: Any) -> Decimal:
    """Read an amount as people type it: `1,200`, `₹ 1 200.50`, `1.200,50`, digits of any script.

    Refuses, in a sentence, what is not an amount, is not finite, has more than two decimals, or is absurdly large.
    """
    return _parse(text, places=2)


def parse_price(text: Any) -> Decimal:
    """Read the price or cost of one piece: as an amount, with up to four decimals."""
    return _parse(text, places=4)


def _parse(text: Any, *, places: int) -> Decimal:
    if isinstance(text, int | Decimal) and not isinstance(text, bool):
        return _checked(Decimal(text), str(text), places)
    typed = unicodedata.normalize("NFKC", without_marks(str(text or ""))).strip()
    digits = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in typed)
    digits = digits.replace("٫", ".").replace("٬", ",").replace("−", "-")
    digits = re.sub(r"^([^\d\-(]*)|[^\d)]*$", "", digits) if re.search(r"\d", digits) else digits
    digits = re.sub(r"[\s'_\u00a0\u202f]", "", digits)
    if re.fullmatch(r"-?\d{1,3}(\.\d{3})+,\d{1,2}|-?\d+,\d{1,2}", digits):
        digits = digits.replace(".", "").replace(",", ".")
    elif re.fullmatch(r"-?\d{1,3}(,\d{2,3})+(\.\d+)?", digits):
        digits = digits.replace(",", "")
    try:
        if not re.fullmatch(r"-?\d+(\.\d+)?|-?\.\d+", digits):
            raise InvalidOperation
        return _checked(Decimal(digits), typed, places)
    except InvalidOperation:
        raise Refusal(
            _("“%(typed)s” is not an amount.") % {"typed": typed[:40]}, code="not_an_amount"
        ) from None


def _checked(amount: Decimal, typed: str, places: int) -> Decimal:
    if not amount.is_finite():
        raise Refusal(_("“%(typed)s” is not an amount.") % {"typed": typed[:40]}, code="not_an_amount")
    if abs(amount) > LARGEST_AMOUNT:
        raise Refusal(
            _("%(typed)s is more than we can book.") % {"typed": typed[:40]}, code="amount_too_large"
        )
    rounded = round_money(amount) if places == 2 else round_price(amount)
    if amount != rounded:
        message = (
            _("%(typed)s has more than two decimals.")
            if places == 2
            else _("%(typed)s has more than four decimals.")
        )
        raise Refusal(message % {"typed": typed[:40]}, code="too_precise")
    return rounded
