"""Goods arrive: each is searched or scanned, counted, priced; then all are booked at once."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.screens import FormScreen
from inventory import operations, queries
from inventory.forms import ReceiveForm
from inventory.forms.receiving import MOST_LINES
from inventory.models import Location, Product

from .products import STOCK
from .stock import RECEIPTS

HITS = 8
FIELDS = ("product", "quantity", "unit_cost")


class GoodsReceive(FormScreen):
    """One form whose buttons say what to `do`: `add` what stands in the search field, `add:12` a product that was
    found, `remove:3` a line, `show` the lines as they are; without it the goods are booked. Nothing is stored before
    that: all lines travel with the form.
    """

    permission_required: ClassVar[Any] = "inventory.receive_goods"
    title: ClassVar[Any] = _("Receive goods")
    crumbs = [STOCK, RECEIPTS]
    template_name = "inventory/receive.html"
    lines_template_name = "inventory/_receive_lines.html"
    hits_template_name = "inventory/_receive_hits.html"
    form_class: ClassVar[Any] = ReceiveForm
    head: ClassVar[tuple[str, ...]] = ("location", "supplier", "document")
    asked: ClassVar[tuple[str, ...]] = FIELDS
    """What is typed above the lines, and in each."""
    button: ClassVar[Any] = _("Receive")
    success_message: ClassVar[Any] = _("Goods received.")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.htmx_target == "receive-hits":
            context = self.get_context_data(**self.found(request.GET.get("find", "")))
            return self.response_class(
                request, [self.hits_template_name], context, using=self.template_engine
            )
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        verb, _colon, what = request.POST.get("do", "").partition(":")
        if verb not in {"add", "remove", "show"}:
            return super().post(request, *args, **kwargs)
        lines = typed_lines(request.POST, self.asked)
        said: dict[str, Any] = {}
        if verb == "add":
            said = self.add(lines, what)
        elif verb == "remove" and what.isascii() and what.isdigit() and int(what[:4]) < len(lines):
            del lines[int(what[:4])]
        return self.show_lines(lines, **said)

    def add(self, lines: list[dict[str, str]], key: str) -> dict[str, Any]:
        """Put a product among the lines, or count it once more; what to show instead when it is not clear which."""
        if key:
            found = Product.objects.filter(pk=int(key)) if key.isdecimal() and len(key) < 18 else None
            product = found.first() if found is not None else None
            hits: dict[str, Any] = {}
        else:
            text = self.request.POST.get("find", "")
            product = queries.by_code([text]).get(text)
            hits = self.found(text)
            if product is None and len(hits["hits"]) == 1:
                product = hits["hits"][0].product
        if product is None:
            return hits
        same = next((line for line in lines if line["product"].upper() == product.sku.upper()), None)
        if same is not None:
            pieces = same["quantity"]
            same["quantity"] = str(int(pieces) + 1) if pieces.isascii() and pieces.isdigit() else pieces
            return {"said": gettext("%(product)s: %(pieces)s pieces.") % {
                "product": product.name, "pieces": same["quantity"]}}  # fmt: skip
        if len(lines) >= MOST_LINES:
            return {"said": gettext("%(most)s lines are the most for one receipt.") % {"most": MOST_LINES}}
        lines.insert(0, dict.fromkeys(self.asked, "") | {"product": product.sku, "quantity": "1"})
        return {"said": gettext("%(product)s added.") % {"product": product.name}, "fresh": product.sku}

    def found(self, text: str) -> dict[str, Any]:
        text = text.replace("\x00", "").strip()[:100]
        return {"find": text, "hits": queries.search_products(text, HITS) if text else []}

    def show_lines(self, lines: list[dict[str, str]], **said: Any) -> HttpResponse:
        """The form as it was typed, with these lines, unchecked: nobody has said yet that it is complete."""
        head = {name: self.request.POST.get(name, "") for name in self.head}
        form = self.form_class(initial=self.get_initial() | {k: v for k, v in head.items() if v}, lines=lines)
        if not self.htmx_target.startswith("receipt"):
            return self.show(form, **said)
        context = self.get_context_data(form=form, key=self.idempotency_key, **said)
        return self.response_class(
            self.request, [self.lines_template_name], context, using=self.template_engine
        )

    def get_initial(self) -> dict[str, Any]:
        return {"location": Location.objects.filter(is_default=True).first(), **super().get_initial()}

    def perform(self, form: Any) -> Any:
        return operations.receive_goods(
            **form.cleaned_data, reference=self.idempotency_key, by=self.request.user, at=timezone.now()
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(fields_template="inventory/_receive_fields.html", **kwargs)


def typed_lines(posted: QueryDict, fields: tuple[str, ...] = FIELDS) -> list[dict[str, str]]:
    """The lines of the form as they were typed, empty ones left out."""
    lines: list[dict[str, str]] = []
    for number in range(MOST_LINES):
        if f"lines-{number}-product" not in posted:
            break
        line = {name: posted.get(f"lines-{number}-{name}", "")[:64].replace("\x00", "") for name in fields}
        if line["product"].strip():
            lines.append(line)
    return lines
