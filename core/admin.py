"""What admin pages of all apps are made of."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from unfold.admin import ModelAdmin

from .changes import Tracked, changes

MOST = 200


class ReadOnly:
    """For what only operations write: to be read in the admin, also by a super admin."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReadOnlyAdmin(ReadOnly, ModelAdmin):
    """A page of such rows, without counting all of them."""

    show_full_result_count = False


class TrackedAdmin(ModelAdmin):
    """For tracked models: its history page shows every change, also those made outside the admin."""

    object_history_template = "core/admin_history.html"

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        record = self.get_object(request, object_id)
        own = [Tracked(type(record), {"pgh_obj_id": record.pk})] if record is not None else []
        page = changes(own, user=request.user, size=MOST)
        return super().history_view(request, object_id, {**(extra_context or {}), "changes": page.rows})
