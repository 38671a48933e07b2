"""The page of one customer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.utils.translation import gettext_lazy as _
from PIL import Image

from core.screens import Action, Badge, Figure, PanelScreen, RecordScreen, Screen, version_of
from core.templatetags.figures import status_tone
from customers import queries
from customers.models import Customer

from .profile import CUSTOMERS

PANELS = [
    "credit:customer_panel",
    "orders:customer_panel",
    "messaging:customer_panel",
    "credit:links_panel",
]


class CustomerDetail(RecordScreen):
    model = Customer
    permission_required = "customers.view_customer"
    template_name = "customers/customer_detail.html"
    crumbs = [CUSTOMERS]
    panels = PANELS
    side_panels = ["customers:timeline_panel"]
    context_object_name = "customer"

    def get_queryset(self) -> Any:
        rows = super().get_queryset().select_related("figures", "representative")
        return rows.prefetch_related("contacts", "addresses", "segments")

    def subtitle(self, obj: Customer) -> str:
        return " · ".join(filter(None, [obj.code, obj.representative.name if obj.representative else ""]))

    def badges(self, obj: Customer) -> Sequence[Badge]:
        badges = [Badge(obj.get_status_display(), status_tone(obj.status)), Badge(obj.get_kind_display())]
        return badges + [Badge(segment.name) for segment in obj.segments.all()]

    def figures(self, obj: Customer) -> Sequence[Figure]:
        return queries.figures_of(obj)

    def actions(self, obj: Customer) -> Sequence[Action]:
        return [
            Action(
                _("Status"),
                "customers:customer_set_status",
                (obj.pk,),
                permission="customers.set_status",
                ask=True,
                version=version_of(obj),
            ),
            Action(
                _("Change"),
                "customers:customer_change",
                (obj.pk,),
                permission="customers.change_customer",
                icon="pencil",
            ),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user: Any = self.request.user
        return super().get_context_data(
            reach=queries.ways_to_reach(self.object),
            business=queries.business_of(self.object, tax_id=user.has_perm("customers.see_tax_id")),
            preferences=queries.preferences_of(self.object),
            may_change=user.has_perm("customers.change_customer"),
            **kwargs,
        )


class TimelinePanel(PanelScreen):
    """What happened with a customer, by kind, page by page."""

    model = Customer
    permission_required = "customers.view_customer"
    template_name = "customers/_timeline.html"
    title = _("Timeline")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        customer, asked = self.get_object(), self.request.GET
        kinds = queries.timeline_kinds()
        kind = asked.get("kind", "") if asked.get("kind") in dict(kinds) else ""
        page = queries.timeline_page(
            customer, kind=kind, after=asked.get("after", ""), before=asked.get("before", "")
        )
        return super().get_context_data(customer=customer, page=page, kinds=kinds, kind=kind, **kwargs)


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
