"""Cheques: what lies here and when it may go, taking one in, one of them with its life."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as gettext_now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core import attachments
from core.changes import Source
from core.money import format_money
from core.screens import (
    Acting,
    Action,
    Badge,
    BulkAction,
    Column,
    Crumb,
    Figure,
    FormScreen,
    ListScreen,
    RecordScreen,
    Tab,
)
from core.templatetags.figures import day
from credit.cheques import may_become
from credit.forms import ChequeFilter, ChequeForm, OnForm
from credit.models import Cheque, CreditAccount
from credit.operations import clear_cheque, take_cheque
from credit.operations.cheque_deposits import SETTLE
from credit.queries.cheques import by_day
from credit.queries.standing import account_of
from credit.states import cheque_day, cheque_state
from customers.models import Customer
from customers.queries.search import search_customers

from .payments import PAYMENTS
from .records import messages_about, told_about

CHEQUES = Crumb(_("Cheques"), "credit:cheque_list")
WITH_CUSTOMER = Cheque.objects.select_related("account__customer", "by")
State = Cheque.State
TAKE = Action(
    _("Take in a cheque"), "credit:cheque_add", permission="credit.take_cheque", tone="primary", icon="plus"
)
DEPOSIT = Action(
    _("Deposit cheques"),
    "credit:cheque_deposit_add",
    permission="credit.deposit_cheque",
    icon="building-library",
)


def _today(rows: Any, user: Any) -> Any:
    return rows.in_hand().filter(dated_on__lte=timezone.localdate())


def _clear(cheque: Cheque, acting: Acting) -> None:
    clear_cheque(cheque, on=acting.values["on"], by=acting.by, at=acting.at)


class ChequeList(ListScreen):
    queryset = WITH_CUSTOMER
    permission_required = "credit.view_cheque"
    template_name = "credit/cheque_list.html"
    title = _("Cheques")
    crumbs = [PAYMENTS]
    columns = [
        Column(
            _("Cheque"),
            "number",
            kind="code",
            link=True,
            sub="account.customer.name",
            order="number",
            phone="title",
        ),
        Column(_("Date"), "dated_on", kind="date", order="dated_on", phone="label"),
        Column(_("When"), cheque_day, key="when", kind="status", phone="show"),
        Column(_("Bank"), "bank", sub="branch"),
        Column(_("State"), cheque_state, kind="status", phone="show"),
        Column(_("Since"), "changed_on", kind="date", order="changed_on"),
        Column(_("Amount"), "amount", kind="money", currency="currency", order="amount", phone="figure"),
        Column(_("Customer"), "account.customer.name", hidden=True),
        Column(_("Phone"), "account.customer.phone", kind="phone", hidden=True),
        Column(_("Drawer"), "drawer", hidden=True),
        Column(_("Taken in"), "taken_on", kind="date", hidden=True),
        Column(_("Times bounced"), "times_bounced", kind="number", hidden=True),
        Column(
            _("Deposit slip"), "deposit.number", load=lambda rows: rows.select_related("deposit"), hidden=True
        ),
        Column(_("Note"), "note", hidden=True),
    ]
    ordering = ["dated_on"]
    search_hint = _("Number, shop, phone…")
    filterset_class = ChequeFilter
    tabs = [
        Tab("in_hand", _("In hand"), lambda rows, user: rows.in_hand()),
        Tab("today", _("To deposit today"), _today),
        Tab("deposited", _("At the bank"), lambda rows, user: rows.deposited()),
        Tab("bounced", _("Bounced"), lambda rows, user: rows.filter(state=State.BOUNCED)),
        Tab("all", _("All")),
    ]
    bulk = [
        BulkAction(
            _("Cleared"),
            "clear",
            perform=_clear,
            permission=SETTLE,
            form_class=OnForm,
            ask=_("The bank has their money: credit is free again, and held orders are looked at."),
            icon="check",
        )
    ]
    actions = [
        Action(
            _("Deposit slips"),
            "credit:cheque_deposit_list",
            permission="credit.view_chequedeposit",
            icon="document-text",
        ),
        DEPOSIT,
        TAKE,
    ]
    export_permission = "credit.view_cheque"
    empty = _("No cheque here. When a shop gives one, perhaps for a later day, take it in.")
    empty_action = TAKE

    def search(self, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        found = rows.filter(account__customer__in=Customer.objects.search(text))
        return found | rows.filter(number__icontains="".join(text.split()))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        today = timezone.localdate()
        mine = Cheque.objects.visible_to(self.request.user)
        return super().get_context_data(days=by_day(mine, on=today), today=today, **kwargs)


class ChequeDetail(RecordScreen):
    """Where it is, what it shall pay or paid, and every step it took."""

    queryset = WITH_CUSTOMER.select_related("deposit__bank_account", "payment")
    permission_required = "credit.view_cheque"
    template_name = "credit/cheque_detail.html"
    crumbs = [PAYMENTS, CHEQUES]
    context_object_name = "cheque"
    attachments = "credit.take_cheque"

    def get_title(self) -> str:
        return gettext_now("Cheque %(number)s") % {"number": self.object.number}

    def subtitle(self, cheque: Cheque) -> str:
        return f"{cheque.account.customer.name} · {cheque.bank}"

    def badges(self, cheque: Cheque) -> Sequence[Badge]:
        state = cheque_state(cheque)
        return [Badge(state, state.tone)]

    def figures(self, cheque: Cheque) -> Sequence[Figure]:
        when = cheque_day(cheque)
        figures = [
            Figure(_("Amount"), cheque.amount, kind="money", currency=cheque.currency),
            Figure(_("Date on the cheque"), cheque.dated_on, kind="date", note=when),
            Figure(_("Bank"), cheque.bank, note=cheque.branch),
        ]
        if cheque.times_bounced:
            n = cheque.times_bounced
            said = ngettext("%(n)d time", "%(n)d times", n) % {"n": n}
            figures.append(Figure(_("Bounced"), said, tone="bad"))
        return figures

    def actions(self, cheque: Cheque) -> Sequence[Action]:
        pk = (cheque.pk,)
        actions = []
        if cheque.state == State.DEPOSITED:
            actions.append(
                Action(_("Cleared"), "credit:cheque_clear", pk, permission=SETTLE, tone="primary", ask=True)
            )
        if may_become(cheque.state, State.DEPOSITED):
            actions.append(
                Action(
                    _("Deposit again") if cheque.state == State.BOUNCED else _("Deposit"),
                    href=f"{reverse('credit:cheque_deposit_add')}?cheque={cheque.pk}",
                    permission="credit.deposit_cheque",
                    tone="primary",
                )
            )
        for label, wanted, url, permission in (
            (_("Bounced"), State.BOUNCED, "credit:cheque_bounce", SETTLE),
            (_("Give back"), State.RETURNED, "credit:cheque_return", "credit.take_cheque"),
            (_("Take back from the bank"), State.IN_HAND, "credit:cheque_take_back", "credit.deposit_cheque"),
        ):
            if may_become(cheque.state, wanted):
                tone = "danger" if wanted == State.BOUNCED else ""
                actions.append(Action(label, url, pk, permission=permission, tone=tone, ask=True))
        return actions

    def history(self, cheque: Cheque) -> list[Source]:
        return [*super().history(cheque), told_about(cheque, cheque.account.customer_id)]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        cheque: Any = self.object
        user: Any = self.request.user
        return super().get_context_data(
            steps=list(cheque.steps.select_related("by", "payment", "fee", "deposit").order_by("-pk")),
            meant=shares_said(cheque),
            files=list(attachments.of_record(cheque).filter(removed_at=None).order_by("pk")),
            messages_about=messages_about(cheque, cheque.account.customer_id, user),
            may_read_messages=user.has_perm("messaging.view_outboundmessage"),
            has_aside=True,
            **kwargs,
        )


def shares_said(cheque: Cheque) -> list[tuple[Any, str]]:
    """The invoices chosen for a cheque, each with what it was to get."""
    amounts = {int(pk): amount for pk, amount in cheque.shares or []}
    invoices = cheque.account.invoices.filter(pk__in=amounts).order_by("due_on", "pk")
    return [(each, amounts[each.pk]) for each in invoices]


class ChequeAdd(FormScreen):
    """First whose cheque it is, then the cheque. `?customer=12` skips the first step."""

    permission_required = "credit.take_cheque"
    title = _("Take in a cheque")
    button = _("Take in")
    crumbs = [PAYMENTS, CHEQUES]
    form_class = ChequeForm

    @cached_property
    def account(self) -> CreditAccount | None:
        asked = self.request.POST.get("customer") or self.request.GET.get("customer") or ""
        if not asked:
            return None
        if not (asked.isascii() and asked.isdecimal()) or len(asked) > 18:
            raise Http404
        customer = get_object_or_404(Customer.objects.visible_to(self.request.user), pk=int(asked))
        return account_of(customer)

    def get_title(self) -> str:
        if self.account is None:
            return str(self.title)
        return gettext_now("Cheque of %(customer)s") % {"customer": self.account.customer.name}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.account is None:
            text = request.GET.get("q", "").replace("\x00", "").strip()[:100]
            hits = search_customers(text, user=request.user) if text else []
            context = self.get_context_data(q=text, hits=hits)
            return self.response_class(
                request, ["credit/payment_customer.html"], context, using=self.template_engine
            )
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.account is None:
            raise Http404
        return super().post(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "account": self.account}

    def perform(self, form: ChequeForm) -> Cheque:
        assert self.account is not None
        told = {
            name: value for name, value in form.cleaned_data.items() if name not in {"invoices", "amount"}
        }
        return take_cheque(
            self.account.customer_id,
            form.cleaned_data["amount"],
            **told,
            shares=form.shares(),
            reference=f"form:{self.idempotency_key}",
            by=self.request.user,
            at=timezone.now(),
        )

    def get_success_message(self, cheque: Cheque) -> str:
        said = {"amount": format_money(cheque.amount, cheque.currency), "day": day(cheque.dated_on)}
        return (
            gettext_now("Cheque over %(amount)s is in hand, for %(day)s. It counts once it is deposited.")
            % said
        )
