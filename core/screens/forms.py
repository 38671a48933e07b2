"""The page of one form."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.functional import Promise, cached_property

from core.errors import Refusal, StalePage
from core.forms import name_no_choice

from .actions import go, refuse_stale, version_of
from .base import Screen
from .refusals import Way


class FormScreen(Screen):
    """Ask, check, call one operation.

        class PaymentRecord(FormScreen):
            permission_required = "credit.record_payment"
            title = _("Record a payment")
            form_class = PaymentForm
            button = _("Record")
            success_message = _("Payment recorded.")

            def perform(self, form):
                return operations.record_payment(
                    **form.cleaned_data, reference=self.idempotency_key, by=self.request.user
                )

    With a `model` and a pk in the address, `self.object` is that record (404 when not in sight) and a ModelForm gets it
    as instance. A form never saves: `perform` calls the operation. Its `Refusal` becomes an error of the form (of the
    field that `Refusal(…, field="amount")` names), with all that was typed kept, status 422.
    `self.idempotency_key` is made when the form is shown and comes back with it: hand it to the operation as the unique
    reference, and a double submit does nothing twice.
    Success goes to `success_url(result)`, by default the result's own page, with `success_message`.
    """

    template_name = "core/form.html"
    dialog_template_name = "core/_form_dialog.html"
    http_method_names = ["get", "post", "head", "options"]
    form_class: ClassVar[Any] = None
    button: ClassVar[str | Promise] = ""
    success_message: ClassVar[str | Promise] = ""

    object: Any = None

    def perform(self, form: Any) -> Any:
        raise TypeError(f"{type(self).__name__} needs perform(form).")

    def success_url(self, result: Any) -> str:
        target = result if hasattr(result, "get_absolute_url") else self.object
        return str(target.get_absolute_url())

    def get_success_message(self, result: Any) -> str:
        return str(self.success_message)

    def ways(self, refusal: Refusal) -> Sequence[Way]:
        """What would make it go through, from what the refusal's `details` say."""
        return ()

    def get_initial(self) -> dict[str, Any]:
        """What the form starts with; the query of the address may say it (`?customer=12`)."""
        names = getattr(self.form_class, "base_fields", {})
        return {name: value for name, value in self.request.GET.items() if name in names}

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs: dict[str, Any] = {"initial": self.get_initial()}
        if self.request.method == "POST":
            kwargs |= {"data": self.request.POST, "files": self.request.FILES}
        if self.object is not None and hasattr(self.form_class, "_meta"):
            kwargs["instance"] = self.object
        return kwargs

    def get_form(self) -> BaseForm:
        form: BaseForm = self.form_class(**self.get_form_kwargs())
        name_no_choice(form)
        return form

    @cached_property
    def idempotency_key(self) -> str:
        """The key of this form, the same however often it is sent; a new one when it is shown."""
        try:
            return str(uuid.UUID(self.request.POST.get("idempotency_key", "")))
        except ValueError:
            return str(uuid.uuid4())

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self._find()
        return self.show(self.get_form())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self._find()
        form = self.get_form()
        if not form.is_valid():
            return self.show(form, status=422)
        try:
            if self.object is not None:
                refuse_stale(self.object, request.POST.get("version"))
            result = self.perform(form)
        except Refusal as refusal:
            return self.refused(form, refusal)
        text = self.get_success_message(result)
        if text:
            messages.success(request, text)
        return go(request, self.success_url(result))

    def refused(self, form: BaseForm, refusal: Refusal) -> HttpResponse:
        """The same form with what was typed, and why not."""
        field = refusal.details.get("field")
        form.add_error(field if field in form.fields else None, refusal.text)
        return self.show(form, status=422, ways=self.ways(refusal), stale=isinstance(refusal, StalePage))

    def show(self, form: BaseForm, *, status: int = 200, stale: bool = False, **context: Any) -> HttpResponse:
        names = (
            [self.dialog_template_name] if self.htmx_target == "dialog-body" else self.get_template_names()
        )
        context = self.get_context_data(
            form=form,
            object=self.object,
            button=self.button or self.get_title(),
            key=self.idempotency_key,
            **context,
        )
        known = "" if stale else self.request.POST.get("version", "")
        context["version"] = known or (version_of(self.object) if self.object is not None else "")
        return self.response_class(self.request, names, context, using=self.template_engine, status=status)

    def _find(self) -> None:
        if "pk" in self.kwargs and (self.model is not None or self.queryset is not None):
            self.object = self.get_object()
