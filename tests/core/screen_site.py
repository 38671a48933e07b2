"""A few screens on the customers of the tests: what an app's views look like, without an app."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.contrib import admin
from django.db.models.functions import Upper
from django.http import HttpResponse
from django.urls import include, path
from django.utils.translation import gettext_lazy as _

from core.errors import Refusal
from core.filters import DateRangeFilter
from core.forms import MoneyField
from core.screens import (
    LOGGED_IN,
    Acting,
    Action,
    ActionScreen,
    Badge,
    BulkAction,
    Column,
    Crumb,
    Figure,
    FormScreen,
    ListScreen,
    PanelScreen,
    RecordScreen,
    Screen,
    Tab,
    Way,
)
from customers.models import Customer


class CustomerFilter(django_filters.FilterSet):
    status = django_filters.ChoiceFilter(
        label="Status", choices=[("active", "Active"), ("blocked", "Blocked")]
    )
    created = DateRangeFilter(field_name="created_at", label="Made")

    class Meta:
        model = Customer
        fields = ["status"]


class WhyForm(forms.Form):
    reason = forms.CharField(max_length=80)


def block(customer: Customer, acting: Acting) -> str:
    if customer.name == "Broken":
        raise ZeroDivisionError
    if customer.status == "blocked":
        raise Refusal(f"{customer} is blocked already.")
    customer.status = "blocked"
    customer.company_name = f"{acting.values.get('reason', '')} by {acting.by}"
    customer.save()
    return "now blocked"


class CustomerList(ListScreen):
    queryset = Customer.objects.select_related("representative")
    permission_required = "customers.view_customer"
    title = _("Customers")
    per_page = 10
    columns = [
        Column(
            _("Shop"), "name", link=lambda row: f"/shop/{row.pk}/", sub="code", order="name", phone="title"
        ),
        Column(_("Status"), "status", kind="status", phone="show"),
        Column(_("Representative"), "representative.name"),
        Column(_("Phone"), "phone", kind="phone", phone="figure"),
        Column(_("Secret"), "pk", kind="number", permission="inventory.view_cost"),
        Column(_("Mail"), "email", hidden=True),
        Column(_("Named"), "loud", load=lambda rows: rows.annotate(loud=Upper("name")), hidden=True),
    ]
    ordering = ["name"]
    filterset_class = CustomerFilter
    tabs = [
        Tab("all", _("All")),
        Tab("blocked", _("Blocked"), lambda rows, user: rows.filter(status="blocked")),
    ]
    bulk = [
        BulkAction(
            "Block",
            "block",
            perform=block,
            permission="customers.change_customer",
            ask="They can't order any more.",
            form_class=WhyForm,
        ),
        BulkAction("Hidden verb", "hidden", perform=block, permission="inventory.view_cost"),
        BulkAction("Two at most", "two", perform=block, most=2),
    ]
    actions = [Action(_("New shop"), "shop_new", permission="customers.add_customer", tone="primary")]
    edit = Action(_("Change"), "shop_block", permission="customers.change_customer")
    empty = _("The first shop takes a minute.")
    empty_action = actions[0]
    export_permission = "customers.view_customer"

    def search(self, rows: Any, text: str) -> Any:
        return rows.filter(name__icontains=text)


class CustomerPage(RecordScreen):
    model = Customer
    permission_required = "customers.view_customer"
    crumbs = [Crumb(_("Shops"), "shop_list")]
    panels = ["panel_cost", "panel_name"]

    def badges(self, customer: Any) -> list[Badge]:
        return [Badge(customer.get_status_display(), "good")]

    def figures(self, customer: Any) -> list[Figure]:
        return [Figure(_("Balance"), 31860, kind="money", note=_("of 60,000"))]

    def actions(self, customer: Any) -> list[Action]:
        return [
            Action(
                _("Block"), "shop_block", (customer.pk,), permission="customers.change_customer", post=True
            ),
            Action(
                _("Block with care"),
                "shop_block",
                (customer.pk,),
                permission="customers.change_customer",
                ask=True,
            ),
            Action(_("Forbidden"), "shop_block", (customer.pk,), permission="inventory.view_cost", post=True),
        ]


class NamePanel(PanelScreen):
    model = Customer
    permission_required = "customers.view_customer"
    title = _("Name")
    template_name = "core/components/panel.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(slot=f"panel of {self.get_object().name}", **kwargs)


class CostPanel(NamePanel):
    permission_required = "inventory.view_cost"


class BrokenPanel(NamePanel):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        raise ZeroDivisionError


class ShopForm(forms.Form):
    name = forms.CharField(max_length=160)
    limit = MoneyField(required=False)


class ShopNew(FormScreen):
    permission_required = "customers.add_customer"
    title = _("New shop")
    form_class = ShopForm
    success_message = _("Shop made.")
    made: list[str] = []

    def perform(self, form: Any) -> Any:
        if form.cleaned_data["limit"] and form.cleaned_data["limit"] > 1000:
            raise Refusal("Too much for a new shop.", field="limit", most=1000)
        self.made.append(self.idempotency_key)
        maker: Any = self.request.user
        return Customer.objects.create(name=form.cleaned_data["name"], representative=maker)

    def success_url(self, result: Any) -> str:
        return f"/shop/{result.pk}/"

    def ways(self, refusal: Refusal) -> list[Way]:
        return [Way("Ask for 1,000", "/?limit=1000", f"at most {refusal.details['most']}")]


class ShopBlock(ActionScreen):
    model = Customer
    permission_required = "customers.change_customer"
    title = _("Block")
    success_message = _("Blocked.")

    def question(self, customer: Any) -> str:
        return "It can't order any more."

    def perform(self, customer: Any) -> None:
        if customer.status == "blocked":
            raise Refusal("It is blocked already.")
        Customer.objects.filter(pk=customer.pk).update(status="blocked")

    def record_url(self, obj: Any) -> str:
        return f"/shop/{obj.pk}/"

    def ways(self, refusal: Refusal) -> list[Way]:
        return [Way("Look at it", "/")]


class Silent(Screen):
    template_name = "core/list.html"


class WrongRight(Screen):
    permission_required = "customers.fly_customer"


class Open(Screen):
    public = True

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        return HttpResponse("open")


class Anybody(Open):
    public = False
    permission_required = LOGGED_IN


shop = [
    path("", CustomerList.as_view(), name="shop_list"),
    path("new/", ShopNew.as_view(), name="shop_new"),
    path("<int:pk>/", CustomerPage.as_view(), name="shop_page"),
    path("<int:pk>/block/", ShopBlock.as_view(), name="shop_block"),
    path("<int:pk>/name/", NamePanel.as_view(), name="panel_name"),
    path("<int:pk>/cost/", CostPanel.as_view(), name="panel_cost"),
    path("<int:pk>/broken/", BrokenPanel.as_view(), name="panel_broken"),
]
urlpatterns = [
    path("shop/", include(shop)),
    path("silent/", Silent.as_view()),
    path("wrong/", WrongRight.as_view()),
    path("open/", Open.as_view()),
    path("anybody/", Anybody.as_view()),
    path("admin/", admin.site.urls),
    path("accounts/", include("allauth.urls")),
    path("", include("core.urls")),
]
