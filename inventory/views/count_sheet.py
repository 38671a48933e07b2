"""The page somebody counts with: by scanner, by camera, or by typing; on a phone as on a PC."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import Refusal
from core.screens import Crumb, Screen
from inventory import operations, queries
from inventory.models import Product, StockCount, StockCountLine
from inventory.queries import counting as found

from .counts import COUNTS, sees_books
from .products import STOCK

HITS = 8
SHOWN = 60
SHOWS = ("todo", "done", "again")


class CountSheet(Screen):
    """One form a product. What is posted says what to `do`: `scan` adds one of the product whose code or name is in
    `find`; `add:7` one of product 7; `more:12` adds `pieces` to line 12, `set:12` makes it `pieces`.

    `key` makes a repeated post one entry, `seen` is the line's `rounds` as it was on the page. A request for
    `count-now` is answered by that part, where the product just counted stands; others by the page again. What others
    count comes by itself (core.live).
    """

    queryset = StockCount.objects.select_related("location", "category")
    permission_required = "inventory.count_stock"
    title = gettext_lazy("Count")
    template_name = "inventory/count_sheet.html"
    http_method_names = ["get", "post", "head", "options"]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.count = self.get_object()
        if self.htmx_target == "count-hits":
            text = request.GET.get("find", "").replace("\x00", "").strip()[:100]
            hits = queries.search_products(text, HITS) if text else []
            return self.part("inventory/_count_hits.html", {"hits": hits, "find": text})
        if self.htmx_target == "count-lines":
            return self.part("inventory/_count_lines.html", self.get_context_data())
        return self.render_to_response(self.get_context_data(now=self.line_of(request.GET.get("line", ""))))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.count = self.get_object()
        verb, _colon, what = request.POST.get("do", "").partition(":")
        try:
            line = self.count_it(verb, what)
        except Refusal as refusal:
            return self.refused(refusal, what)
        if self.htmx_target == "count-now":
            return self.part("inventory/_count_now.html", self.now_context(line))
        return HttpResponseRedirect(f"{request.path}?line={line.pk}")

    def count_it(self, verb: str, what: str) -> StockCountLine:
        posted = self.request.POST
        if verb in {"set", "more"}:
            line = self.line_of(what)
            if line is None:
                raise Refusal(_("This line is not part of the count."), code="no_line")
            return self.write(
                line.product_id, self.pieces(), adds=verb == "more", seen=_whole(posted.get("seen", ""))
            )
        product = self.product_of(verb, what)
        return self.write(product.pk, 1, adds=True)

    def write(self, product: int, pieces: int, *, adds: bool, seen: int | None = None) -> StockCountLine:
        return operations.count_product(
            self.count,
            product,
            pieces,
            adds=adds,
            seen=seen,
            reference=f"count:{self.count.pk}:{self.key}",
            by=self.request.user,
            at=timezone.now(),
        )

    @property
    def key(self) -> str:
        """Makes one entry of what is sent twice; a new one where none came along."""
        try:
            return str(uuid.UUID(self.request.POST.get("key", "")))
        except ValueError:
            return str(uuid.uuid4())

    def pieces(self) -> int:
        pieces = _whole(self.request.POST.get("pieces", ""))
        if pieces is None:
            raise Refusal(_("Enter how many pieces you counted, such as 12."), code="pieces")
        return pieces

    def product_of(self, verb: str, what: str) -> Product:
        """The product that was scanned, typed or picked; also one that is not sold any more."""
        if verb == "add" and (number := _whole(what)) is not None:
            product = Product.objects.filter(pk=number).first()
            if product is not None:
                return product
        text = self.request.POST.get("find", "").replace("\x00", "").strip()[:100]
        if not text:
            raise Refusal(_("Scan or type a product."), code="no_product")
        product = queries.by_code([text]).get(text)
        product = product or Product.objects.filter(Q(sku__iexact=text) | Q(barcode=text)).first()
        if product is not None:
            return product
        hits = queries.search_products(text, 2)
        if len(hits) == 1:
            return hits[0].product
        message = (
            _("“%(typed)s” may be several products. Choose one.")
            if hits
            else _("Nobody knows “%(typed)s”. Put the piece aside and enter its product first.")
        )
        raise Refusal(message % {"typed": text}, code="no_product")

    def line_of(self, number: str) -> StockCountLine | None:
        pk = _whole(number)
        lines = self.count.lines.select_related("product", "counted_by")
        return lines.filter(pk=pk).first() if pk is not None else None

    def refused(self, refusal: Refusal, what: str) -> HttpResponse:
        """Why not, beside what was typed; what stood in the way is shown as it is now."""
        line = refusal.details.get("line") or self.line_of(what)
        context = {
            **self.now_context(line),
            "refusal": refusal,
            "typed": _whole(self.request.POST.get("pieces", "")),
        }
        if self.htmx_target == "count-now":
            return self.part("inventory/_count_now.html", context)
        messages.error(self.request, refusal.text)
        again = reverse("inventory:count_sheet", args=[self.count.pk])
        if refusal.code == "counted_meanwhile":
            return self.response_class(
                self.request,
                self.get_template_names(),
                self.get_context_data(**context),
                using=self.template_engine,
                status=409,
            )
        return HttpResponseRedirect(f"{again}?line={line.pk}" if line else again)

    def part(self, template: str, context: dict[str, Any]) -> HttpResponse:
        return self.response_class(self.request, [template], context, using=self.template_engine)

    def now_context(self, line: StockCountLine | None) -> dict[str, Any]:
        return {
            "count": self.count,
            "now": line and self.line_of(str(line.pk)),
            "sees_books": sees_books(self.count, self.request.user),
            "progress": found.progress(self.count),
            "here": self.request.path,
        }

    def get_crumbs(self) -> Sequence[Crumb]:
        return [STOCK, COUNTS, Crumb(self.count.number, "inventory:count_detail", (self.count.pk,))]

    def get_title(self) -> str:
        return _("Count %(location)s") % {"location": self.count.location}

    def get_context_data(self, now: StockCountLine | None = None, **kwargs: Any) -> dict[str, Any]:
        show = self.request.GET.get("show", "todo")
        show = show if show in SHOWS else "todo"
        lines = list(self.shown(show)[: SHOWN + 1])
        return super().get_context_data(
            **{
                **self.now_context(now),
                "show": show,
                "shows": [
                    ("todo", gettext_lazy("To count")),
                    ("again", gettext_lazy("To count again")),
                    ("done", gettext_lazy("Counted")),
                ],
                "lines": lines[:SHOWN],
                "more": len(lines) > SHOWN,
                **kwargs,
            }
        )

    def shown(self, show: str) -> QuerySet[StockCountLine]:
        lines = self.count.lines.select_related("product", "counted_by")
        if show == "todo":
            return lines.filter(counted__isnull=True, dropped=False).order_by("shelf", "product__name", "pk")
        if show == "again":
            return lines.filter(recount=True).order_by("shelf", "pk")
        return lines.filter(counted__isnull=False).order_by("-counted_at", "-pk")


def _whole(text: str) -> int | None:
    """A whole number that somebody typed; None when it is none."""
    text = text.strip()
    sign, digits = (-1, text[1:]) if text[:1] in "-−" else (1, text)
    return sign * int(digits) if digits.isdecimal() and len(digits) < 10 else None
