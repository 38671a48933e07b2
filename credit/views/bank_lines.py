"""One bank line: what it may be, whose it is, which invoices it pays; ignored, undone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as gettext_now
from django.utils.translation import gettext_lazy as _

from core.changes import Source
from core.errors import Refusal
from core.screens import Action, Badge, Figure, FormScreen, RecordScreen, Screen
from credit import operations
from credit.forms import BookLineForm, ReasonForm
from credit.models import BankLine, Invoice
from credit.queries.bank_matches import suggest
from credit.queries.bank_statements import progress
from customers.models import Customer
from customers.queries.search import search_customers

from .bank import MAY, STATEMENTS, TONES, worked

WITH_ALL = BankLine.objects.select_related(
    "account", "statement__account", "payment__account__customer", "decided_by"
)
MOST_INVOICES = 60


class BankLineDetail(RecordScreen):
    """The line as the bank wrote it, everything it may be, and what became of it."""

    queryset = WITH_ALL
    permission_required = "credit.view_bankstatement"
    template_name = "credit/bank_line_detail.html"
    crumbs = [STATEMENTS]
    context_object_name = "line"

    def get_title(self) -> str:
        return self.object.payer or self.object.text[:60] or gettext_now("Bank line")

    def subtitle(self, obj: Any) -> str:
        return f"{obj.account} · {obj.statement}"

    def badges(self, obj: Any) -> Sequence[Badge]:
        return [Badge(obj.get_state_display(), TONES[obj.state])]

    def figures(self, obj: Any) -> Sequence[Figure]:
        return [
            Figure(_("Amount"), obj.amount, kind="money", currency=obj.account.currency),
            Figure(_("Date"), obj.booked_on, kind="date"),
            Figure(_("Reference"), obj.reference or "–"),
        ]

    def actions(self, obj: Any) -> Sequence[Action]:
        back = Action(_("Statement"), href=obj.statement.get_absolute_url())
        ignore = Action(_("Ignore"), "credit:bank_line_ignore", (obj.pk,), permission=MAY, ask=True, key="i")
        undo = Action(_("Undo"), "credit:bank_line_undo", (obj.pk,), permission=MAY, ask=True, key="u")
        if obj.state != BankLine.State.OPEN:
            return [back, undo]
        choose = Action(
            _("Choose customer"), "credit:bank_line_book", (obj.pk,), permission=MAY, tone="primary", key="c"
        )
        return [back, ignore, *([choose] if obj.amount > 0 else [])]

    def history(self, obj: Any) -> list[Source]:
        return super().history(obj)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        ((_line, best, others, mine),) = worked([self.object], self.request.user)
        return super().get_context_data(
            suggestions=[best, *others] if best else [],
            may_settle=self.request.user.has_perm(MAY),
            mine=mine,
            has_aside=True,
            **kwargs,
        )


class BankLineTake(Screen):
    """Do one of the suggestions, named by its key: the one that was seen, or none."""

    queryset = WITH_ALL
    permission_required = MAY
    title = _("Confirm")
    http_method_names = ["get", "head", "post", "options"]
    template_name = "credit/_bank_row.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return redirect(self.get_object().get_absolute_url())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        line = self.get_object()
        problem = ""
        try:
            self._take(line, request.POST.get("suggestion", "")[:60])
        except Refusal as refusal:
            problem = refusal.text
        line = self.get_object()
        if not self.htmx_target.startswith("line-"):
            if problem:
                messages.error(request, problem, extra_tags="refusal")
            return redirect(line.statement.get_absolute_url() if not problem else line.get_absolute_url())
        ((line, best, others, mine),) = worked([line], request.user)
        context = self.get_context_data(
            line=line,
            best=best,
            others=others,
            mine=mine,
            problem=problem,
            may_settle=True,
            far=progress(line.statement),
            statement=line.statement,
            swapped=True,
        )
        return self.response_class(request, [self.template_name], context, using=self.template_engine)

    def _take(self, line: BankLine, key: str) -> None:
        if line.state != BankLine.State.OPEN:
            raise Refusal(gettext_now("Somebody settled this line meanwhile. Here is how it stands now."))
        found = next((s for s in suggest([line], user=self.request.user)[line.pk] if s.key == key), None)
        if found is None:
            raise Refusal(
                gettext_now("That suggestion does not hold any more. Here is what the line may be now.")
            )
        operations.take_suggestion(line, found, by=self.request.user, at=timezone.now())


class BankLineBook(FormScreen):
    """Whose the money is, then which invoices it pays. `?customer=12` skips the first step."""

    queryset = WITH_ALL
    permission_required = MAY
    title = _("Whose money is it?")
    button = _("Book it")
    crumbs = [STATEMENTS]
    template_name = "credit/bank_line_book.html"
    success_message = _("Booked.")

    @cached_property
    def customer(self) -> Customer | None:
        asked = self.request.POST.get("customer") or self.request.GET.get("customer") or ""
        if not asked:
            return None
        if not asked.isascii() or not asked.isdigit() or len(asked) > 18:
            raise Http404
        return get_object_or_404(Customer.objects.visible_to(self.request.user), pk=int(asked))

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self._find()
        if self.customer is None:
            text = request.GET.get("q", "").replace("\x00", "").strip()[:100]
            hits = search_customers(text, user=request.user) if text else []
            likely = [
                s for s in suggest([self.object], user=request.user).get(self.object.pk, []) if s.customer_id
            ]
            context = self.get_context_data(q=text, hits=hits, likely=likely, object=self.object)
            return self.response_class(
                request, ["credit/bank_line_customer.html"], context, using=self.template_engine
            )
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.customer is None:
            raise Http404
        return super().post(request, *args, **kwargs)

    def get_form(self) -> BookLineForm:
        assert self.customer is not None
        rows = Invoice.objects.open().filter(account__customer=self.customer).order_by("due_on", "pk")
        found = suggest([self.object], user=self.request.user).get(self.object.pk, [])
        fit = next((s.fit for s in found if s.customer_id == self.customer.pk and s.fit), None)
        initial = {f"share_{invoice.pk}": share for invoice, share in fit.shares} if fit else {}
        return BookLineForm(
            self.request.POST or None, invoices=list(rows[:MOST_INVOICES]), line=self.object, initial=initial
        )

    def perform(self, form: BookLineForm) -> BankLine:
        assert self.customer is not None
        return operations.book_line(
            self.object,
            self.customer.pk,
            shares=form.shares() or None,
            by=self.request.user,
            at=timezone.now(),
        )

    def success_url(self, result: BankLine) -> str:
        return str(self.object.statement.get_absolute_url())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(customer=self.customer, line=self.object, **kwargs)


class BankLineIgnore(FormScreen):
    queryset = WITH_ALL
    permission_required = MAY
    title = _("Ignore this line")
    button = _("Ignore")
    crumbs = [STATEMENTS]
    form_class = ReasonForm
    success_message = _("Ignored.")

    def perform(self, form: ReasonForm) -> BankLine:
        return operations.ignore_line(
            self.object, form.cleaned_data["reason"], by=self.request.user, at=timezone.now()
        )

    def success_url(self, result: BankLine) -> str:
        return str(self.object.statement.get_absolute_url())


class BankLineUndo(BankLineIgnore):
    title = _("Undo: the line is to do again")
    button = _("Undo")
    success_message = _("Undone. What it had booked is reversed.")

    def perform(self, form: ReasonForm) -> BankLine:
        return operations.undo_line(
            self.object, form.cleaned_data["reason"], by=self.request.user, at=timezone.now()
        )

    def success_url(self, result: BankLine) -> str:
        return str(self.object.get_absolute_url())
