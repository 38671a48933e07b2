"""What a payment or credit note pays, said by hand; and all money of a customer that no invoice has."""

from __future__ import annotations

import json
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as gettext_now
from django.utils.translation import gettext_lazy as _

from core.screens import ActionScreen, Crumb, FormScreen, Screen
from credit.forms import SharingForm
from credit.models import CreditAccount, CreditNote, Invoice, Payment
from credit.operations import share_out, use_rests
from credit.operations.allocations import now_on
from credit.queries.standing import account_of
from credit.queries.suggestions import Suggestion, suggestions
from customers.models import Customer

from .payments import PAYMENTS

OFFERED = 60
"""Open invoices on the page, the longest due."""


class Sharing(FormScreen):
    """The invoices it pays and the open ones, with a field for each; buttons fill in what was probably meant."""

    permission_required = "credit.allocate_payment"
    template_name = "credit/sharing.html"
    title = _("What it pays")
    button = _("Save")
    crumbs = [PAYMENTS]
    form_class = SharingForm
    success_message = _("Saved. What changed stands in its history.")

    def get_title(self) -> str:
        return gettext_now("What %(number)s pays") % {"number": self.object.number}

    @cached_property
    def now(self) -> dict[int, Decimal]:
        return now_on(self.object)

    @cached_property
    def invoices(self) -> list[Invoice]:
        open_ones = Invoice.objects.filter(account_id=self.object.account_id).filter(
            Q(outstanding__gt=0) | Q(pk__in=list(self.now))
        )
        return list(open_ones.order_by("due_on", "pk")[:OFFERED])

    @cached_property
    def ways(self) -> list[Suggestion]:  # type: ignore[override]
        return suggestions(self.object, self.invoices)

    def get_form_kwargs(self) -> dict[str, Any]:
        asked = self.request.GET.get("way", "")
        way = next((each for each in self.ways if each.name == asked), None)
        proposed = dict(self.now)
        for pk, amount in way.shares.items() if way else ():
            proposed[pk] = proposed.get(pk, Decimal(0)) + amount
        kwargs = super().get_form_kwargs()
        return {
            **kwargs, "source": self.object, "invoices": self.invoices, "now": self.now, "proposed": proposed
        }  # fmt: skip

    def get_initial(self) -> dict[str, Any]:
        return {}

    def perform(self, form: SharingForm) -> Any:
        return share_out(
            self.object,
            {
                **{pk: has for pk, has in self.now.items() if pk not in {i.pk for i in self.invoices}},
                **form.shares(),
            },
            seen=_seen(self.request.POST.get("seen", "")),
            reason=form.cleaned_data["reason"],
            by=self.request.user,
            at=timezone.now(),
        )

    def refused(self, form: Any, refusal: Any) -> Any:
        form.add_error(refusal.details.get("field"), refusal.text)
        return self.show(form, status=422)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        seen = json.dumps({str(pk): str(amount) for pk, amount in self.now.items()})
        return super().get_context_data(
            suggested=self.ways, seen=seen, fields_template="credit/_sharing_fields.html", **kwargs
        )


def _seen(text: str) -> dict[int, Decimal] | None:
    """What the page said it paid; None when it said nothing that can be read."""
    try:
        return {int(pk): Decimal(amount) for pk, amount in json.loads(text).items()}
    except (ValueError, AttributeError, TypeError, InvalidOperation):
        return None


class PaymentAllocate(Sharing):
    queryset = Payment.objects.select_related("account__customer")


class CreditNoteAllocate(Sharing):
    queryset = CreditNote.objects.select_related("account__customer")

    def success_url(self, result: Any) -> str:
        return str(self.object.account.customer.get_absolute_url())


class CustomerRests(Screen):
    """All money of a customer that no invoice has: each with what was probably meant."""

    model = Customer
    permission_required = "credit.allocate_payment"
    template_name = "credit/rests.html"
    title = _("Unallocated money")

    @cached_property
    def customer(self) -> Customer:
        found: Customer = self.get_object()
        return found

    @cached_property
    def account(self) -> CreditAccount:
        return account_of(self.customer)

    def get_crumbs(self) -> list[Crumb]:
        return [Crumb(self.customer.name, "customers:customer_detail", (self.customer.pk,))]

    def get(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        return self.render_to_response(self.get_context_data())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        account = self.account
        invoices: list[Invoice] = []
        sources: list[Any] = []
        if account.pk:
            invoices = list(account.invoices.open().order_by("due_on", "pk")[:OFFERED])
            for model in (CreditNote, Payment):
                rows: Any = model._default_manager.filter(account=account, unallocated_amount__gt=0)
                sources += rows.order_by("pk")[:50]
        rests = [(each, suggestions(each, invoices)[:1]) for each in sources]
        return super().get_context_data(
            customer=self.customer, account=account, rests=rests, invoices=invoices, **kwargs
        )


class RestsUse(ActionScreen):
    model = Customer
    permission_required = "credit.allocate_payment"
    title = _("Use it for the oldest invoices")
    button = _("Use it")
    success_message = _("The longest due invoices were paid with it.")

    def question(self, customer: Customer) -> str:
        return gettext_now("The oldest money pays the invoices of %(customer)s that are longest due.") % {
            "customer": customer.name
        }

    def perform(self, customer: Customer) -> None:
        use_rests(customer.pk, by=self.request.user, at=timezone.now())
