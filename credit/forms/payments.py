"""A payment that came in, and which payments a list shows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import django_filters as filters
from django import forms
from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms import DateField, MoneyField
from core.money import ZERO, format_money
from core.safe_files import ACCEPT
from credit.models import CreditAccount, Invoice, Payment
from credit.queries.parts import oldest_first


class PaymentFilter(filters.FilterSet):
    received = filters.DateFromToRangeFilter(field_name="received_on", label=gettext_lazy("Received"))
    method = filters.ChoiceFilter(choices=Payment.Method.choices, label=gettext_lazy("Method"))
    customer = filters.NumberFilter(
        field_name="account__customer", label=gettext_lazy("Customer"), widget=forms.HiddenInput
    )

    class Meta:
        model = Payment
        fields: list[str] = []


@dataclass(frozen=True)
class Plan:
    """What a payment would pay: by invoice, and what stays unallocated (below 0: more was given than came)."""

    amount: Decimal
    gets: dict[int, Decimal]
    rest: Decimal

    @property
    def over(self) -> Decimal:
        """How much more than came was given to invoices."""
        return max(-self.rest, ZERO)


def waits(method: str) -> bool:
    """Whether a payment so typed waits until somebody else approved it."""
    return method in settings.PAYMENTS_TO_APPROVE


def typed_methods() -> list[tuple[str, Any]]:
    """How a typed payment may have come, and which of them wait. Online payments book themselves, and a cheque has a
    page of its own."""
    elsewhere = {Payment.Method.GATEWAY, Payment.Method.CHEQUE}
    kinds = [(value, label) for value, label in Payment.Method.choices if value not in elsewhere]
    return [(value, _("%s (to approve)") % label if waits(value) else label) for value, label in kinds]


class PaymentForm(forms.Form):
    """A payment of one customer. Amounts beside invoices choose what it pays; left empty, the oldest are paid first."""

    amount = MoneyField(label=gettext_lazy("Amount"))
    method = forms.ChoiceField(label=gettext_lazy("Method"), choices=typed_methods)
    received_on = DateField(label=gettext_lazy("Received on"), near="past")
    method_reference = forms.CharField(
        label=gettext_lazy("Bank or UPI reference"), max_length=80, required=False
    )
    note = forms.CharField(label=gettext_lazy("Note"), max_length=240, required=False)
    proof = forms.FileField(
        label=gettext_lazy("Proof"),
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": ACCEPT}),
        help_text=gettext_lazy("A photo or PDF of the slip, for whoever approves it."),
    )
    keep = forms.BooleanField(
        label=gettext_lazy("Keep it unallocated"),
        help_text=gettext_lazy("It then pays no invoice now; the next invoices use it."),
        required=False,
    )

    def __init__(
        self, *args: Any, account: CreditAccount, invoices: Iterable[Invoice], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.account = account
        self.invoices = list(invoices)
        self.fields["amount"].widget.currency = account.currency
        self.fields["received_on"].initial = timezone.localdate()
        for invoice in self.invoices:
            label = _("Pay of %(number)s") % {"number": invoice.number}
            share = MoneyField(
                label=label, required=False, currency=invoice.currency, maximum=invoice.outstanding
            )
            share.widget.attrs.pop("data-understood")  # the line says what the invoice gets
            self.fields[_name(invoice)] = share

    def share_fields(self) -> list[tuple[Invoice, forms.BoundField, Decimal]]:
        """Each open invoice with the field for what it gets, and what it would get as the form stands."""
        gets = self.plan.gets
        return [(each, self[_name(each)], gets.get(each.pk, ZERO)) for each in self.invoices]

    @cached_property
    def plan(self) -> Plan:
        """What the payment would pay, as far as the form can be read: chosen shares, or the oldest first."""
        amount = self._read("amount")
        given = {each.pk: share for each in self.invoices if (share := self._read(_name(each)))}
        if given or self["keep"].value() or not amount:
            return Plan(amount, given, amount - sum(given.values(), ZERO))
        given = oldest_first(self.account.pk, amount) if self.account.pk else {}
        return Plan(amount, given, amount - sum(given.values(), ZERO))

    def _read(self, name: str) -> Decimal:
        try:
            return self.fields[name].clean(self[name].value()) or ZERO
        except forms.ValidationError:
            return ZERO

    def main_fields(self) -> list[forms.BoundField]:
        return [
            self[name]
            for name in ("amount", "method", "received_on", "method_reference", "note", "proof", "keep")
        ]

    def shares(self) -> dict[int, Decimal] | None:
        """`{invoice_pk: amount}` when invoices were chosen, {} to keep all unallocated, None for the oldest first."""
        given = {i.pk: self.cleaned_data.get(_name(i)) for i in self.invoices}
        chosen = {pk: amount for pk, amount in given.items() if amount}
        if self.cleaned_data.get("keep"):
            return {}
        return chosen or None

    def clean_received_on(self) -> Any:
        on = self.cleaned_data["received_on"]
        if on > timezone.localdate():
            raise forms.ValidationError(_("A payment can't be received in the future."))
        return on

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        chosen: dict[int, Decimal] = {i.pk: cleaned[_name(i)] for i in self.invoices if cleaned.get(_name(i))}
        if cleaned.get("keep") and chosen:
            self.add_error("keep", _("You also gave amounts to invoices. Choose one of the two."))
        amount: Decimal | None = cleaned.get("amount")
        given = sum(chosen.values(), ZERO)
        if amount is not None and given > amount:
            self.add_error(
                "amount",
                _("The invoices get %(given)s together; the payment is %(amount)s.")
                % {
                    "given": format_money(given, self.account.currency),
                    "amount": format_money(amount, self.account.currency),
                },
            )
        return cleaned


def _name(invoice: Invoice) -> str:
    return f"share_{invoice.pk}"


def payable(account: CreditAccount) -> QuerySet[Invoice]:
    """The open invoices a payment form offers: the hundred longest due."""
    return account.invoices.longest_due()[:100] if account.pk else Invoice.objects.none()
