"""Accounts receivable ageing: the table, its file, and the documents under each line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core import exports
from core.screens import Crumb, Screen
from credit.forms import AgeingForm
from credit.models import CreditAccount
from credit.queries.ageing import Aged, ageing, totals
from credit.queries.ageing_documents import open_invoices, unallocated_documents

from .invoices import INVOICES

SHOWN = 200


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
        kept.pop("export", None)
        return kept.urlencode()


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
        if wanted not in {"csv", "xlsx"}:
            raise Http404
        write = exports.csv_response if wanted == "csv" else exports.xlsx_response
        headers = [gettext("Customer"), gettext("Code"), gettext("Currency"), *self.headings()]
        headers += [gettext("Unallocated"), gettext("Balance")]
        return write(f"ageing-{self.asked['on']}", headers, self.lines())

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

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        asked, account = self.asked, self.account
        names = self.headings()
        first = 0 if asked["by"] == "due" else 1
        invoices = open_invoices(account, **asked)
        return super().get_context_data(
            account=account,
            on=asked["on"],
            line=next(iter(ageing(**asked, user=self.request.user, customers=[account.customer_id])), None),
            invoices=[(row, names[row.bucket - first]) for row in invoices],
            spares=unallocated_documents(account, on=asked["on"]),
            query=self.query(),
            **kwargs,
        )
