"""What a retailer does on its page: choose what to pay, say that it paid, say what is wrong with a bill."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.decorators import method_decorator
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt

from core.errors import Refusal
from core.forms import DateField, MoneyField
from core.money import ZERO
from credit.gateways import GATEWAYS, on_offer
from credit.models import Dispute, Invoice, Payment, RetailerLink
from credit.operations.disputes import can_be_disputed, raise_dispute
from credit.operations.notices import announce_payment
from credit.queries.retailer import chosen_invoices, find_invoice, how_to_pay, may_act_on

from .retailer import ByLink, closed, frame

_signer = TimestampSigner(salt="credit.retailer-form")
FRESH = dt.timedelta(hours=12)
"""How long a form that was opened can be sent."""
MOST_CHOSEN = 50

SAID: dict[str, str | Promise] = {
    "form_old": _("This page was open for too long. Please look at it once more and send it again."),
    "disputed_already": _("You told us about this already; we are looking at it."),
    "more_than_billed": _("That is more than this was billed with."),
    "no_reason": _("Say what is wrong."),
    "bad_file": _("This file can't be taken. Send a photo or a PDF."),
    "in_the_future": _("That day has not come yet."),
    "too_long_ago": _("That is too long ago."),
    "too_large": _("This file is too large. Send a photo or a PDF of at most %(most)d MB."),
}
"""What a retailer is told instead of the sentence for our own people."""
OF_FILES = {"empty", "wrong_kind", "damaged", "active", "locked", "too_many", "same_file", "not_stored"}


def form_key(link: RetailerLink) -> str:
    """Goes along with a form: only a page that we showed behind this link can be sent, and only once.

    No cookie says who somebody is here, so there is nothing to ride on; this keeps others from sending forms at all.
    """
    return _signer.sign(f"{link.pk}:{uuid.uuid4().hex}")


def checked_key(link: RetailerLink, key: str) -> str:
    """The key as a reference for the operation. Refuses one of another link, made up, or too old."""
    try:
        told = _signer.unsign(key, max_age=FRESH)
    except BadSignature:
        told = ""
    if told.partition(":")[0] != str(link.pk):
        raise Refusal(str(SAID["form_old"]), code="form_old")
    return f"link:{told}"


def in_shop_words(refusal: Refusal) -> str:
    """A refusal as the retailer reads it, in the language of the page."""
    if refusal.code in SAID:
        return str(SAID[refusal.code]) % {"most": settings.ATTACHMENT_MAX_MB}
    return str(SAID["bad_file"]) if refusal.code in OF_FILES else refusal.text


# Without a cookie there is nobody to forge; the signed key of the form stands in for a token.
@method_decorator(csrf_exempt, name="dispatch")
class ShopForm(ByLink):
    """A form behind a link: shown, checked, handed to one operation, once. Then back to the page, which shows it.

    A link to one invoice acts on that invoice alone; on another one the form is not there.
    """

    http_method_names = ["get", "head", "post", "options"]
    most_per_minute = 20
    form_class: ClassVar[Any] = None
    template_name: str = ""
    done: ClassVar[str] = ""

    invoice: Invoice | None = None

    def answer(self, request: HttpRequest, token: str, number: str = "") -> HttpResponseBase:
        if request.method not in {"GET", "HEAD", "POST"}:
            return self.http_method_not_allowed(request)
        return self.behind_link(request, token, number)

    def show(
        self, request: HttpRequest, link: RetailerLink, token: str, number: str = ""
    ) -> HttpResponseBase:
        self.link, self.token = link, token
        self.invoice = find_invoice(link.account, number) if number else link.invoice
        if (number and self.invoice is None) or not may_act_on(link, self.invoice):
            return closed(request, 404)
        if request.method != "POST":
            if not self.is_there():
                return closed(request, 404)
            return self.page(request, self.get_form())
        form = self.get_form(request.POST, request.FILES)
        if not form.is_valid():
            return self.page(request, form, 422)
        try:
            reference = checked_key(link, request.POST.get("key", "")[:200])
            self.do(form, reference)
        except Refusal as refusal:
            field = refusal.details.get("field")
            form.add_error(field if field in form.fields else None, in_shop_words(refusal))
            return self.page(request, form, 422)
        return HttpResponseRedirect(self.back_url(request, f"done={self.done}"), status=303)

    def is_there(self) -> bool:
        """Whether there is anything to ask. What is sent is judged by its operation: twice is once."""
        return True

    def get_form(self, *data: Any) -> forms.Form:
        form: forms.Form = self.form_class(*data)
        return form

    def perform(self, form: Any, reference: str) -> Any:
        raise TypeError(f"{type(self).__name__} needs perform(form, reference).")

    def do(self, form: Any, reference: str) -> None:
        """In the language of the house: what is written down is read here."""
        with translation.override(settings.LANGUAGE_CODE):
            self.perform(form, reference)

    def back_url(self, request: HttpRequest, more: str = "") -> str:
        own = self.invoice is None or self.invoice.pk == self.link.invoice_id
        url = (
            reverse("credit:retailer", args=[self.token])
            if own
            else reverse("credit:retailer_invoice", args=[self.token, self.invoice.number])  # type: ignore[union-attr]
        )
        query = "&".join(filter(None, [frame(request)["in_language"].lstrip("?"), more]))
        return f"{url}?{query}" if query else url

    def context(self) -> dict[str, Any]:
        return {}

    def page(self, request: HttpRequest, form: Any, status: int = 200) -> HttpResponse:
        context = frame(request) | {
            "form": form,
            "link": self.link,
            "token": self.token,
            "invoice": self.invoice,
            "currency": self.link.account.currency,
            "key": form_key(self.link),
            "back": self.back_url(request),
            **self.context(),
        }
        return render(request, self.template_name, context, status=status)


class DisputeWords(forms.Form):
    line = forms.CharField(required=False, max_length=6)
    reason = forms.ChoiceField(choices=Dispute.Reason.choices, required=False)
    amount = MoneyField(required=False)
    words = forms.CharField(required=False, max_length=500)
    photo = forms.FileField(required=False)


class RetailerDispute(ShopForm):
    """Something is wrong with a line of the bill, or with all of it."""

    form_class = DisputeWords
    template_name = "credit/retailer/dispute.html"
    done = "dispute"

    def is_there(self) -> bool:
        return self.invoice is not None and can_be_disputed(self.invoice) > 0

    def context(self) -> dict[str, Any]:
        assert self.invoice is not None
        return {"lines": list(self.invoice.lines.all()), "reasons": Dispute.Reason.choices}

    def perform(self, form: DisputeWords, reference: str) -> Dispute:
        told = form.cleaned_data
        assert self.invoice is not None
        position = told["line"] if told["line"].isdecimal() else "0"
        return raise_dispute(
            self.invoice,
            line=self.invoice.lines.filter(position=int(position)).first(),
            reason=told["reason"],
            amount=told["amount"],
            words=told["words"],
            photo=told["photo"],
            reference=reference,
            by_retailer=True,
            by=None,
            at=timezone.now(),
        )


class ProofWords(forms.Form):
    amount = MoneyField()
    received_on = DateField(near="past")
    method = forms.ChoiceField(choices=Payment.Method.choices)
    method_reference = forms.CharField(required=False, max_length=80)
    invoice = forms.MultipleChoiceField(required=False)
    proof = forms.FileField(required=False)

    def __init__(self, *args: Any, numbers: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        invoices: Any = self.fields["invoice"]
        invoices.choices = [(number, number) for number in numbers]


class RetailerProof(ShopForm):
    """I have paid: how much, when, how, and a picture of it. It counts once somebody here has checked it."""

    template_name = "credit/retailer/proof.html"
    done = "proof"
    WAYS = ("mobile_money", "bank", "cash")

    def open_invoices(self) -> list[Invoice]:
        """What the money may be for: of a link to one invoice, that one."""
        rows = self.link.account.invoices.open().order_by("due_on", "pk")
        if self.invoice is not None:
            rows = rows.filter(pk=self.invoice.pk)
        return list(rows[:MOST_CHOSEN])

    def get_form(self, *data: Any) -> forms.Form:
        return ProofWords(*data, numbers=[each.number for each in self.open_invoices()])

    def context(self) -> dict[str, Any]:
        ticked = set(self.request.GET.getlist("invoice") or self.request.POST.getlist("invoice"))
        rows = self.open_invoices()
        if self.invoice is not None:
            ticked = {self.invoice.number}
        labels = dict(Payment.Method.choices)
        return {
            "invoices": [(each, each.number in ticked) for each in rows],
            "ways": [(way, labels[way]) for way in self.WAYS if way in labels],
            "today": timezone.localdate(),
            "suggested": sum((each.outstanding for each in rows if each.number in ticked), ZERO) or "",
        }

    def perform(self, form: ProofWords, reference: str) -> Any:
        told = form.cleaned_data
        numbers = set(told["invoice"])
        shares: dict[int, Decimal] = {}
        left = told["amount"]
        for invoice in self.open_invoices():
            share = min(invoice.outstanding, left)
            if share > 0 and invoice.number in numbers:
                shares[invoice.pk] = share
                left -= share
        return announce_payment(
            self.link.account.customer_id,
            told["amount"],
            method=told["method"],
            received_on=told["received_on"],
            method_reference=told["method_reference"],
            proof=told["proof"],
            shares=shares or None,
            reference=reference,
            source="retailer",
            by=None,
            at=timezone.now(),
        )


class RetailerChosen(ByLink):
    """Several invoices at once: what they come to, and every way to pay that."""

    def show(
        self, request: HttpRequest, link: RetailerLink, token: str, number: str = ""
    ) -> HttpResponseBase:
        numbers = [text for text in request.GET.getlist("invoice")[:MOST_CHOSEN] if "\x00" not in text]
        return show_chosen(request, link, token, numbers)


def show_chosen(
    request: HttpRequest, link: RetailerLink, token: str, numbers: list[str], status: int = 200, **said: Any
) -> HttpResponseBase:
    """The page of the chosen invoices; back to the account when there are none."""
    account = link.account
    invoices = chosen_invoices(account, numbers)
    if not invoices:
        back = reverse("credit:retailer", args=[token])
        language = frame(request)["in_language"]
        return HttpResponseRedirect(f"{back}{language}{'&' if language else '?'}done=none")
    amount = sum((each.outstanding for each in invoices), ZERO)
    context = frame(request) | {
        "link": link,
        "token": token,
        "invoices": invoices,
        "amount": amount,
        "page": how_to_pay(account, amount, invoices[0].number if len(invoices) == 1 else ""),
        "pay_key": uuid.uuid4().hex,
        "gateways": [(name, GATEWAYS[name].label) for name in on_offer(account.currency)],
        **said,
    }
    return render(request, "credit/retailer/chosen.html", context, status=status)
