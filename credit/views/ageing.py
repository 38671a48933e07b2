"""Accounts receivable ageing: the table, its file, and the documents under each line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core import exports
from core.charts import Chart, Series, compact, draw
from core.models import ListLayout
from core.money import ZERO, format_money
from core.screens import Crumb, Screen
from credit.documents import PrintedAgeing, of_ageing, to_pdf
from credit.forms import AgeingForm
from credit.models import CreditAccount
from credit.queries.ageing import (
    BUCKETS,
    Grouped,
    Page,
    Question,
    Total,
    ageing,
    all_lines,
    grouped,
    page,
    totals_of,
)
from credit.queries.ageing_documents import OpenInvoice, Spare, open_invoices, unallocated_documents

from .invoices import INVOICES
from .retailer import pdf_response

SCREEN = "credit:ageing"
PER_PAGE = 100
"""Lines, or documents of one customer, on a page; all of them are in the file."""
PRINTED = 500
"""Lines on paper; the sums are of all."""
GROUPS = [("", _("Customer")), ("representative", _("Representative")), ("city", _("City"))]


class Asked(Screen):
    """What both pages are asked: a day, a basis, bounds. What can't be read is said, and today's ageing is shown."""

    permission_required = "credit.view_ageing"

    @cached_property
    def usual(self) -> list[int]:
        """The buckets this person keeps; the house's when they keep none."""
        kept = ListLayout.objects.filter(owner=self.request.user.pk, screen=SCREEN).first()
        return [int(bound) for bound in kept.columns] if kept else list(BUCKETS)

    @cached_property
    def form(self) -> AgeingForm:
        return AgeingForm(self.request.GET, usual=self.usual)

    @cached_property
    def answers(self) -> dict[str, Any]:
        form = self.form if self.form.is_valid() else AgeingForm({}, usual=self.usual)
        form.is_valid()
        return form.cleaned_data

    @cached_property
    def asked(self) -> dict[str, Any]:
        return {name: self.answers[name] for name in ("on", "by", "buckets")}

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

    def query(self, **changes: Any) -> str:
        """The question, for links to the documents and the file, with some of it changed; None takes one out."""
        kept = self.request.GET.copy()
        for name in ("export", "page", "after"):
            kept.pop(name, None)
        for name, value in changes.items():
            kept.pop(name, None)
            if value is not None:
                kept[name] = str(value)
        return kept.urlencode()

    def file(self, kind: str, name: str, headers: list[str], lines: Iterator[list[Any]]) -> HttpResponseBase:
        if kind not in {"csv", "xlsx"}:
            raise Http404
        write = exports.csv_response if kind == "csv" else exports.xlsx_response
        return write(name, headers, lines)


class Ageing(Asked):
    """Who owes how much since when, as of a day: by customer, representative or city. The sums are of all lines, a page
    holds a hundred of them; both are added up by the database. Figures of two currencies are never added."""

    template_name = "credit/ageing.html"
    title = _("Ageing")
    crumbs = [INVOICES]

    @cached_property
    def question(self) -> Question:
        some = {name: self.answers[name] for name in ("representative", "city")}
        return Question(user=self.request.user, **self.asked, **some)

    @cached_property
    def group(self) -> Any:
        return self.answers["group"]

    @cached_property
    def page(self) -> Page:
        return page(self.question, after=self.request.GET.get("after", ""), most=PER_PAGE)

    @cached_property
    def groups(self) -> list[Grouped]:
        return grouped(self.question, self.group)

    @cached_property
    def totals(self) -> list[Total]:
        return totals_of(self.groups) if self.group else self.page.totals

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        wanted = request.GET.get("export")
        if not wanted:
            return super().get(request, *args, **kwargs)
        name = f"ageing-{self.asked['on']}"
        if wanted == "pdf":
            return pdf_response(to_pdf(self.paper()), name)
        ending = [*self.headings(), gettext("Unallocated"), gettext("Balance")]
        if self.group:
            headers = [self.group_label(), gettext("Customers"), gettext("Currency"), *ending]
            return self.file(wanted, f"{name}-{self.group}", headers, self.group_lines())
        headers = [gettext("Customer"), gettext("Code"), gettext("Currency"), *ending]
        return self.file(wanted, name, headers, self.lines())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Keep the days of the buckets for this person."""
        person: Any = request.user
        form = AgeingForm({"buckets": request.POST.get("buckets", "")})
        if form.is_valid():
            bounds = [str(bound) for bound in form.cleaned_data["buckets"]]
            ListLayout.objects.update_or_create(owner=person, screen=SCREEN, defaults={"columns": bounds})
        query = self.query(buckets=None)
        return HttpResponseRedirect(f"{request.path}?{query}" if query else request.path)

    def lines(self) -> Iterator[list[Any]]:
        for row in all_lines(self.question):
            yield [row.name, row.code, row.currency, *self.amounts(row), row.unallocated, row.balance]

    def group_lines(self) -> Iterator[list[Any]]:
        for row in self.groups:
            yield [
                self.named(row),
                row.customers,
                row.currency,
                *self.amounts(row),
                row.unallocated,
                row.balance,
            ]

    def paper(self) -> PrintedAgeing:
        """The most overdue lines, or all groups, with the sums of all."""
        ending = [gettext("Unallocated"), gettext("Balance")]
        shown: list[Any] = self.groups if self.group else page(self.question, most=PRINTED).rows
        customers = sum(total.customers for total in self.totals)
        rows = [
            (
                self.named(row) if self.group else row.name,
                "" if self.group else row.code,
                row.currency,
                [*self.amounts(row), row.unallocated, row.balance],
            )
            for row in shown
        ]
        sums = [
            (
                f"{gettext('Total')} {total.currency}",
                total.currency,
                [*self.amounts(total), total.unallocated, total.balance],
            )
            for total in self.totals
        ]
        basis = dict(AgeingForm.base_fields["by"].choices)[self.asked["by"]]  # type: ignore[attr-defined]
        day = date_format(self.asked["on"], "DATE_FORMAT")
        told = gettext("As of %(day)s, age since %(basis)s") % {"day": day, "basis": basis}
        return of_ageing(
            gettext("Ageing"),
            " · ".join(filter(None, [told, *(label for label, _url in self.narrowed())])),
            self.group_label() if self.group else gettext("Customer"),
            [*self.headings(), *ending],
            rows,
            sums,
            left_out=0 if self.group else customers - len(shown),
        )

    def group_label(self) -> str:
        return str(dict(GROUPS)[self.group])

    def named(self, row: Grouped) -> str:
        return row.name or (gettext("nobody") if self.group == "representative" else gettext("no city"))

    def narrowed(self) -> list[tuple[str, str]]:
        """What the lines are narrowed to, in words, each with the address without it."""
        told = []
        if self.question.representative is not None:
            person = User.objects.filter(pk=self.question.representative).first()
            name = person.name if person else gettext("nobody")
            label = gettext("Representative: %(name)s") % {"name": name}
            told.append((label, self.query(representative=None)))
        if self.question.city is not None:
            name = self.question.city or gettext("no city")
            told.append((gettext("City: %(name)s") % {"name": name}, self.query(city=None)))
        return told

    def charts(self) -> list[tuple[str, Chart]]:
        """The sums by age, a chart for each currency."""
        rest = [total for total in self.totals if any(self.amounts(total))]
        return [
            (
                gettext("By age, %(currency)s") % {"currency": total.currency},
                draw(
                    self.headings(),
                    [Series(total.currency, self.amounts(total))],
                    write=lambda value, currency=total.currency: format_money(value, currency),  # type: ignore[misc]
                    axis=lambda value, currency=total.currency: compact(value, currency),  # type: ignore[misc]
                ),
            )
            for total in rest
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        groups = [
            (
                row,
                self.named(row),
                self.amounts(row),
                self.query(group=None, **{self.group: row.key or self.none}),
            )
            for row in (self.groups if self.group else [])
        ]
        return super().get_context_data(
            form=self.form,
            problem=next((errors[0] for errors in self.form.errors.values()), ""),
            on=self.asked["on"],
            tabs=[
                (Labelled(label), f"?{self.query(group=key or None)}", key == self.group)
                for key, label in GROUPS
            ],
            narrowed=self.narrowed(),
            headings=self.headings(),
            groups=groups,
            group_label=self.group_label(),
            rows=[] if self.group else [(row, self.amounts(row)) for row in self.page.rows],
            next=self.page.next if not self.group else "",
            paged=bool(self.request.GET.get("after")),
            may_promise=self.request.user.has_perm("credit.record_promisetopay"),
            totals=[(total, self.amounts(total)) for total in self.totals],
            charts=self.charts(),
            query=self.query(),
            to_keep=", ".join(map(str, self.asked["buckets"])) if self.asked["buckets"] != self.usual else "",
            **kwargs,
        )

    @property
    def none(self) -> str:
        """What the address says for customers without a representative, or without a city."""
        return "0" if self.group == "representative" else ""


class Labelled(NamedTuple):
    """What a tab is called."""

    label: Any


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
            yield [of.number, of.issued_on, row.due_on, self.heading(row), currency, row.open, None]
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
