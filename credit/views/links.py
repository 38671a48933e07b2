"""Ending a retailer's link, and giving a new one."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.screens import ActionScreen
from credit.models import Invoice, RetailerLink
from credit.operations.links import make_link, replace_link, revoke_link
from customers.models import Customer

from .invoices import INVOICES, WITH_CUSTOMER


class OfLink(ActionScreen):
    """A verb on a link of an invoice, from the invoice's page."""

    permission_required = "credit.revoke_retailerlink"
    crumbs = [INVOICES]

    def get_queryset(self) -> QuerySet[Any]:
        return RetailerLink.objects.select_related("invoice", "account").filter(
            invoice__isnull=False, account__customer__in=Customer.objects.visible_to(self.request.user)
        )

    def record_url(self, link: RetailerLink) -> str:
        assert link.invoice is not None
        return link.invoice.get_absolute_url()

    def success_url(self, link: RetailerLink, result: Any) -> str:
        return self.record_url(link)


class LinkRevoke(OfLink):
    title = _("End the link")
    button = _("End the link")
    tone = "danger"
    success_message = _("The link has ended.")

    def question(self, link: RetailerLink) -> str:
        return str(_("Whoever has it can no longer see the invoice or the balance."))

    def perform(self, link: RetailerLink) -> Any:
        return revoke_link(link, by=self.request.user, at=timezone.now())


class LinkReplace(OfLink):
    title = _("Give a new link")
    button = _("New link")
    success_message = _("There is a new link; the old one has ended.")

    def question(self, link: RetailerLink) -> str:
        return str(_("The old link ends at once. The new one is sent when you send the invoice again."))

    def perform(self, link: RetailerLink) -> Any:
        return replace_link(link, by=self.request.user, at=timezone.now())


class LinkMake(ActionScreen):
    """A link for an invoice that has none that works."""

    queryset = WITH_CUSTOMER
    permission_required = "credit.revoke_retailerlink"
    title = _("Make a link")
    button = _("Make a link")
    crumbs = [INVOICES]
    success_message = _("There is a link to this invoice.")

    def perform(self, invoice: Invoice) -> Any:
        return make_link(invoice.account, invoice, at=timezone.now())
