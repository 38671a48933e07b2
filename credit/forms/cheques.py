"""Cheques: taken in, deposited, and what the bank says of them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import django_filters as filters
from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.filters import AmountRangeFilter, DateRangeFilter
from core.forms import DateField, MoneyField
from core.money import ZERO, format_money
from core.safe_files import ACCEPT
from core.templatetags.figures import day
from credit.forms.payments import payable
from credit.models import BankAccount, Cheque, CreditAccount, Invoice
from credit.queries.cheques import may_be_deposited


class ChequeFilter(filters.FilterSet):
    dated = DateRangeFilter(field_name="dated_on", label=gettext_lazy("Date on the cheque"))
    amount = AmountRangeFilter(field_name="amount", label=gettext_lazy("Amount"))
    bank = filters.CharFilter(field_name="bank", lookup_expr="icontains", label=gettext_lazy("Bank"))
    customer = filters.NumberFilter(
        field_name="account__customer", label=gettext_lazy("Customer"), widget=forms.HiddenInput
    )

    class Meta:
        model = Cheque
        fields: list[str] = []


class ChequeForm(forms.Form):
    """A cheque as it lies on the counter. Ticked invoices are paid with it, the longest due first."""

    number = forms.CharField(label=gettext_lazy("Cheque number"), max_length=20)
    bank = forms.CharField(label=gettext_lazy("Bank"), max_length=80)
    branch = forms.CharField(label=gettext_lazy("Branch"), max_length=80, required=False)
    dated_on = DateField(label=gettext_lazy("Date on the cheque"), near="future")
    amount = MoneyField(label=gettext_lazy("Amount"))
    drawer = forms.CharField(
        label=gettext_lazy("Drawer"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("Who signed it, when that is not the shop."),
    )
    invoices = forms.ModelMultipleChoiceField(
        Invoice.objects.none(),
        label=gettext_lazy("For these invoices"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None ticked: the longest due are paid first, on the day it is deposited."),
    )
    photo = forms.FileField(
        label=gettext_lazy("Photo"),
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": ACCEPT}),
    )
    note = forms.CharField(label=gettext_lazy("Note"), max_length=240, required=False)

    def __init__(self, *args: Any, account: CreditAccount, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.account = account
        self.fields["amount"].widget.currency = account.currency
        invoices: Any = self.fields["invoices"]
        open_ones = list(payable(account)[:20])
        invoices.queryset = Invoice.objects.filter(pk__in=[each.pk for each in open_ones])
        invoices.choices = [(each.pk, _invoice_words(each)) for each in open_ones]
        if not open_ones:
            del self.fields["invoices"]

    def shares(self) -> dict[int, Decimal] | None:
        """What each ticked invoice gets, the longest due first; None when none is ticked."""
        ticked = self.cleaned_data.get("invoices")
        if not ticked:
            return None
        left, shares = self.cleaned_data["amount"], {}
        for invoice in ticked.order_by("due_on", "pk"):
            if left > ZERO:
                shares[invoice.pk] = min(left, invoice.outstanding)
                left -= shares[invoice.pk]
        return shares


def _invoice_words(invoice: Invoice) -> str:
    said = {
        "number": invoice.number,
        "amount": format_money(invoice.outstanding, invoice.currency),
        "day": day(invoice.due_on),
    }
    return _("%(number)s, %(amount)s, due %(day)s") % said


class DepositForm(forms.Form):
    """Which cheques go to the bank today, and to which account."""

    cheques = forms.ModelMultipleChoiceField(
        Cheque.objects.none(),
        label=gettext_lazy("Cheques"),
        error_messages={"required": gettext_lazy("Choose the cheques first.")},
    )
    bank_account = forms.ModelChoiceField(
        BankAccount.objects.filter(is_active=True), label=gettext_lazy("Bank account"), empty_label=None
    )
    on = DateField(label=gettext_lazy("Deposited on"), near="past")

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cheques: Any = self.fields["cheques"]
        self.rows = list(may_be_deposited(timezone.localdate()).visible_to(user)[:200])
        cheques.queryset = Cheque.objects.filter(pk__in=[each.pk for each in self.rows])
        self.fields["on"].initial = timezone.localdate()

    @property
    def chosen(self) -> set[str]:
        """The keys that are ticked: as sent, or as the page starts."""
        return {str(getattr(each, "pk", each)) for each in self["cheques"].value() or ()}


class OnForm(forms.Form):
    """The day the bank says."""

    on = DateField(label=gettext_lazy("On"), near="past")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = timezone.localdate()


class BounceForm(OnForm):
    """Why the bank sent it back, what it took for that, and what the customer shall pay for it."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=240,
        help_text=gettext_lazy("As the bank's slip says it; the customer reads it."),
    )
    charge = MoneyField(label=gettext_lazy("The bank's charge"), required=False, positive=False, minimum=ZERO)
    fee = MoneyField(
        label=gettext_lazy("Fee for the customer"),
        required=False,
        positive=False,
        minimum=ZERO,
        help_text=gettext_lazy("By a debit note. Empty: none."),
    )
    field_order = ["reason", "on", "charge", "fee"]

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("charge", "fee"):
            self.fields[name].widget.currency = currency
        self.fields["fee"].initial = settings.CHEQUE_BOUNCE_FEE or None


class BankAccountForm(forms.ModelForm):
    class Meta:
        model = BankAccount
        fields = ["name", "kind", "currency", "bank", "branch", "holder", "number", "is_active"]
