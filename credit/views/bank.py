"""Bank statements: the list, a file, its columns, the page to work on; the firm's own accounts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as gettext_now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core import jobs
from core.errors import Refusal
from core.screens import Action, Badge, Column, Crumb, Figure, FormScreen, ListScreen, RecordScreen, Tab
from core.templatetags.figures import day, num, status_tone
from credit import operations
from credit.banking import Layout, guess_layout
from credit.forms import (
    BankAccountForm,
    BankColumnsForm,
    BankLineFilter,
    ConfirmLinesForm,
    StatementFileForm,
)
from credit.models import BankAccount, BankLine, BankStatement
from credit.operations.bank_files import said_of
from credit.queries.bank_matches import SURE, suggest
from credit.queries.bank_statements import progress, sure_lines

STATEMENTS = Crumb(_("Bank statements"), "credit:bank_statement_list")
ACCOUNTS = Crumb(_("Bank accounts"), "credit:bank_account_list")
MAY = "credit.import_bankstatement"
ADD = Action(
    _("Import statement"), "credit:bank_statement_add", permission=MAY, tone="primary", icon="arrow-up-tray"
)
PER_PAGE, AT_ONCE = 25, 100
State = BankLine.State
TONES = {State.OPEN: "warn", State.BOOKED: "good", State.IGNORED: ""}


class BankStatementList(ListScreen):
    queryset = BankStatement.objects.select_related("account", "by")
    permission_required = "credit.view_bankstatement"
    title = _("Bank statements")
    columns = [
        Column(_("File"), "file_name", link=True, sub="account.name", phone="title"),
        Column(_("From"), "starts_on", kind="date", phone="label"),
        Column(_("To"), "ends_on", kind="date", phone="label"),
        Column(_("State"), "state", kind="status", phone="show"),
        Column(_("Lines"), "found", kind="number"),
        Column(_("New"), "added", kind="number", phone="figure"),
        Column(_("Opening balance"), "opening", kind="money", currency="account.currency", hidden=True),
        Column(_("Closing balance"), "closing", kind="money", currency="account.currency"),
        Column(_("Difference"), "difference", kind="money", currency="account.currency", hidden=True),
        Column(_("Uploaded"), "at", kind="moment", order="at"),
        Column(_("By"), "by.name", hidden=True),
    ]
    ordering = ["-at"]
    actions = [
        Action(_("Bank accounts"), "credit:bank_account_list", permission="credit.view_bankaccount"),
        Action(_("All lines"), "credit:bank_line_list", permission="credit.view_bankstatement"),
        ADD,
    ]
    export_permission = "credit.view_bankstatement"
    empty = _("No statement yet. Import one, and its lines are matched with what customers owe.")
    empty_action = ADD


class BankStatementAdd(FormScreen):
    permission_required = MAY
    title = _("Import a bank statement")
    crumbs = [STATEMENTS]
    form_class = StatementFileForm
    button = _("Next")

    def perform(self, form: StatementFileForm) -> Any:
        told = form.cleaned_data
        return operations.accept_statement(
            told["account"], told["file"], by=self.request.user, at=timezone.now()
        )

    def success_url(self, result: Any) -> str:
        return str(result.statement.get_absolute_url())

    def get_success_message(self, result: Any) -> str:
        statement = result.statement
        if result.again:
            words = {"day": day(timezone.localdate(statement.at))}
            return gettext_now("This very file was imported on %(day)s. Nothing was added.") % words
        return said_of(statement) if statement.state == BankStatement.State.READ else ""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        way = (
            "" if BankAccount.objects.filter(is_active=True).exists() else reverse("credit:bank_account_add")
        )
        return super().get_context_data(add_account_url=way, **kwargs)

    template_name = "credit/bank_statement_add.html"


class BankStatementColumns(FormScreen):
    queryset = BankStatement.objects.select_related("account").filter(format=BankStatement.Format.TABLE)
    permission_required = MAY
    title = _("Which column is what?")
    crumbs = [STATEMENTS]
    template_name = "credit/bank_statement_columns.html"
    button = _("Read the lines")

    def get_form(self) -> BankColumnsForm:
        statement = self.object
        with statement.file.open("rb") as file:
            guess = guess_layout(file.file, statement.file_name, Layout.of(statement.layout))
        self.preview = guess.preview
        days = "" if "days" in guess.doubts else guess.layout.days
        return BankColumnsForm(
            self.request.POST or None,
            headers=guess.preview.headers,
            doubts=guess.doubts,
            initial={**guess.layout.mapping, "days": days, "mark": guess.layout.mark},
        )

    def perform(self, form: BankColumnsForm) -> BankStatement:
        if self.object.state == BankStatement.State.REFUSED:
            raise Refusal(gettext_now("This file was refused. Mend it, and upload it again."))
        return operations.start_reading(self.object, form.layout, by=self.request.user, at=timezone.now())

    def get_success_message(self, statement: BankStatement) -> str:
        return said_of(statement) if statement.state == BankStatement.State.READ else ""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(preview=self.preview, **kwargs)


class BankStatementDetail(RecordScreen):
    """The work list: each line beside the best of what it may be."""

    queryset = BankStatement.objects.select_related("account", "by", "job")
    permission_required = "credit.view_bankstatement"
    template_name = "credit/bank_statement_detail.html"
    crumbs = [STATEMENTS]
    context_object_name = "statement"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        statement = self.get_object()
        if statement.state == BankStatement.State.UPLOADED and request.user.has_perm(MAY):
            return redirect("credit:bank_statement_columns", statement.pk)
        return super().get(request, *args, **kwargs)

    def subtitle(self, obj: Any) -> str:
        parts = [str(obj.account)]
        if obj.starts_on and obj.ends_on:
            parts.append(f"{day(obj.starts_on)} – {day(obj.ends_on)}")
        return " · ".join(parts)

    def badges(self, obj: Any) -> Sequence[Badge]:
        return [Badge(obj.get_state_display(), status_tone(obj.state))]

    @cached_property
    def progress(self) -> Any:
        return progress(self.object)

    def figures(self, obj: Any) -> Sequence[Figure]:
        if obj.state != BankStatement.State.READ:
            return []
        far, currency = self.progress, obj.account.currency
        return [
            Figure(
                _("To do"),
                far.open,
                kind="number",
                note=gettext_now("of %(lines)s lines") % {"lines": num(far.lines)},
                tone="warn" if far.open else "good",
            ),
            Figure(_("Booked"), far.booked_amount, kind="money", currency=currency, note=_lines(far.booked)),
            Figure(_("Ignored"), far.ignored, kind="number"),
            Figure(
                _("Closing balance"),
                obj.closing,
                kind="money" if obj.closing is not None else "text",
                currency=currency,
                note=self._difference(obj),
                tone="bad" if obj.difference else "good",
            ),
        ]

    def _difference(self, obj: Any) -> str:
        if obj.difference is None:
            return ""
        if obj.difference:
            from core.money import format_money

            said = format_money(obj.difference, obj.account.currency)
            return gettext_now("%s is not explained by the lines") % said
        return gettext_now("the lines add up to it")

    def actions(self, obj: Any) -> Sequence[Action]:
        lines = Action(_("All lines"), href=f"{reverse('credit:bank_line_list')}?account={obj.account_id}")
        if obj.state != BankStatement.State.READ or not self.progress.open:
            return [lines]
        confirm = Action(
            _("Confirm the sure ones"),
            "credit:bank_statement_confirm",
            (obj.pk,),
            permission=MAY,
            tone="primary",
            ask=True,
            key="b",
        )
        return [lines, confirm]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        asked = self.request.GET.get("state", "open")
        state = asked if asked in State.values or asked == "all" else "open"
        rows = self.object.lines.select_related("account", "payment__account__customer", "decided_by")
        if state != "all":
            rows = rows.filter(state=state)
        order = ["-score", "number"] if state == "open" else ["number"]
        page = Paginator(rows.order_by(*order), PER_PAGE).get_page(self.request.GET.get("page"))
        far = self.progress
        counts = {"open": far.open, "booked": far.booked, "ignored": far.ignored, "all": far.lines}
        labels = {"open": _("To do"), "booked": _("Booked"), "ignored": _("Ignored"), "all": _("All")}
        tabs = [
            (Tab(name, labels[name]), num(counts[name]), f"?state={name}", name == state) for name in labels
        ]
        job = self.object.job
        return super().get_context_data(
            rows=worked(list(page.object_list), self.request.user),
            page=page,
            state=state,
            state_tabs=tabs,
            far=far,
            may_settle=self.request.user.has_perm(MAY),
            job=job if job and job.under_way and job.by_id == self.request.user.pk else None,
            **kwargs,
        )


def worked(lines: list[BankLine], user: Any) -> list[tuple[BankLine, Any, list[Any], bool]]:
    """Lines with the best suggestion, the others, and whether this person may see whose the payment is."""
    found = suggest(lines, user=user)
    payments = [line.payment.account.customer_id for line in lines if line.payment]
    from customers.models import Customer

    seen = set(Customer.objects.visible_to(user).filter(pk__in=payments).values_list("pk", flat=True))
    rows = []
    for line in lines:
        some = found.get(line.pk, [])
        mine = bool(line.payment) and line.payment.account.customer_id in seen if line.payment else False
        rows.append((line, some[0] if some else None, some[1:], mine))
    return rows


def _lines(number: int) -> str:
    return ngettext("%(n)s line", "%(n)s lines", number) % {"n": num(number)}


class BankStatementConfirm(FormScreen):
    """Confirm what is sure: few lines while the page waits, many by a worker."""

    queryset = BankStatement.objects.select_related("account")
    permission_required = MAY
    title = _("Confirm the sure ones")
    button = _("Confirm")
    crumbs = [STATEMENTS]
    form_class = ConfirmLinesForm
    template_name = "credit/bank_statement_confirm.html"

    def perform(self, form: ConfirmLinesForm) -> Any:
        least = form.cleaned_data["least"]
        count = sure_lines(self.object, least)
        if not count:
            raise Refusal(gettext_now("No suggestion is worth that much. Look at the lines one by one."))
        job = jobs.start(
            "credit.confirm_bank_lines",
            gettext_now("Confirm lines of %s") % self.object.file_name,
            by=self.request.user,
            at=timezone.now(),
            params={"statement": self.object.pk, "least": least},
            total=count,
            back_url=self.object.get_absolute_url(),
            idempotency_key=f"bank_confirm:{self.idempotency_key}",
        )
        if count <= AT_ONCE:
            jobs.run_job(job.pk)
            job.refresh_from_db()
        return job

    def success_url(self, result: Any) -> str:
        done = result.state == "done" and not result.refused
        return str(self.object.get_absolute_url() if done else result.get_absolute_url())

    def get_success_message(self, result: Any) -> str:
        return "" if result.under_way else str(result.sentence)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        counts = [(least, sure_lines(self.object, least)) for least in (95, SURE, 80, 70)]
        return super().get_context_data(counts=counts, **kwargs)


class BankLineList(ListScreen):
    queryset = BankLine.objects.select_related("account", "payment")
    permission_required = "credit.view_bankstatement"
    title = _("Bank lines")
    crumbs = [STATEMENTS]
    columns = [
        Column(_("Text"), "text", link=True, sub="payer", phone="title"),
        Column(_("Date"), "booked_on", kind="date", order="booked_on", phone="label"),
        Column(_("Amount"), "amount", kind="money", currency="account.currency", phone="figure"),
        Column(_("State"), "state", kind="status", phone="show"),
        Column(_("Receipt"), "payment.number", kind="code"),
        Column(_("Reference"), "reference"),
        Column(_("Bank account"), "account.name"),
        Column(_("Reason"), "reason", hidden=True),
        Column(_("Payer's account"), "payer_account", hidden=True),
        Column(_("Value date"), "value_on", kind="date", hidden=True),
        Column(_("Score"), "score", kind="number", hidden=True),
    ]
    ordering = ["-booked_on"]
    search_hint = _("Words, payer, reference…")
    filterset_class = BankLineFilter
    tabs = [
        Tab("open", _("To do"), lambda rows, user: rows.open()),
        Tab("all", _("All")),
        Tab("in", _("Money in"), lambda rows, user: rows.filter(amount__gt=0)),
        Tab("out", _("Money out"), lambda rows, user: rows.filter(amount__lt=0)),
    ]
    export_permission = "credit.view_bankstatement"
    empty = _("No lines yet. They come with the first statement.")
    empty_action = ADD

    def search(self, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        for word in text.split()[:6]:
            rows = (
                rows.filter(text__icontains=word)
                | rows.filter(payer__icontains=word)
                | rows.filter(reference__icontains=word)
            )
        return rows


class BankAccountList(ListScreen):
    model = BankAccount
    permission_required = "credit.view_bankaccount"
    title = _("Bank accounts")
    crumbs = [STATEMENTS]
    columns = [
        Column(_("Name"), "name", order="name", phone="title"),
        Column(_("Kind"), "get_kind_display", phone="show"),
        Column(_("Bank"), "bank"),
        Column(_("Number ends in"), "last_digits", phone="label"),
        Column(_("Currency"), "currency"),
        Column(
            _("In use"),
            lambda account: gettext_now("yes") if account.is_active else gettext_now("no"),
            key="used",
        ),
    ]
    ordering = ["name"]
    actions = [
        Action(
            _("New bank account"),
            "credit:bank_account_add",
            permission="credit.add_bankaccount",
            tone="primary",
            icon="plus",
        )
    ]
    edit = Action(_("Change"), "credit:bank_account_change", permission="credit.change_bankaccount")
    empty = _("No bank account yet.")


class BankAccountChange(FormScreen):
    queryset = BankAccount.objects.all()
    permission_required = "credit.change_bankaccount"
    title = _("Change the bank account")
    button = _("Save")
    crumbs = [STATEMENTS, ACCOUNTS]
    form_class = BankAccountForm
    success_message = _("Saved.")

    def perform(self, form: BankAccountForm) -> BankAccount:
        return operations.change_bank_account(self.object, form.cleaned_data)

    def success_url(self, result: BankAccount) -> str:
        return reverse("credit:bank_account_list")
