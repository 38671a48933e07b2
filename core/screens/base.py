"""What every screen does: who may see it, which rows, what it is called, where it hangs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, NamedTuple

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.functional import Promise
from django.views.generic.base import ContextMixin, TemplateResponseMixin, View

LOGGED_IN: tuple[str, ...] = ()
"""`permission_required = LOGGED_IN`: anybody who is logged in (their own password, the home page)."""


class Crumb(NamedTuple):
    """One step back: `Crumb(_("Orders"), "orders:order_list")`."""

    label: str | Promise
    url_name: str
    args: tuple[Any, ...] = ()

    @property
    def url(self) -> str:
        return reverse(self.url_name, args=self.args)


class Screen(TemplateResponseMixin, ContextMixin, View):
    """The ground of every page.

        class Ageing(Screen):
            permission_required = "credit.view_ageing"
            title = _("Ageing")
            template_name = "credit/ageing.html"
            crumbs = [Crumb(_("Receivables"), "credit:invoice_list")]

            def get_context_data(self, **kwargs):
                return super().get_context_data(rows=queries.ageing(on=…), **kwargs)

    `permission_required`: a permission or several (all needed). It must be declared: `LOGGED_IN` for any logged-in
    person, `public = True` for nobody's login; a screen that says nothing fails `manage.py check`.
    `model` or `queryset`: the rows it is about, narrowed by `.visible_to(user)` where the queryset offers it, so the
    object of somebody else is a 404.
    """

    permission_required: ClassVar[str | Sequence[str] | None] = None
    public: ClassVar[bool] = False
    title: ClassVar[str | Promise] = ""
    crumbs: ClassVar[Sequence[Crumb]] = ()
    model: ClassVar[type[Model] | None] = None
    queryset: ClassVar[QuerySet[Any] | None] = None
    lookup: ClassVar[str] = "pk"

    @classmethod
    def as_view(cls, **initkwargs: Any) -> Any:
        view: Any = super().as_view(**initkwargs)
        view.login_required = False  # `dispatch` asks for it itself, and knows how to answer htmx
        return view

    @classmethod
    def permissions(cls) -> tuple[str, ...]:
        """The permissions this screen asks for, all of them."""
        asked = cls.permission_required
        return (asked,) if isinstance(asked, str) else tuple(asked or ())

    @classmethod
    def allows(cls, user: Any) -> bool:
        """Whether this person may open the screen at all."""
        if cls.public:
            return True
        if cls.permission_required is None:
            return False
        return bool(user.is_authenticated and user.has_perms(cls.permissions()))

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not self.allows(request.user):
            if request.user.is_authenticated:
                raise PermissionDenied
            return to_login(request)
        response = super().dispatch(request, *args, **kwargs)
        patch_vary_headers(response, ["HX-Request", "HX-Target"])
        return response

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.render_to_response(self.get_context_data(**kwargs))

    def get_queryset(self) -> QuerySet[Any]:
        """The rows this person may see."""
        if self.queryset is not None:
            rows = self.queryset.all()
        elif self.model is not None:
            rows = self.model._default_manager.all()
        else:
            raise TypeError(f"{type(self).__name__} needs a model, a queryset or a get_queryset().")
        if not self.public and hasattr(rows, "visible_to"):
            rows = rows.visible_to(self.request.user)
        return rows

    def get_object(self) -> Any:
        """The record the URL names; 404 when it does not exist for this person."""
        value = self.kwargs[self.lookup if self.lookup in self.kwargs else "pk"]
        return get_object_or_404(self.get_queryset(), **{self.lookup: value})

    def get_title(self) -> str:
        return str(self.title)

    def get_crumbs(self) -> Sequence[Crumb]:
        return self.crumbs

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            **{"title": self.get_title(), "crumbs": self.get_crumbs(), "screen": self, **kwargs}
        )

    @property
    def htmx_target(self) -> str:
        """The id of the element htmx will swap; "" for a whole page (also when the back button restores one)."""
        htmx: Any = getattr(self.request, "htmx", None)
        if not htmx or htmx.history_restore_request or htmx.boosted:
            return ""
        return htmx.target or "body"


class PanelScreen(Screen):
    """A part of a page that another app's page shows: `{% panel "credit:customer_panel" customer.pk %}`.

    Its template holds the panel alone. Opened by its own address it stands on a page of its own, so its links work
    without the page around it.
    """

    page_template_name = "core/panel_page.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        context = self.get_context_data(**kwargs)
        if getattr(request, "in_panel", False) or self.htmx_target:
            return self.render_to_response(context)
        context["panel_template"] = self.get_template_names()[0]
        return self.response_class(
            request,
            [self.page_template_name],
            context,
            using=self.template_engine,
            content_type=self.content_type,
        )


def to_login(request: HttpRequest) -> HttpResponse:
    """The login page; a partial request is told to go there whole, back to the page it came from."""
    htmx: Any = getattr(request, "htmx", None)
    if not htmx:
        return redirect_to_login(request.get_full_path())
    back = redirect_to_login(htmx.current_url_abs_path or "/")
    return HttpResponse(status=401, headers={"HX-Redirect": back["Location"]})
