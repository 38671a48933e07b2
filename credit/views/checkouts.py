"""Paying online: what the retailer presses, where the gateway sends them back to, and what staff must look at."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt

from core.errors import Refusal
from core.money import parse_money
from core.screens import Action, Column, Crumb, FormScreen, ListScreen, Tab
from core.tasks import send_now
from core.throttle import too_often
from credit import operations
from credit.forms import SettleForm
from credit.gateways import GATEWAYS, Bad, gateway
from credit.models import Checkout, GatewayPayment, RetailerLink
from credit.states import gateway_state

from .invoices import INVOICES
from .retailer import ByLink, closed, frame, show_page
from .shop import MOST_CHOSEN, show_chosen

ONLINE = Crumb(_("Online payments"), "credit:gateway_payment_list")
BIGGEST = 256 * 1024
"""Bytes of a webhook; theirs are a few thousand."""


# Without a cookie there is nobody to forge: whoever knows the address may pay, and pays for its account alone.
@method_decorator(csrf_exempt, name="dispatch")
class RetailerPay(ByLink):
    """Open a page of a gateway for what the retailer wants to pay, and send them there."""

    http_method_names = ["get", "head", "post", "options"]
    most_per_minute = 10

    def answer(self, request: HttpRequest, token: str, number: str = "") -> HttpResponseBase:
        if request.method in {"GET", "HEAD"}:
            return HttpResponseRedirect(reverse("credit:retailer", args=[token]))
        if request.method == "POST":
            return self.behind_link(request, token, number)
        return self.http_method_not_allowed(request)

    def show(
        self, request: HttpRequest, link: RetailerLink, token: str, number: str = ""
    ) -> HttpResponseBase:
        typed = request.POST.get("amount", "")[:40]
        asked = [text[:40].replace("\x00", "") for text in request.POST.getlist("invoice")[:MOST_CHOSEN]]
        asked = [text for text in asked if text]
        try:
            checkout = operations.start_checkout(
                link,
                parse_money(typed or "0"),
                provider=request.POST.get("gateway", "")[:20],
                invoices=asked,
                key=f"{link.pk}:{request.POST.get('key', '')[:60]}".replace("\x00", ""),
                at=timezone.now(),
            )
            operations.open_checkout(checkout, at=timezone.now())
        except Refusal as refusal:
            said: dict[str, Any] = {"status": 422, "pay_problem": refusal.text, "pay_amount": typed}
            if len(asked) > 1:
                return show_chosen(request, link, token, asked, **said)
            return show_page(request, link, token, asked[0] if asked else "", **said)
        # The browser goes on from a page of ours: a policy of its own keeps forms from posting anywhere else.
        return HttpResponseRedirect(
            reverse("credit:retailer_paid", args=[token, checkout.reference]) + "?go=1", status=303
        )


class RetailerPaid(ByLink):
    """Where the gateway sends people back to. It books nothing: it says what is known, and asks the gateway
    each time it is opened."""

    def show(
        self, request: HttpRequest, link: RetailerLink, token: str, number: str = ""
    ) -> HttpResponseBase:
        checkout = Checkout.objects.filter(account=link.account, reference=number).first()
        if checkout is None:
            return closed(request, 404)
        going = bool(request.GET.get("go") and checkout.waiting and checkout.url)
        if checkout.waiting and not going and not too_often(f"look:{checkout.pk}", limit=1, seconds=5):
            send_now("credit.look_at_checkout", checkout_id=checkout.pk)
        context = frame(request) | {
            "checkout": checkout,
            "token": token,
            "going": going,
            "came": sum(p.amount for p in checkout.payments.all() if p.currency == checkout.currency),
        }
        return render(request, "credit/retailer/paid.html", context)


@method_decorator(csrf_exempt, name="dispatch")
class GatewayWebhook(ByLink):
    """What a gateway calls: checked over its raw bytes, kept, answered at once; a task does the work."""

    http_method_names = ["post"]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        name = kwargs["name"]
        if request.method != "POST":
            return self.http_method_not_allowed(request)
        if name not in GATEWAYS or int(request.headers.get("Content-Length") or 0) > BIGGEST:
            return HttpResponse(status=404 if name not in GATEWAYS else 413)
        try:
            notice = gateway(name).read(request.body, request.headers)
        except Bad:
            return HttpResponse(status=400)
        operations.store_gateway_event(name, notice, request.body, at=timezone.now())
        return HttpResponse(status=200)


class GatewayPaymentList(ListScreen):
    queryset = GatewayPayment.objects.select_related("checkout__account__customer", "payment", "settled_by")
    permission_required = "credit.view_gatewaypayment"
    title = _("Online payments")
    crumbs = [INVOICES]
    columns = [
        Column(_("Customer"), "checkout.account.customer.name", sub="provider_payment_id", phone="title"),
        Column(_("Gateway"), "get_provider_display"),
        Column(_("Outcome"), gateway_state, kind="status", sub="settled_note", phone="show"),
        Column(_("Receipt"), "payment.number"),
        Column(_("When"), "at", kind="moment", order="at", phone="label"),
        Column(_("Amount"), "amount", kind="money", currency="currency", order="amount", phone="figure"),
        Column(
            _("Settle"),
            lambda row: row,
            key="settle",
            template="credit/_settle.html",
            file=False,
            permission="credit.settle_gatewaypayment",
            phone="show",
        ),
    ]
    ordering = ["-at"]
    tabs = [
        Tab("look", _("To look at"), lambda rows, user: rows.to_look_at()),
        Tab("all", _("All")),
    ]
    export_permission = "credit.view_gatewaypayment"
    empty = _(
        "Nothing to look at: every online payment is booked. They come from the page behind a retailer's link."
    )
    empty_action = Action(_("Payments"), "credit:payment_list", permission="credit.view_payment")


class GatewayPaymentSettle(FormScreen):
    queryset = GatewayPayment.objects.select_related("checkout__account__customer")
    permission_required = "credit.settle_gatewaypayment"
    title = _("Settle an online payment")
    crumbs = [INVOICES, ONLINE]
    form_class = SettleForm
    success_message = _("Noted.")

    def perform(self, form: Any) -> GatewayPayment:
        return operations.settle_gateway_payment(
            self.object, note=form.cleaned_data["note"], by=self.request.user, at=timezone.now()
        )

    def success_url(self, result: Any) -> str:
        return reverse("credit:gateway_payment_list")
