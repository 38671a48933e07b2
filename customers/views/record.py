"""The page of one customer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from PIL import Image

from core.changes import Source, Tracked
from core.screens import (
    Action,
    Badge,
    Figure,
    PanelScreen,
    RecordScreen,
    RecordTab,
    Screen,
    inlines,
    version_of,
)
from core.templatetags.figures import status_tone
from customers import operations, queries
from customers.forms import CustomerForm
from customers.models import Address, Contact, Customer
from customers.models.customer import e164

from .profile import CUSTOMERS

PANELS = [
    "credit:customer_panel",
    "credit:dunning_customer_panel",
    "orders:customer_panel",
    "messaging:customer_panel",
    "credit:links_panel",
]
OF_PROFILE = [
    "name", "kind", "representative", "first_name", "middle_name", "last_name", "gender", "born_on", "account_number",
    "company_name", "industry", "tax_id", "tax_treatment", "licence", "annual_revenue", "employees", "phone",
    "second_phone", "whatsapp", "email", "second_email", "fax", "website", "facebook", "instagram", "linkedin",
    "wechat", "other_social", "payment_method", "delivery_method", "contact_method", "language",
    "communication_language",
]  # fmt: skip


class CustomerDetail(RecordScreen):
    """What it owes first, then what is open and what was said; people and addresses below."""

    model = Customer
    permission_required = "customers.view_customer"
    template_name = "customers/customer_detail.html"
    crumbs = [CUSTOMERS]
    figure_panels = ["credit:customer_figures"]
    panels = PANELS
    side_panels = ["customers:timeline_panel"]
    tabs = [RecordTab("purchases", _("Purchases"), "orders:purchases_panel", "orders.view_order")]
    context_object_name = "customer"
    attachments = "customers.change_customer"
    inline = inlines(CustomerForm, "customers.change_customer", *OF_PROFILE)

    def get_queryset(self) -> Any:
        rows = super().get_queryset().select_related("figures", "representative")
        return rows.prefetch_related("contacts", "addresses", "segments")

    def subtitle(self, obj: Customer) -> str:
        town = next((address.city for address in obj.addresses.all() if address.city), "")
        key = next((contact.name for contact in obj.contacts.all() if contact.is_key), "")
        return " · ".join(filter(None, [obj.code, town, key]))

    def badges(self, obj: Customer) -> Sequence[Badge]:
        badges = [Badge(obj.get_status_display(), status_tone(obj.status)), Badge(obj.get_kind_display())]
        return badges + [Badge(segment.name) for segment in obj.segments.all()]

    def figures(self, obj: Customer) -> Sequence[Figure]:
        """What it bought, for those who may not see its credit."""
        return queries.figures_of(obj)

    def actions(self, obj: Customer) -> Sequence[Action]:
        order, payment = reverse("orders:order_add"), reverse("credit:payment_add")
        new_order = Action(
            _("New order"),
            permission="orders.add_order",
            tone="primary",
            icon="plus",
            key="n",
            href=f"{order}?customer={obj.pk}",
        )
        call = Action(_("Call"), href=f"tel:{e164(obj.phone)}", icon="phone") if obj.phone else None
        return [
            *([call] if call else []),
            Action(
                _("Record payment"),
                permission="credit.record_payment",
                icon="banknotes",
                href=f"{payment}?customer={obj.pk}",
            ),
            *([new_order] if obj.can_order else []),
            Action(
                _("Change"),
                "customers:customer_change",
                (obj.pk,),
                permission="customers.change_customer",
                icon="pencil",
            ),
            Action(
                _("Status"),
                "customers:customer_set_status",
                (obj.pk,),
                permission="customers.set_status",
                icon="no-symbol",
                ask=True,
                version=version_of(obj),
            ),
        ]

    def details(self, obj: Customer) -> dict[str, Any]:
        user: Any = self.request.user
        return {
            "reach": queries.ways_to_reach(obj),
            "business": queries.business_of(obj, tax_id=user.has_perm("customers.see_tax_id")),
            "preferences": queries.preferences_of(obj),
        }

    def inline_kwargs(self, obj: Customer) -> dict[str, Any]:
        return {"request": self.request}

    def change_inline(self, obj: Customer, name: str, value: Any) -> Any:
        return operations.change_customer(obj, by=self.request.user, at=timezone.now(), **{name: value})

    def history(self, obj: Customer) -> list[Source]:
        return [
            *super().history(obj),
            Tracked(Contact, {"customer_id": obj.pk}, named="name"),
            Tracked(Address, {"customer_id": obj.pk}, named="street"),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user: Any = self.request.user
        told = super().get_context_data(may_change=user.has_perm("customers.change_customer"), **kwargs)
        # The row of figures is credit's; what was bought then stands below.
        return {**told, "bought": queries.figures_of(self.object) if told["head_figures"] else []}


class TimelinePanel(PanelScreen):
    """What happened with a customer, by kind, page by page."""

    model = Customer
    permission_required = "customers.view_customer"
    template_name = "customers/_timeline.html"
    title = _("Timeline")

    def get_template_names(self) -> list[str]:
        """Older entries come alone, to stand below those that are there."""
        return [
            "customers/_timeline_rows.html" if self.htmx_target == "timeline-more" else self.template_name
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        customer, asked = self.get_object(), self.request.GET
        kinds = queries.timeline_kinds()
        kind = asked.get("kind", "") if asked.get("kind") in dict(kinds) else ""
        page = queries.timeline_page(
            customer, kind=kind, after=asked.get("after", ""), before=asked.get("before", "")
        )
        return super().get_context_data(
            customer=customer,
            page=page,
            events=queries.fold(page.rows),
            kinds=kinds,
            kind=kind,
            here=reverse("customers:timeline_panel", args=[customer.pk]),
            **kwargs,
        )


class CustomerPhoto(Screen):
    """The photo or logo, to those who may see the customer."""

    model = Customer
    permission_required = "customers.view_customer"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        photo = self.get_object().photo
        if not photo or not photo.storage.exists(photo.name):
            raise Http404
        with photo.open() as file:
            kind = Image.MIME.get(Image.open(file).format or "", "application/octet-stream")
        return FileResponse(
            photo.storage.open(photo.name),
            content_type=kind,
            headers={"Cache-Control": "private, max-age=300", "Content-Security-Policy": "sandbox"},
        )
