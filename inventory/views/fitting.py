"""What fits what, decided by people: one pair after the other by key, many at once, or on the page of a product."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import django_filters as filters
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as gettext_now
from django.utils.translation import gettext_lazy as _

from core.errors import Refusal
from core.keys import find, read_key
from core.screens import (
    Acting,
    Action,
    ActionScreen,
    BulkAction,
    Column,
    Crumb,
    FormScreen,
    ListScreen,
    Screen,
    Tab,
)
from inventory import operations, queries
from inventory.forms.devices import FitForm
from inventory.models import Brand, Compatibility, DeviceModel, Product

from .products import STOCK

State = Compatibility.State
REVIEW = "inventory.review_compatibility"
DECISIONS = {"confirm": State.CONFIRMED, "reject": State.REJECTED}


def _decided(state: str) -> Any:
    def perform(fit: Compatibility, acting: Acting) -> None:
        if fit.state == state:
            raise Refusal(gettext_now("It is so already."))
        operations.decide_fit(fit, state, by=acting.by, at=acting.at)

    return perform


class FitFilter(filters.FilterSet):
    at_most = filters.NumberFilter(
        field_name="confidence", lookup_expr="lte", label=_("Sure at most (0 to 1)")
    )
    at_least = filters.NumberFilter(
        field_name="confidence", lookup_expr="gte", label=_("Sure at least (0 to 1)")
    )
    brand = filters.ModelChoiceFilter(
        field_name="device_model__brand", label=_("Maker"), queryset=Brand.objects.all()
    )

    class Meta:
        model = Compatibility
        fields = ["at_most", "at_least", "brand"]


class FitList(ListScreen):
    model = Compatibility
    permission_required = REVIEW
    title = _("What fits what")
    crumbs = [STOCK]
    columns = [
        Column(
            _("Product"),
            "product.name",
            link=lambda fit: fit.product.get_absolute_url(),
            sub="product.sku",
            phone="title",
        ),
        Column(
            _("Phone"),
            lambda fit: str(fit.device_model),
            key="device",
            link=lambda fit: fit.device_model.get_absolute_url(),
            sub=lambda fit: ", ".join(fit.device_model.codes[:3]),
            phone="show",
        ),
        Column(
            _("Sure"),
            lambda fit: fit.confidence * 100,
            key="confidence",
            kind="percent",
            order="confidence",
            phone="figure",
        ),
        Column(_("State"), "state", kind="status", phone="label"),
        Column(_("By"), "by", phone="hide"),
        Column(_("When"), "at", kind="ago"),
    ]
    ordering = ["confidence", "pk"]
    tabs = [
        Tab("open", _("To review"), lambda rows, user: rows.filter(state=State.LEARNT)),
        Tab("confirmed", _("Confirmed"), lambda rows, user: rows.filter(state=State.CONFIRMED)),
        Tab("rejected", _("Rejected"), lambda rows, user: rows.filter(state=State.REJECTED)),
        Tab("all", _("All")),
    ]
    search_hint = _("Name or SKU of a product…")
    filterset_class = FitFilter
    actions = [Action(_("One by one"), "inventory:fit_review", tone="primary", permission=REVIEW)]
    bulk = [
        BulkAction(
            _("Confirm"),
            "confirm",
            perform=_decided(State.CONFIRMED),
            permission=REVIEW,
            ask=_("These products are said to fit these phones."),
            icon="check",
        ),
        BulkAction(
            _("Reject"),
            "reject",
            perform=_decided(State.REJECTED),
            permission=REVIEW,
            ask=_("They fit no more, and are not read out of the names again."),
            tone="danger",
        ),
        BulkAction(
            _("Back to review"),
            "reopen",
            perform=_decided(State.LEARNT),
            permission=REVIEW,
            ask=_("As if nobody had decided."),
        ),
    ]
    export_permission = REVIEW
    empty = _("Nothing was read out of names yet.")

    def get_queryset(self) -> QuerySet[Any]:
        return queries.fits()

    def search(self, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        return rows.filter(product__in=queries.narrow(Product.objects.all(), text).values("pk"))


class FitReview(Screen):
    """One pair after the other, the most doubtful first. A key decides; the next one is there, and the way back."""

    permission_required = REVIEW
    title = _("Does it fit?")
    crumbs = [STOCK, Crumb(_("What fits what"), "inventory:fit_list")]
    template_name = "inventory/fit_review.html"
    partial_template_name = "inventory/_fit_review.html"

    def get_template_names(self) -> list[str]:
        return [self.partial_template_name if self.htmx_target == "review" else self.template_name]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        asked = self.request.GET
        fit = queries.next_to_review(asked.get("after", "").replace("\0", ""))
        text = asked.get("find", "").replace("\0", "")[:120]
        left = Compatibility.objects.filter(state=State.LEARNT)
        return super().get_context_data(
            fit=fit,
            sure=fit.confidence * Decimal(100) if fit else None,
            others=queries.other_devices(fit, text) if fit else [],
            beside=_beside(fit) if fit else [],
            find=text,
            left=left.count(),
            after=f"{fit.confidence}-{fit.pk}" if fit else "",
            done=self._done(),
            **kwargs,
        )

    def _done(self) -> dict[str, Any] | None:
        """What was decided last, for the way back."""
        asked = self.request.GET
        fit = find(queries.fits(), asked.get("done", ""))
        if fit is None or fit.state == State.LEARNT:
            return None
        right = find(queries.fits(), asked.get("right", ""))
        was = asked.get("was", "")
        return {"fit": fit, "right": right, "was": was if was in State.values else ""}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """`do=confirm:7`, `reject:7`, `correct:7:31`; `open:7` takes it back, a correction `open:7:40:learnt`."""
        verb, first, second, was = [*request.POST.get("do", "").split(":"), "", "", "", ""][:4]
        fit = get_object_or_404(Compatibility, pk=read_key(first))
        try:
            said = self._decide(verb, fit, read_key(second) or 0, was)
        except Refusal as refusal:
            messages.error(request, refusal.text)
            said = {}
        return HttpResponseRedirect(f"{request.path}?{urlencode(said)}" if said else request.path)

    def _decide(self, verb: str, fit: Compatibility, other: int, was: str) -> dict[str, Any]:
        """What the next page says of it."""
        acting: dict[str, Any] = {"by": self.request.user, "at": timezone.now()}
        if verb == "correct":
            device = get_object_or_404(DeviceModel, pk=other)
            before = fit.product.compatibilities.filter(device_model=device).first()
            right = operations.correct_fit(fit, device, **acting)
            return {"done": fit.pk, "right": right.pk, "was": before.state if before else ""}
        if verb == "open":
            corrected = Compatibility.objects.filter(pk=other).first()
            operations.undo_correction(fit, corrected, was=was, **acting)
        elif verb in DECISIONS:
            operations.decide_fit(fit, DECISIONS[verb], **acting)
            return {"done": fit.pk}
        return {}


def _beside(fit: Compatibility) -> list[Compatibility]:
    """What else the product is said to fit."""
    others = fit.product.compatibilities.fitting().exclude(pk=fit.pk)
    return list(others.select_related("device_model__brand").order_by("device_model__name")[:8])


class FitAdd(FormScreen):
    """A phone that a product fits, from the page of the product."""

    model = Product
    permission_required = REVIEW
    title = _("A phone it fits")
    crumbs = [STOCK]
    form_class = FitForm
    button = _("Add")
    success_message = _("Added.")

    def perform(self, form: Any) -> Any:
        device = form.cleaned_data["device"]
        return operations.add_fit(self.object, device, by=self.request.user, at=timezone.now())

    def success_url(self, result: Any) -> str:
        return str(self.object.get_absolute_url())


class FitDecision(ActionScreen):
    """One pair on the page of a product or a phone."""

    queryset = Compatibility.objects.select_related("product", "device_model__brand")
    permission_required = REVIEW
    state = State.CONFIRMED

    def perform(self, obj: Any) -> Any:
        return operations.decide_fit(obj, self.state, by=self.request.user, at=timezone.now())

    def question(self, obj: Any) -> str:
        said = {"product": obj.product, "phone": obj.device_model}
        return gettext_now("%(product)s – %(phone)s") % said

    def record_url(self, obj: Any) -> str:
        came = self.request.POST.get("from", "")
        if came == "device":
            return str(obj.device_model.get_absolute_url())
        return str(obj.product.get_absolute_url())


class FitConfirm(FitDecision):
    title = _("It fits")
    button = _("Confirm")


class FitReject(FitDecision):
    title = _("It does not fit")
    button = _("Reject")
    tone = "danger"
    state = State.REJECTED

    def get_success_message(self, obj: Any, result: Any) -> str:
        said = {"product": obj.product, "phone": obj.device_model}
        return (
            gettext_now("%(product)s does not fit %(phone)s; it will not be read out of its name again.")
            % said
        )
