"""Taking back money of lines without pieces: the price was wrong, the goods stay where they are."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from django.utils.translation import gettext as _

from core.errors import Refusal
from core.money import ZERO, format_money, round_money
from credit.models import CreditNoteLine, Invoice


def lines_of_amounts(invoice: Invoice, amounts: Mapping[int, Decimal]) -> list[CreditNoteLine]:
    """`{invoice_line_pk: gross}` as lines of a credit note, tax in proportion. All that is left takes the pieces too.

    Refuses more than was billed on a line and not taken back yet.
    """
    result = []
    for line in invoice.lines.prefetch_related("credited"):
        asked = amounts.get(line.pk, ZERO)
        if not asked:
            continue
        before = list(line.credited.all())
        gross = line.gross - sum((each.gross for each in before), ZERO)
        if asked < 0 or asked > gross:
            raise Refusal(
                _("%(sku)s: at most %(most)s can still be taken back.")
                % {"sku": line.sku, "most": format_money(gross, invoice.currency)},
                code="more_than_billed",
            )
        tax_left = line.tax - sum((each.tax for each in before), ZERO)
        whole = asked == gross
        tax = tax_left if whole else min(round_money(asked * line.tax / line.gross), tax_left)
        pieces = line.quantity - sum(each.quantity for each in before) if whole else 0
        result.append(
            CreditNoteLine(invoice_line=line, quantity=pieces, net=asked - tax, tax=tax, gross=asked)
        )
    if not result:
        raise Refusal(
            _("Everything on %s has been taken back already.") % invoice.number, code="nothing_to_take_back"
        )
    return result
