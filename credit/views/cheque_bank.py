"""Cheques and the bank: the slip they go on, and what the bank says of each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as gettext_now
from django.utils.translation import gettext_lazy as _

from core.money import format_money
from core.screens import Action, Column, Crumb, Figure, FormScreen, ListScreen, RecordScreen, Screen
from credit.documents import of_deposit, to_pdf
from credit.forms import BankAccountForm, BounceForm, DepositForm, OnForm, ReasonForm
from credit.models import BankAccount, Cheque, ChequeDeposit, ChequeStep
from credit.operations import bounce_cheque, clear_cheque, deposit_cheques, return_cheque, take_back_cheque
from credit.operations.cheque_deposits import SETTLE
from credit.states import cheque_state

from .cheques import CHEQUES, DEPOSIT, WITH_CUSTOMER
from .payments import PAYMENTS
from .retailer import pdf_response

DEPOSITS = Crumb(_("Deposit slips"), "credit:cheque_deposit_list")


class ChequeDepositAdd(FormScreen):
    """Cheques whose day has come, ticked; what is not at hand is unticked. `?cheque=12` ticks that one alone."""

    permission_required = "credit.deposit_cheque"
    template_name = "credit/cheque_deposit_add.html"
    title = _("Deposit cheques")
    button = _("Deposit")
    crumbs = [PAYMENTS, CHEQUES]
    form_class = DepositForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "user": self.request.user}

    def get_form(self) -> Any:
        form: Any = super().get_form()
        asked = self.request.GET.get("cheque")
        rows = [each for each in form.rows if str(each.pk) == asked] if asked else form.rows
        form.initial["cheques"] = [each.pk for each in rows if asked or each.state == Cheque.State.IN_HAND]
        return form

    def perform(self, form: DepositForm) -> ChequeDeposit:
        told = form.cleaned_data
        return deposit_cheques(
            [cheque.pk for cheque in told["cheques"]],
            bank_account=told["bank_account"],
            on=told["on"],
            reference=f"form:{self.idempotency_key}",
            by=self.request.user,
            at=timezone.now(),
        )

    def get_success_message(self, deposit: ChequeDeposit) -> str:
        said = {"number": deposit.number, "total": format_money(deposit.total, deposit.currency)}
        return (
            gettext_now("Slip %(number)s over %(total)s. The credit is free once the cheques clear.") % said
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        has_account = BankAccount.objects.filter(is_active=True).exists()
        return super().get_context_data(
            has_account=has_account, fields_template="credit/_deposit_fields.html", **kwargs
        )


class ChequeDepositList(ListScreen):
    queryset = ChequeDeposit.objects.select_related("bank_account", "by")
    permission_required = "credit.view_chequedeposit"
    title = _("Deposit slips")
    crumbs = [PAYMENTS, CHEQUES]
    columns = [
        Column(
            _("Slip"),
            "number",
            kind="code",
            link=True,
            sub="bank_account.name",
            order="number",
            phone="title",
        ),
        Column(_("Deposited"), "deposited_on", kind="date", order="deposited_on", phone="label"),
        Column(_("Cheques"), "count", kind="number", phone="show"),
        Column(_("By"), "by.name"),
        Column(_("Total"), "total", kind="money", currency="currency", phone="figure"),
    ]
    ordering = ["-deposited_on"]
    search_hint = _("Slip number")
    actions = [DEPOSIT]
    export_permission = "credit.view_chequedeposit"
    empty = _("No slip yet. Deposit the cheques whose day has come.")
    empty_action = DEPOSIT

    def search(self, rows: Any, text: str) -> Any:
        return rows.filter(number__icontains=text)


class ChequeDepositDetail(RecordScreen):
    queryset = ChequeDeposit.objects.select_related("bank_account", "by")
    permission_required = "credit.view_chequedeposit"
    template_name = "credit/cheque_deposit_detail.html"
    crumbs = [PAYMENTS, CHEQUES, DEPOSITS]
    context_object_name = "deposit"
    attachments = "credit.deposit_cheque"

    def subtitle(self, deposit: ChequeDeposit) -> str:
        return str(deposit.bank_account)

    def figures(self, deposit: ChequeDeposit) -> Sequence[Figure]:
        return [
            Figure(_("Total"), deposit.total, kind="money", currency=deposit.currency),
            Figure(_("Cheques"), deposit.count, kind="number"),
            Figure(_("Deposited"), deposit.deposited_on, kind="date"),
        ]

    def actions(self, deposit: ChequeDeposit) -> Sequence[Action]:
        return [
            Action(
                _("Slip as PDF"),
                "credit:cheque_deposit_pdf",
                (deposit.pk,),
                icon="arrow-down-tray",
                tone="primary",
            )
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = [(cheque, cheque_state(cheque)) for cheque in on_slip(self.object, self.request.user)]
        return super().get_context_data(rows=rows, **kwargs)


def on_slip(deposit: ChequeDeposit, user: Any) -> list[Cheque]:
    """The cheques that went on this slip and are in sight, also those that came back since."""
    kept = ChequeStep.objects.filter(deposit=deposit, kind=ChequeStep.Kind.DEPOSITED).values("cheque")
    rows = Cheque.objects.filter(pk__in=kept).visible_to(user)
    return list(rows.select_related("account__customer").order_by("pk"))


class ChequeDepositPdf(Screen):
    queryset = ChequeDeposit.objects.select_related("bank_account", "by")
    permission_required = "credit.view_chequedeposit"
    title = _("Deposit slip as PDF")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        deposit: ChequeDeposit = self.get_object()
        return pdf_response(to_pdf(of_deposit(deposit, on_slip(deposit, request.user))), deposit.number)


class OfCheque(FormScreen):
    """One step of a cheque."""

    queryset = WITH_CUSTOMER
    crumbs = [PAYMENTS, CHEQUES]

    def told(self, form: Any) -> dict[str, Any]:
        return {**form.cleaned_data, "by": self.request.user, "at": timezone.now()}


class ChequeClear(OfCheque):
    permission_required = SETTLE
    title = _("The cheque cleared")
    button = _("Cleared")
    form_class = OnForm
    success_message = _("Cleared: its credit is free again.")

    def perform(self, form: OnForm) -> Cheque:
        return clear_cheque(self.object, **self.told(form))


class ChequeBounce(OfCheque):
    permission_required = SETTLE
    title = _("The cheque bounced")
    button = _("Bounced")
    form_class = BounceForm
    success_message = _(
        "Bounced: its invoices are open again, due when they were. The customer gets a message."
    )

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "currency": self.object.currency}

    def perform(self, form: BounceForm) -> Cheque:
        told = self.told(form)
        return bounce_cheque(self.object, **{**told, "charge": told["charge"] or 0, "fee": told["fee"] or 0})


class ChequeReturn(OfCheque):
    permission_required = "credit.take_cheque"
    title = _("Give the cheque back")
    button = _("Give back")
    form_class = ReasonForm
    success_message = _("Given back.")

    def perform(self, form: ReasonForm) -> Cheque:
        return return_cheque(self.object, **self.told(form))


class ChequeTakeBack(OfCheque):
    permission_required = "credit.deposit_cheque"
    title = _("Take the cheque back from the bank")
    button = _("Take back")
    form_class = ReasonForm
    success_message = _("In hand again; what it paid is open.")

    def perform(self, form: ReasonForm) -> Cheque:
        return take_back_cheque(self.object, **self.told(form))


class BankAccountAdd(FormScreen):
    permission_required = "credit.add_bankaccount"
    title = _("New bank account")
    button = _("Save")
    crumbs = [PAYMENTS, CHEQUES]
    form_class = BankAccountForm
    success_message = _("Bank account saved.")

    def perform(self, form: BankAccountForm) -> BankAccount:
        account = form.instance
        account.save()
        return account

    def success_url(self, result: BankAccount) -> str:
        return reverse("credit:cheque_deposit_add")
