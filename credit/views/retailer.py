"""The retailer's page: public, by signed link. It answers in the customer's language and says nothing to strangers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone, translation

from core.dates import local_date
from core.screens import Screen
from core.throttle import address_of, too_often
from credit.models import RetailerLink
from credit.operations.links import EndedLink, UnknownLink, find_link, open_link
from credit.operations.printing import read_invoice_pdf
from credit.queries.retailer import find_invoice, retailer_page
from credit.states import invoice_state

HEADERS = {
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "private, no-store",
}


class ByLink(Screen):
    """What stands behind a link: not too often, only while it lives, in the language of its customer."""

    public = True
    http_method_names = ["get", "head", "options"]
    find: Callable[..., RetailerLink] = staticmethod(find_link)
    most_per_minute = 60

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = self.answer(request, kwargs.pop("token"), **kwargs)
        for name, value in HEADERS.items():
            response[name] = value
        return response

    def answer(self, request: HttpRequest, token: str, number: str = "") -> HttpResponseBase:
        if request.method not in {"GET", "HEAD"}:
            return self.http_method_not_allowed(request)
        if self.comes_too_often(request, token):
            return closed(request, 429)
        try:
            link = type(self).find(token, at=timezone.now())
        except EndedLink:
            return closed(request, 410)
        except UnknownLink:
            return closed(request, 404)
        with translation.override(link.account.customer.message_language):
            return self.show(request, link, token, number)

    def comes_too_often(self, request: HttpRequest, token: str) -> bool:
        name = type(self).__name__
        return too_often(
            f"{name}:from:{address_of(request)}", limit=self.most_per_minute, seconds=60
        ) or too_often(f"{name}:link:{token[:200]}", limit=self.most_per_minute, seconds=60)

    def show(
        self, request: HttpRequest, link: RetailerLink, token: str, number: str = ""
    ) -> HttpResponseBase:
        raise TypeError(f"{type(self).__name__} needs show(request, link, token, number).")


class Retailer(ByLink):
    """An invoice with its lines, and all that is open beside it."""

    find = staticmethod(open_link)

    def show(
        self, request: HttpRequest, link: RetailerLink, token: str, number: str = ""
    ) -> HttpResponseBase:
        on = local_date(timezone.now())
        page = retailer_page(link, on=on, number=number)
        if page is None:
            return closed(request, 404)
        context = {
            "page": page,
            "token": token,
            "link": link,
            "due": invoice_state(page.invoice, on) if page.invoice else None,
            "others": [(invoice, invoice_state(invoice, on)) for invoice in page.others],
        }
        return render(request, "credit/retailer/page.html", context)


class RetailerPdf(ByLink):
    """The PDF of one of the account's own invoices."""

    most_per_minute = 20

    def show(
        self, request: HttpRequest, link: RetailerLink, token: str, number: str = ""
    ) -> HttpResponseBase:
        invoice = find_invoice(link.account, number)
        if invoice is None:
            return closed(request, 404)
        return pdf_response(read_invoice_pdf(invoice, at=timezone.now()), invoice.number)


def pdf_response(content: bytes, number: str) -> HttpResponse:
    """A document to read in the browser, saved under its number."""
    return HttpResponse(
        content,
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{number}.pdf"'},
    )


def closed(request: HttpRequest, status: int) -> HttpResponse:
    """The door is shut. Whether there ever was something behind it stays untold, but for a link that has ended."""
    return render(request, "credit/retailer/closed.html", {"status": status}, status=status)
