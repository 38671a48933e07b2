"""Accounts receivable ageing: the table, its file, and the documents under each line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core import exports
from core.money import ZERO
from core.screens import Crumb, Screen
from credit.forms import AgeingForm
from credit.models import CreditAccount
from credit.queries.ageing import Aged, ageing, totals
from credit.queries.ageing_documents import OpenInvoice, Spare, open_invoices, unallocated_documents

from .invoices import INVOICES

SHOWN = 200
PER_PAGE = 100
"""Documents of one customer on a page; all of them are in the file."""


class Asked(Screen):
    """What both pages are asked: a day, a basis, bounds. What can't be read is said, and today's ageing is shown."""

    permission_required = "credit.view_ageing"

    @cached_property
    def form(self) -> AgeingForm:
        return AgeingForm(self.request.GET)

    @cached_property
    def asked(self) -> dict[str, Any]:
        form = self.form if self.form.is_valid() else AgeingForm({})
        form.is_valid()
        return {name: form.cleaned_data[name] for name in ("on", "by", "buckets")}

    def headings(self) -> list[str]:
        """The names of the columns of age: not due yet, 1–30, 31–60, …"""
        first = 1 if self.asked["by"] == "due" else 0
        names = [gettext("Not due")] if first else []
        for bound in self.asked["buckets"]:
            names.append(f"{first}–{bound}")
            first = bound + 1
        return [*names, gettext("over %(days)d") % {"days": first - 1}]

    def amounts(self, row: Any) -> list[Any]:
        return [row.not_due, *row.buckets] if self.asked["by"] == "due" else list(row.buckets)

    def query(self) -> str:
        """The question, for links to the documents and the file."""
        kept = self.request.GET.copy()
        for name in ("export", "page"):
            kept.pop(name, None)
        return kept.urlencode()

    def file(self, kind: str, name: str, headers: list[str], lines: Iterator[list[Any]]) -> HttpResponseBase:
        if kind not in {"csv", "xlsx"}:
            raise Http404
        write = exports.csv_response if kind == "csv" else exports.xlsx_response
        return write(name, headers, lines)


class Ageing(Asked):
    """Who owes how much since when, as of a day. Figures of two currencies are never added."""

    template_name = "credit/ageing.html"
    title = _("Ageing")
    crumbs = [INVOICES]

    @cached_property
    def rows(self) -> list[Aged]:
        return ageing(**self.asked, user=self.request.user)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        wanted = request.GET.get("export")
        if not wanted:
            return super().get(request, *args, **kwargs)
        headers = [gettext("Customer"), gettext("Code"), gettext("Currency"), *self.headings()]
        headers += [gettext("Unallocated"), gettext("Balance")]
        return self.file(wanted, f"ageing-{self.asked['on']}", headers, self.lines())

    def lines(self) -> Iterator[list[Any]]:
        for row in self.rows:
            yield [row.name, row.code, row.currency, *self.amounts(row), row.unallocated, row.balance]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            form=self.form,
            problem=next((errors[0] for errors in self.form.errors.values()), ""),
            on=self.asked["on"],
            headings=self.headings(),
            rows=[(row, self.amounts(row)) for row in self.rows[:SHOWN]],
            may_promise=self.request.user.has_perm("credit.record_promisetopay"),
            left_out=max(len(self.rows) - SHOWN, 0),
            totals=[(total, self.amounts(total)) for total in totals(self.rows)],
            query=self.query(),
            **kwargs,
        )


class AgeingDocuments(Asked):
    """The open invoices and unallocated money that add up to one customer's line."""

    queryset = CreditAccount.objects.select_related("customer")
    template_name = "credit/ageing_documents.html"
    crumbs = [INVOICES, Crumb(_("Ageing"), "credit:ageing")]

    def get_object(self) -> CreditAccount:
        found: CreditAccount = get_object_or_404(self.get_queryset(), customer=self.kwargs["pk"])
        return found

    def get_title(self) -> str:
        return str(self.account.customer)

    @cached_property
    def account(self) -> CreditAccount:
        return self.get_object()

    @cached_property
    def invoices(self) -> list[OpenInvoice]:
        return open_invoices(self.account, **self.asked)

    @cached_property
    def spares(self) -> list[Spare]:
        return unallocated_documents(self.account, on=self.asked["on"])

    def heading(self, invoice: OpenInvoice) -> str:
        """The name of the column of age this invoice is in."""
        return self.headings()[invoice.bucket - (0 if self.asked["by"] == "due" else 1)]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        wanted = request.GET.get("export")
        if not wanted:
            return super().get(request, *args, **kwargs)
        headers = [gettext("Document"), gettext("Date"), gettext("Due"), gettext("Age"), gettext("Currency")]
        headers += [gettext("Open then"), gettext("Unallocated")]
        return self.file(
            wanted, f"ageing-{self.account.customer.code}-{self.asked['on']}", headers, self.lines()
        )

    def lines(self) -> Iterator[list[Any]]:
        currency = self.account.currency
        for row in self.invoices:
            of = row.invoice
            yield [of.number, of.issued_on, of.due_on, self.heading(row), currency, row.open, None]
        for spare in self.spares:
            yield [spare.document.number, spare.on, None, None, currency, None, spare.unallocated]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page = Paginator(self.invoices, PER_PAGE).get_page(self.request.GET.get("page"))
        return super().get_context_data(
            account=self.account,
            on=self.asked["on"],
            line=next(
                iter(ageing(**self.asked, user=self.request.user, customers=[self.account.customer_id])), None
            ),
            page=page,
            invoices=[(row, self.heading(row)) for row in page],
            open=sum((row.open for row in self.invoices), ZERO),
            spares=self.spares[:PER_PAGE],
            spare=sum((spare.unallocated for spare in self.spares), ZERO),
            spares_left_out=max(len(self.spares) - PER_PAGE, 0),
            query=self.query(),
            **kwargs,
        )
