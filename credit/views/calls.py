"""The day on the phone: whom to call, what to say, what came of it; and the round of visits."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as gettext_now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core.money import ZERO, format_money, round_money
from core.screens import Action, Column, Crumb, FormScreen, ListScreen, Screen, Tab
from core.templatetags.figures import ago, percent
from credit.forms import CallFilter, CallForm
from credit.models import CollectionCall, CreditAccount
from credit.operations.calls import record_call
from credit.queries.calls import Candidate, call_list, talking_points
from credit.queries.route import route
from credit.queries.standing import account_of
from customers.models import Customer
from customers.models.customer import e164

from .invoices import INVOICES

CALLS = Crumb(_("Calls"), "credit:call_list")
Outcome = CollectionCall.Outcome
BUTTONS = (
    (Outcome.PROMISED, _("Promised"), "primary"),
    (Outcome.CALL_BACK, _("Call back"), ""),
    (Outcome.NO_ANSWER, _("No answer"), ""),
    (Outcome.PAID, _("Says it paid"), ""),
    (Outcome.DISPUTES, _("Disputes it"), ""),
    (Outcome.REFUSED, _("Refused"), ""),
    (Outcome.WRONG_NUMBER, _("Wrong number"), ""),
)
"""In the order of their keys, 1 to 7."""


def why(row: Candidate) -> str:
    """One sentence on why a customer stands where it stands."""
    said = [
        ngettext("%(amount)s, %(days)d day late", "%(amount)s, up to %(days)d days late", row.days)
        % {"amount": format_money(row.ask, row.currency), "days": row.days}
    ]
    if row.on_time is not None:
        said.append(
            gettext_now("%(share)s of its money comes on time") % {"share": percent(row.on_time * 100, 0)}
        )
    if row.broken:
        said.append(ngettext("broke %(n)d promise", "broke %(n)d promises", row.broken) % {"n": row.broken})
    if row.agreed:
        said.append(gettext_now("asked to be called today"))
    elif row.last_on:
        said.append(gettext_now("last called %(when)s") % {"when": ago(row.last_on)})
    else:
        said.append(gettext_now("not called yet"))
    return "; ".join(said) + "."


class CallList(Screen):
    """The calls of today, the most promising first; the first one is open, with what to say and what may come of it."""

    permission_required = "credit.record_collectioncall"
    template_name = "credit/call_list.html"
    title = _("Calls")
    crumbs = [INVOICES]

    @cached_property
    def rows(self) -> list[Candidate]:
        return call_list(self.request.user, on=timezone.localdate())

    def place(self) -> int:
        """Where in the list the open one stands; the first when the one asked for was called meanwhile."""
        asked = self.request.GET.get("customer", "")
        return next((at for at, row in enumerate(self.rows) if str(row.customer_id) == asked), 0)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows, at = self.rows, self.place()
        context: dict[str, Any] = {"rows": rows, "at": at, "total": _sums(rows)}
        if rows:
            row = rows[at]
            account = CreditAccount.objects.select_related("customer__representative").get(pk=row.account_id)
            phone = e164(account.customer.phone)
            context |= {
                "row": row,
                "why": why(row),
                "account": account,
                "customer": account.customer,
                "phone": phone,
                "whatsapp": phone.lstrip("+"),
                "points": talking_points(account),
                "buttons": [(key, *each) for key, each in enumerate(BUTTONS, 1)],
                "form": CallForm(
                    initial={"amount": row.ask, "on": timezone.localdate() + dt.timedelta(days=1)},
                    currency=row.currency,
                ),
                "before": rows[at - 1] if at else None,
                "after": rows[at + 1] if at + 1 < len(rows) else None,
                "listed": [
                    (each, each.customer_id == row.customer_id) for each in rows[max(at - 3, 0) : at + 12]
                ],
                "pays": self.request.user.has_perm("credit.record_payment"),
            }
        done = CollectionCall.objects.visible_to(self.request.user).filter(
            by=self.request.user.pk, at__gte=timezone.now() - dt.timedelta(hours=14)
        )
        return super().get_context_data(**context, done=done.count(), **kwargs)


def _sums(rows: list[Candidate]) -> list[str]:
    """What there is to ask for, by currency."""
    found: dict[str, Any] = {}
    for row in rows:
        found[row.currency] = found.get(row.currency, ZERO) + row.ask
    return [format_money(round_money(amount), currency) for currency, amount in found.items()]


class CallAdd(FormScreen):
    """What came of a call or a visit. From the call list it leads to the next one, else back to the customer."""

    model = Customer
    permission_required = "credit.record_collectioncall"
    title = _("Log a call")
    button = _("Log it")
    crumbs = [INVOICES, CALLS]
    form_class = CallForm

    @cached_property
    def account(self) -> CreditAccount:
        return account_of(self.object)

    def get_title(self) -> str:
        return f"{_('Call')}: {self.object.name}"

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "currency": self.account.currency}

    def get_initial(self) -> dict[str, Any]:
        return {"on": timezone.localdate() + dt.timedelta(days=1), **super().get_initial()}

    def perform(self, form: CallForm) -> CollectionCall:
        told = form.cleaned_data
        if told["outcome"] == Outcome.PROMISED and not self.request.user.has_perm(
            "credit.record_promisetopay"
        ):
            raise PermissionDenied
        return record_call(
            self.object,
            told["outcome"],
            way=told["way"] or CollectionCall.Way.CALL,
            amount=told["amount"],
            on=told["on"],
            note=told["note"],
            reference=f"form:{self.idempotency_key}",
            by=self.request.user,
            at=timezone.now(),
        )

    def success_url(self, result: CollectionCall) -> str:
        oldest = self.account.invoices.open().order_by("due_on", "pk").first()
        user = self.request.user
        if result.outcome == Outcome.CASH and user.has_perm("credit.record_payment"):
            return f"{reverse('credit:payment_add')}?customer={self.object.pk}&method=cash"
        if result.outcome == Outcome.DISPUTES and oldest and user.has_perm("credit.raise_dispute"):
            return reverse("credit:dispute_add", args=[oldest.pk])
        then = self.request.POST.get("then", "")
        if then.isdecimal() and len(then) < 18:
            return f"{reverse('credit:call_list')}?customer={then}"
        if then == "list":
            return reverse("credit:call_list")
        if then == "route":
            return reverse("credit:visit_route")
        return str(self.object.get_absolute_url())

    def get_success_message(self, call: CollectionCall) -> str:
        said = {"customer": self.object.name, "outcome": call.get_outcome_display()}
        return gettext_now("%(customer)s: %(outcome)s.") % said


class CallLog(ListScreen):
    """Every call and visit there was."""

    queryset = CollectionCall.objects.select_related("account__customer", "by", "promise")
    permission_required = "credit.view_collectioncall"
    title = _("Calls made")
    crumbs = [INVOICES, CALLS]
    columns = [
        Column(
            _("Customer"),
            "account.customer.name",
            link=lambda call: call.account.customer.get_absolute_url(),
            sub="note",
            phone="title",
        ),
        Column(_("Outcome"), "get_outcome_display", phone="show"),
        Column(_("Way"), "get_way_display"),
        Column(_("When"), "at", kind="moment", order="at", sub="by.name", phone="label"),
        Column(_("Again on"), "next_on", kind="date"),
        Column(_("Overdue then"), "overdue", kind="money", currency="account.currency", phone="figure"),
    ]
    ordering = ["-at"]
    search_hint = _("Shop, phone…")
    filterset_class = CallFilter
    tabs = [
        Tab("all", _("All")),
        Tab("mine", _("Mine"), lambda rows, user: rows.filter(by=user)),
        Tab("promised", _("Promised"), lambda rows, user: rows.filter(outcome=Outcome.PROMISED)),
    ]
    actions = [Action(_("Calls today"), "credit:call_list", permission="credit.record_collectioncall")]
    export_permission = "credit.view_collectioncall"
    empty = _("Nobody was called about money yet.")

    def search(self, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        return rows.filter(account__customer__in=Customer.objects.search(text))


class VisitRoute(Screen):
    """Who to visit, town by town; the same page on paper and on a phone."""

    permission_required = "credit.record_collectioncall"
    template_name = "credit/visit_route.html"
    title = _("Visits")
    crumbs = [INVOICES, CALLS]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        city = self.request.GET.get("city", "").replace("\x00", "").strip()[:80]
        towns = route(self.request.user, on=timezone.localdate())
        shown = [town for town in towns if not city or town.name.casefold() == city.casefold()]
        return super().get_context_data(
            towns=shown,
            names=[(town.name, len(town.stops)) for town in towns if town.name],
            city=city,
            on=timezone.localdate(),
            stops=sum(len(town.stops) for town in shown),
            visits=[
                (Outcome.CASH, _("Paid")),
                (Outcome.PROMISED, _("Promised")),
                (Outcome.NO_ANSWER, _("Nobody there")),
                (Outcome.REFUSED, _("Refused")),
                (Outcome.DISPUTES, _("Disputes it")),
            ],
            tomorrow=timezone.localdate() + dt.timedelta(days=1),
            **kwargs,
        )
