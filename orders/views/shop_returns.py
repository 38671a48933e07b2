"""Behind a retailer's link: goods to send back, and the slip for the box."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from core.errors import Refusal
from credit.models import RetailerLink
from credit.views.retailer import DONE, ByLink, closed, pdf_response
from credit.views.shop import ShopForm
from orders.models import Return, ReturnLine
from orders.operations import ReturnItem, request_return
from orders.queries.returns import Returnable, returnable
from orders.slips import of_return, slip_pdf

DONE["send-back"] = _("Thank you. We look at it and tell you when to send the goods.")


class SendBackWords(forms.Form):
    reason = forms.ChoiceField(choices=ReturnLine.Reason.choices)
    words = forms.CharField(required=False, max_length=300)
    photo = forms.FileField(required=False)

    def __init__(self, *args: Any, lines: list[Returnable], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for line in lines:
            self.fields[f"pieces_{line.line_id}"] = forms.IntegerField(
                label=line.description, required=False, min_value=0, max_value=line.left
            )


class ShopReturn(ShopForm):
    """Pieces of an invoice that the shop wants to send back: how many, why, a photo. Our people decide."""

    template_name = "orders/retailer/send_back.html"
    done = "send-back"
    shown: list[Any]

    def is_there(self) -> bool:
        return self.invoice is not None and bool(self.lines)

    @cached_property
    def lines(self) -> list[Returnable]:
        """What can still come back."""
        assert self.invoice is not None
        customer = self.invoice.account.customer_id
        return [
            line for line in returnable(customer, invoices=[self.invoice.pk]) if line.left and line.product_id
        ]

    def get_form(self, *data: Any) -> forms.Form:
        return SendBackWords(*data, lines=self.lines)

    def context(self) -> dict[str, Any]:
        return {"rows": self.shown, "reasons": ReturnLine.Reason.choices}

    def page(self, request: Any, form: Any, status: int = 200) -> Any:
        self.shown = [(line, form[f"pieces_{line.line_id}"]) for line in self.lines]
        return super().page(request, form, status)

    def perform(self, form: SendBackWords, reference: str) -> Return:
        assert self.invoice is not None
        told = form.cleaned_data
        pieces = {line.line_id: told[f"pieces_{line.line_id}"] or 0 for line in self.lines}
        return request_return(
            self.invoice.account.customer,
            [ReturnItem(pk, n, told["reason"]) for pk, n in pieces.items()],
            note=told["words"],
            photo=told["photo"],
            from_shop=True,
            link=self.link,
            reference=reference,
            by=None,
            at=timezone.now(),
        )

    def do(self, form: Any, reference: str) -> None:
        try:
            super().do(form, reference)
        except Refusal as refusal:
            text = SAID.get(refusal.code)
            raise Refusal(str(text), code=refusal.code) if text else refusal from refusal


SAID = {
    "nothing_to_return": _("Say how many pieces come back."),
    "more_than_billed": _("That is more than can still come back."),
}
"""What a shop reads instead of the sentence for our own people."""


class RetailerReturn(ByLink):
    """The slip behind a retailer's link; another customer's is as if it did not exist."""

    most_per_minute = 20

    def show(
        self, request: HttpRequest, link: RetailerLink, token: str, number: str = ""
    ) -> HttpResponseBase:
        rows = Return.objects.filter(customer=link.account.customer_id)
        rma = rows.filter(number=number).first() if "\x00" not in number else None
        if rma is None:
            return closed(request, 404)
        return pdf_response(slip_pdf(of_return(rma)), rma.number)
