"""Do the books add up? Checked every night, and whenever somebody asks."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.screens import Screen, go
from core.tasks import send_now
from core.templatetags.figures import num
from reports.models import BooksCheck


class Books(Screen):
    """The last check with what differed, and the ones before it."""

    permission_required = "reports.view_bookscheck"
    title = gettext_lazy("Books")
    template_name = "reports/books.html"
    SHOWN = 15

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        checks = list(BooksCheck.objects.all()[: self.SHOWN])
        last = checks[0] if checks else None
        return super().get_context_data(
            last=last,
            checks=checks,
            looked_at=looked_at(last) if last else [],
            not_shown=last.found - len(last.discrepancies) if last else 0,
            may_verify=self.request.user.has_perm("reports.add_bookscheck"),
            **kwargs,
        )


class BooksVerify(Screen):
    """Start a check. It runs in a worker: on large books it takes longer than a page may."""

    permission_required = "reports.add_bookscheck"
    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        if send_now("reports.verify_books"):
            messages.success(request, _("The check is running. Its outcome stands here when it is done."))
        else:
            messages.error(request, _("The check could not be started: no background worker can be reached."))
        return go(request, reverse("reports:books"))


def looked_at(check: BooksCheck) -> list[tuple[str, str]]:
    """How many rows of what, in words."""
    labels = {
        "accounts": _("Accounts"),
        "receivable entries": _("Receivable entries"),
        "invoices": _("Invoices"),
        "payments": _("Payments"),
        "products": _("Products"),
        "stock levels": _("Stock levels"),
        "stock moves": _("Stock moves"),
        "orders": _("Orders"),
        "messages": _("Messages"),
    }
    return [(label, num(check.counts[name])) for name, label in labels.items() if name in check.counts]
