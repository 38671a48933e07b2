"""Labels with barcodes, of products that are named in the address or that a receipt brought."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core import jobs
from core.keys import read_key
from core.models import Job
from core.screens import ActionScreen, FormScreen
from core.screens.actions import go
from inventory import operations
from inventory.documents.labels import print_labels
from inventory.forms.labels import LabelsForm
from inventory.models import GoodsReceipt, Product

from .products import STOCK

MOST_PRODUCTS = 200
AT_ONCE = 120
"""So many labels are printed while the page waits; more by a worker."""


class Labels(FormScreen):
    """`?product=7&product=9`: a label of each; `?receipt=3`: one for each piece that came. Gives the PDF."""

    permission_required = "inventory.print_labels"
    title = _("Labels")
    crumbs = [STOCK]
    template_name = "inventory/labels.html"
    button = _("Print")

    def get_form(self) -> Any:
        data = self.request.POST if self.request.method == "POST" else None
        return LabelsForm(data, products=self.products())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            ways=[(gettext("To the products"), reverse("inventory:product_list"))], **kwargs
        )

    def products(self) -> list[tuple[Product, int]]:
        """The products with how many labels are offered of each."""
        asked = self.request.GET
        receipt = asked.get("receipt", "")
        if receipt:
            found = get_object_or_404(GoodsReceipt, pk=read_key(receipt))
            pieces: dict[Product, int] = {}
            for line in found.lines.select_related("product").order_by("pk")[:MOST_PRODUCTS]:
                pieces[line.product] = pieces.get(line.product, 0) + line.quantity
            return list(pieces.items())
        keys = [pk for text in asked.getlist("product") if (pk := read_key(text))]
        return [
            (product, 1) for product in Product.objects.filter(pk__in=keys[:MOST_PRODUCTS]).order_by("name")
        ]

    def post(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        form = self.get_form()
        if not form.is_valid():
            return self.show(form, status=422)
        said = form.cleaned_data
        if sum(copies for _product, copies in said["wanted"]) > AT_ONCE:
            return go(request, self._later(said).get_absolute_url())
        content = print_labels(
            said["wanted"], form.format, with_price=said["with_price"], start=said["start"] or 1
        )
        answer = HttpResponse(content, content_type="application/pdf")
        answer["Content-Disposition"] = 'inline; filename="labels.pdf"'
        answer["Cache-Control"] = "private, no-store"
        answer["X-Content-Type-Options"] = "nosniff"
        return answer

    def _later(self, said: dict[str, Any]) -> Job:
        """Have a worker print them."""
        return jobs.start(
            "inventory.print_labels",
            str(self.title),
            by=self.request.user,
            at=timezone.now(),
            params={
                "wanted": [(product.pk, copies) for product, copies in said["wanted"]],
                "paper": said["paper"],
                "with_price": said["with_price"],
                "start": said["start"] or 1,
            },
            total=sum(copies for _product, copies in said["wanted"]),
            back_url=self.request.get_full_path(),
        )


class BarcodeGive(ActionScreen):
    model = Product
    permission_required = "inventory.change_product"
    title = _("Give a barcode")
    button = _("Give")
    success_message = _("It has a barcode of our own now.")

    def question(self, obj: Any) -> str:
        return str(_("The next EAN-13 of our own series, for inside the company."))

    def perform(self, obj: Any) -> Any:
        return operations.give_barcode(obj, at=timezone.now())
