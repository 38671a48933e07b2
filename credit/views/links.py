"""The links of a customer: which ones work, ending them, giving new ones."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.errors import Refusal
from core.screens import ActionScreen, Crumb, PanelScreen
from credit.models import Invoice, RetailerLink
from credit.operations.links import make_link, replace_link, revoke_link, revoke_links, url_of
from credit.queries.links import living_links
from credit.queries.standing import account_of
from customers.models import Customer

from .invoices import INVOICES, WITH_CUSTOMER

SHOWN = 10


class OfLink(ActionScreen):
    """A verb on a link, from the page of its invoice, or of its customer when it opens the whole account."""

    permission_required = "credit.revoke_retailerlink"
    crumbs = [INVOICES]

    def get_queryset(self) -> QuerySet[Any]:
        return RetailerLink.objects.select_related("invoice", "account__customer").filter(
            account__customer__in=Customer.objects.visible_to(self.request.user)
        )

    def record_url(self, link: RetailerLink) -> str:
        return (link.invoice or link.account.customer).get_absolute_url()

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


class LinksPanel(PanelScreen):
    """The links that work now, on the page of a customer: who has one sees the account."""

    model = Customer
    permission_required = "credit.revoke_retailerlink"
    template_name = "credit/links_panel.html"
    title = _("Links of the retailer")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        customer = self.get_object()
        found = living_links(customer, at=timezone.now())
        links = list(found[: SHOWN + 1])
        return super().get_context_data(
            customer_key=str(customer.pk),
            links=[(link, url_of(link)) for link in links[:SHOWN]],
            more=len(links) > SHOWN,
            has_account_link=any(link.invoice_id is None for link in links),
            **kwargs,
        )


class OfCustomersLinks(ActionScreen):
    """A verb on the links of a customer as a whole."""

    model = Customer
    permission_required = "credit.revoke_retailerlink"

    def get_crumbs(self) -> list[Crumb]:
        customer = self.get_object()
        return [Crumb(customer.name, "customers:customer_detail", (customer.pk,))]


class AccountLinkMake(OfCustomersLinks):
    """A link to all that is open. Who has no account yet has nothing to see behind one."""

    title = _("Make a link to the account")
    button = _("Make a link")
    success_message = _("There is a link to all open invoices.")

    def perform(self, customer: Customer) -> Any:
        account = account_of(customer)
        if account.pk is None:
            raise Refusal(_("Nothing was billed to %s yet.") % customer, code="no_account")
        return make_link(account, at=timezone.now())


class LinksRevoke(OfCustomersLinks):
    """When a telephone was lost, or whoever had the links should no longer see the account."""

    title = _("End all links")
    button = _("End all links")
    tone = "danger"
    success_message = _("All links of this customer have ended.")

    def question(self, customer: Customer) -> str:
        return str(
            _("Every link that was ever sent to this customer stops working. New invoices bring new ones.")
        )

    def perform(self, customer: Customer) -> Any:
        account = account_of(customer)
        return revoke_links(account, by=self.request.user, at=timezone.now()) if account.pk else 0
