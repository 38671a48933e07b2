"""Search as you type: a page, a part of a page for pickers, and JSON."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.utils.translation import gettext_lazy as _

from core.screens import Screen
from core.throttle import too_often
from customers import queries

from .profile import CUSTOMERS

MOST = 50
PER_MINUTE = 300  # faster than anybody types; slower than somebody who copies the book


class CustomerSearch(Screen):
    """`?q=`: the page; with htmx, or `part=options`, the list of hits alone; with `Accept: application/json`, JSON."""

    permission_required = "customers.view_customer"
    title = _("Find a customer")
    template_name = "customers/customer_search.html"
    part_template_name = "customers/_search_hits.html"
    crumbs = [CUSTOMERS]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if too_often(f"customer_search:{request.user.pk}", limit=PER_MINUTE, seconds=60):
            return HttpResponse(_("Too many searches. Wait a minute."), status=429)
        text, limit = request.GET.get("q", "").replace("\x00", "")[:200], request.GET.get("limit", "")
        most = (
            min(int("0" + limit.lstrip("0")[:4]), MOST)
            if limit.isascii() and limit.isdigit() and limit.strip("0")
            else 20
        )
        hits = queries.search_customers(text, user=request.user, limit=most)
        if self.wants_json(request):
            return JsonResponse({"query": text, "results": [hit._asdict() for hit in hits]})
        alone = self.htmx_target or request.GET.get("part") == "options"
        names = [self.part_template_name] if alone else self.get_template_names()
        context: dict[str, Any] = self.get_context_data(text=text, hits=hits)
        return self.response_class(request, names, context, using=self.template_engine)

    @staticmethod
    def wants_json(request: HttpRequest) -> bool:
        return request.get_preferred_type(["text/html", "application/json"]) == "application/json"
