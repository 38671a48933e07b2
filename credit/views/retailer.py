"""The retailer's page: public, by signed link. It answers in the customer's language and says nothing to strangers."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any, NamedTuple
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.decorators import method_decorator
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt

from core.dates import local_date
from core.errors import Refusal
from core.phones import read_phone
from core.screens import Screen
from core.throttle import address_of, too_often
from credit.gateways import GATEWAYS, on_offer
from credit.models import RetailerLink
from credit.operations.asking import ask_for_link
from credit.operations.links import EndedLink, UnknownLink, find_link, open_link
from credit.operations.printing import print_document, read_invoice_pdf
from credit.queries.parts import plan_states
from credit.queries.retailer import OFFERS, find_invoice, retailer_page
from credit.states import due_words, invoice_state, part_state

HEADERS = {
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "private, no-store",
}
LANGUAGES = dict(settings.LANGUAGES)


DONE: dict[str, str | Promise] = {
    "dispute": _("Thank you. We look at it and answer you by message."),
    "proof": _("Thank you. We check it, and you get the receipt by message."),
    "received": _("Thank you. We noted that it has arrived."),
    "again": _("Thank you. We look at what you asked for and come back to you."),
    "none": _("Tick the invoices that you want to pay."),
}
"""What is said once on the page that somebody comes back to; the page itself shows what became of it."""


class ByLink(Screen):
    """What stands behind a link: not too often, only while it lives, in the language of its customer.

    `?lang=` speaks another language; the page's own links carry it on, so nothing need be remembered about anybody.
    """

    public = True
    http_method_names = ["get", "head", "options"]
    find: Callable[..., RetailerLink] = staticmethod(find_link)
    most_per_minute = 60

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        # For pages that know no customer: what was asked for, else what the browser says.
        with translation.override(asked_language(request) or translation.get_language()):
            response = self.answer(request, kwargs.pop("token"), **kwargs)
        for name, value in HEADERS.items():
            response[name] = value
        return response

    def answer(self, request: HttpRequest, token: str, number: str = "") -> HttpResponseBase:
        if request.method not in {"GET", "HEAD"}:
            return self.http_method_not_allowed(request)
        return self.behind_link(request, token, number)

    def behind_link(self, request: HttpRequest, token: str, number: str) -> HttpResponseBase:
        """Open the door, or say why it stays shut."""
        if self.comes_too_often(request, token):
            return closed(request, 429)
        try:
            link = type(self).find(token, at=timezone.now())
        except EndedLink:
            return closed(request, 410, token)
        except UnknownLink:
            return closed(request, 404)
        with translation.override(asked_language(request) or link.account.customer.message_language):
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
    """An invoice with its lines, what was paid of it, and all that is open beside it."""

    find = staticmethod(open_link)

    def show(
        self, request: HttpRequest, link: RetailerLink, token: str, number: str = ""
    ) -> HttpResponseBase:
        return show_page(request, link, token, number)


def show_page(
    request: HttpRequest, link: RetailerLink, token: str, number: str = "", *, status: int = 200, **said: Any
) -> HttpResponse:
    """The page of a link. `said`: what became of a wish to pay (`pay_problem`), and what was typed (`pay_amount`)."""
    on = local_date(timezone.now())
    page = retailer_page(link, on=on, number=number)
    if page is None:
        return closed(request, 404)
    parts = plan_states(page.invoice, on=on) if page.invoice else []
    context = frame(request) | {
        "page": page,
        "parts": [(part, part_state(part, on)) for part in parts if part.position or part.outstanding]
        if len(parts) > 1
        else [],
        "token": token,
        "link": link,
        "due": due_words(page.invoice, on) if page.invoice else None,
        "late": bool(page.invoice and page.invoice.days_late(on)),
        "others": [(invoice, invoice_state(invoice, on)) for invoice in page.others],
        "pay_key": uuid.uuid4().hex,
        "gateways": [(name, GATEWAYS[name].label) for name in on_offer(page.currency)],
        "offers": [each for offers in OFFERS for each in offers(link, page.invoice, token)]
        if page.invoice and page.may_act
        else [],
        "done": DONE.get(request.GET.get("done", ""), ""),
        **said,
    }
    return render(request, "credit/retailer/page.html", context, status=status)


class RetailerPdf(ByLink):
    """The PDF of one of the account's own documents."""

    most_per_minute = 20

    def show(
        self, request: HttpRequest, link: RetailerLink, token: str, number: str = ""
    ) -> HttpResponseBase:
        invoice = find_invoice(link.account, number)
        if invoice is not None:
            return pdf_response(read_invoice_pdf(invoice, at=timezone.now()), invoice.number)
        content = print_document(link.account, number)
        return closed(request, 404) if content is None else pdf_response(content, number)


# Without a cookie there is nobody to forge: whoever knows the address may ask, and the customer alone gets an answer.
@method_decorator(csrf_exempt, name="dispatch")
class RetailerAsk(ByLink):
    """Ask for a new link. The answer is the same for every address there is, known or made up."""

    http_method_names = ["get", "head", "post", "options"]
    most_per_minute = 5

    def answer(self, request: HttpRequest, token: str, number: str = "") -> HttpResponseBase:
        if request.method in {"GET", "HEAD"}:
            return HttpResponseRedirect(reverse("credit:retailer", args=[token]))
        if request.method != "POST":
            return self.http_method_not_allowed(request)
        if self.comes_too_often(request, token):
            return closed(request, 429)
        ask_for_link(token, at=timezone.now())
        return closed(request, 200)


def pdf_response(content: bytes, number: str) -> HttpResponse:
    """A document to read in the browser, saved under its number."""
    return HttpResponse(
        content,
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{number}.pdf"'},
    )


def closed(request: HttpRequest, status: int, token: str = "") -> HttpResponse:
    """The door is shut. Whether there ever was something behind it stays untold, but for a link that has ended.

    200 is the answer to whoever asked for a new link.
    """
    context = frame(request) | {"status": status, "token": token}
    return render(request, "credit/retailer/closed.html", context, status=status)


class Tongue(NamedTuple):
    """A language to switch to, by its own name."""

    code: str
    name: str
    is_spoken: bool


def frame(request: HttpRequest) -> dict[str, Any]:
    """What stands around every page behind a link: the ways to the shop, and the languages."""
    spoken = (translation.get_language() or "").split("-")[0]
    names = [(code, translation.get_language_info(code)["name_local"]) for code in LANGUAGES]
    asked = asked_language(request)
    return {
        "shop_phone": shop_phone(),
        "shop_whatsapp": quote(settings.TWILIO_WHATSAPP_FROM.lstrip("+")),
        "tongues": [Tongue(code, name, code == spoken) for code, name in names],
        "in_language": f"?lang={asked}" if asked else "",
    }


def asked_language(request: HttpRequest) -> str:
    """The language the address asks for; "" when it asks for none of ours."""
    asked = request.GET.get("lang", "")
    return asked if asked in LANGUAGES else ""


def shop_phone() -> str:
    """The shop's number for a telephone to dial; "" when it has none."""
    try:
        return read_phone(settings.COMPANY["phone"])
    except Refusal:
        return str(settings.COMPANY["phone"])
