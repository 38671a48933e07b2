"""The statement of account: for staff on screen, as PDF and sent; for the retailer behind the link."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.dates import local_date
from core.errors import Refusal
from core.screens import ActionScreen, Crumb, Screen
from credit.forms import StatementForm
from credit.models import CreditAccount, RetailerLink
from credit.operations.statements import print_statement, send_statement
from credit.queries.parts import instalments_of
from credit.queries.statement import Statement, month_before, statement
from customers.models import Customer

from .retailer import ByLink, frame, pdf_response

MONTHS_BEHIND_LINK = 6


class OfStatement(Screen):
    """A customer's account between two days: last month and this one, unless other days are asked for."""

    permission_required = "credit.view_receivableentry"

    @cached_property
    def account(self) -> CreditAccount:
        customer = get_object_or_404(Customer.objects.visible_to(self.request.user), pk=self.kwargs["pk"])
        return get_object_or_404(CreditAccount.objects.select_related("customer"), customer=customer)

    @cached_property
    def form(self) -> StatementForm:
        return StatementForm(self.request.GET)

    @cached_property
    def made(self) -> Statement:
        """As asked; days that can't be read or don't fit are said by the form, and the usual ones are shown."""
        asked = self.form.cleaned_data if self.form.is_valid() else {}
        today = timezone.localdate()
        usual = month_before(today)[0], today
        first, last = asked.get("first") or usual[0], asked.get("last") or usual[1]
        try:
            return statement(self.account, first=first, last=last)
        except Refusal as refusal:
            self.form.add_error(refusal.details.get("field"), refusal.text)
            return statement(self.account, first=usual[0], last=usual[1])


class StatementPage(OfStatement):
    template_name = "credit/statement.html"

    def get_title(self) -> str:
        return gettext("Statement of account")

    def get_crumbs(self) -> list[Crumb]:
        customer = self.account.customer
        return [Crumb(customer.name, "customers:customer_detail", (customer.pk,))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        made = self.made
        return super().get_context_data(
            made=made,
            account=made.account,
            parts=instalments_of(made.account.pk, on=made.last),
            form=self.form,
            problem=next((errors[0] for errors in self.form.errors.values()), ""),
            may_send=self.request.user.has_perm("messaging.resend_message"),
            days=f"first={made.first}&last={made.last}",
            **kwargs,
        )


class StatementPdf(OfStatement):
    title = _("Statement as PDF")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        made = self.made
        return pdf_response(print_statement(made), f"{made.account.customer.code}-{made.last}")


class StatementSend(ActionScreen):
    """Write to the customer: the balance, and the link behind which the statement stands."""

    permission_required = ("credit.view_receivableentry", "messaging.resend_message")
    model = Customer
    title = _("Send the statement")
    button = _("Send")
    success_message = _("The message is in the queue.")

    def question(self, customer: Customer) -> str:
        return gettext("%(shop)s gets a message with its balance and the link to its statement.") % {
            "shop": customer.name
        }

    def perform(self, customer: Customer) -> Any:
        account = get_object_or_404(CreditAccount.objects.select_related("customer"), customer=customer)
        at = timezone.now()
        first, last = month_before(local_date(at))[0], local_date(at)
        # One message a minute at most, however often the button is pressed.
        send_statement(
            account, first=first, last=last, key=f"again:{at:%Y%m%d%H%M}", by=self.request.user, at=at
        )


class RetailerStatement(ByLink):
    """The account of the last six months, behind its link."""

    def show(
        self, request: HttpRequest, link: RetailerLink, token: str, number: str = ""
    ) -> HttpResponseBase:
        context = frame(request) | {"made": _of_link(link), "token": token, "link": link}
        return render(request, "credit/retailer/statement.html", context)


class RetailerStatementPdf(ByLink):
    most_per_minute = 10

    def show(
        self, request: HttpRequest, link: RetailerLink, token: str, number: str = ""
    ) -> HttpResponseBase:
        made = _of_link(link)
        return pdf_response(print_statement(made), f"{made.account.customer.code}-{made.last}")


def _of_link(link: RetailerLink) -> Statement:
    last = timezone.localdate()
    first = (last.replace(day=1) - dt.timedelta(days=30 * (MONTHS_BEHIND_LINK - 1))).replace(day=1)
    return statement(link.account, first=first, last=last)
