"""Behind a retailer's link: the goods have arrived; the same again."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from core.errors import Refusal
from credit.views.shop import ShopForm
from orders.models import Delivery, DeliveryConfirmation, Reorder
from orders.operations.shop import ask_for_again, confirm_delivery
from orders.queries.shop import AgainLine, again_lines, order_of

MOST_PIECES = 10_000


class ReceivedWords(forms.Form):
    received_by = forms.CharField(required=False, max_length=80)
    words = forms.CharField(required=False, max_length=300)
    missing = forms.BooleanField(required=False)
    photo = forms.FileField(required=False)


class ShopReceived(ShopForm):
    """What an invoice bills has arrived: who took it, and whether all is there."""

    form_class = ReceivedWords
    template_name = "orders/retailer/received.html"
    done = "received"

    def is_there(self) -> bool:
        return self.invoice is not None and order_of(self.invoice) is not None

    @cached_property
    def delivery(self) -> Delivery | None:
        """The delivery of this order that the address or the form names."""
        asked = self.request.POST.get("delivery") or self.request.GET.get("delivery") or ""
        order = order_of(self.invoice) if self.invoice else None
        if order is None or not asked or "\x00" in asked:
            return None
        return order.deliveries.filter(number=asked[:24]).first()

    def context(self) -> dict[str, Any]:
        return {"delivery": self.delivery}

    def perform(self, form: ReceivedWords, reference: str) -> DeliveryConfirmation:
        told = form.cleaned_data
        assert self.invoice is not None
        return confirm_delivery(
            self.invoice,
            link=self.link,
            received_by=told["received_by"],
            words=told["words"],
            all_there=not told["missing"],
            photo=told["photo"],
            delivery=self.delivery,
            at=timezone.now(),
        )


class AgainWords(forms.Form):
    words = forms.CharField(required=False, max_length=300)

    def __init__(self, *args: Any, lines: list[AgainLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for at, line in enumerate(lines):
            self.fields[f"pieces_{at}"] = forms.IntegerField(
                label=line.description,
                required=False,
                min_value=0,
                max_value=MOST_PIECES,
                initial=line.quantity,
            )


class ShopAgain(ShopForm):
    """The goods of an invoice once more, at today's prices, as many as the shop wants now."""

    template_name = "orders/retailer/again.html"
    done = "again"
    shown: list[Any]

    def is_there(self) -> bool:
        return self.invoice is not None

    @cached_property
    def lines(self) -> list[AgainLine]:
        """What can still be bought."""
        assert self.invoice is not None
        return [each for each in again_lines(self.invoice, on=timezone.localdate()) if each.priced]

    @cached_property
    def gone(self) -> list[AgainLine]:
        assert self.invoice is not None
        return [each for each in again_lines(self.invoice, on=timezone.localdate()) if not each.priced]

    def get_form(self, *data: Any) -> forms.Form:
        return AgainWords(*data, lines=self.lines)

    def context(self) -> dict[str, Any]:
        return {"rows": self.shown, "gone": self.gone}

    def page(self, request: Any, form: Any, status: int = 200) -> Any:
        self.shown = [(line, form[f"pieces_{at}"]) for at, line in enumerate(self.lines)]
        return super().page(request, form, status)

    def perform(self, form: AgainWords, reference: str) -> Reorder:
        told = form.cleaned_data
        assert self.invoice is not None
        pieces = {line.sku: told[f"pieces_{at}"] or 0 for at, line in enumerate(self.lines)}
        pieces |= {line.sku: line.quantity for line in self.gone}
        return ask_for_again(
            self.invoice,
            pieces,
            link=self.link,
            reference=reference,
            words=told["words"],
            at=timezone.now(),
        )

    def do(self, form: Any, reference: str) -> None:
        try:
            super().do(form, reference)
        except Refusal as refusal:
            text = SAID.get(refusal.code)
            raise Refusal(str(text), code=refusal.code) if text else refusal from refusal


SAID = {
    "customer_cannot_order": _("We can't take an order from you here just now. Please call us."),
    "nothing_to_order": _("Say how many pieces you want."),
}
"""What a shop reads instead of the sentence for our own people."""
