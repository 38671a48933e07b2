"""Changing one field of a record where it stands, and taking it back.

The field is one of an ordinary form; the ordinary operation saves it. What the person saw when they began travels
with the form: if somebody changed the field meanwhile, nothing is saved and the page says who made it what. Undo
sends the earlier value through the same door, and is refused in the same way when it comes too late.
"""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext as _

from core.changes import last_change
from core.errors import Refusal, StalePage
from core.templatetags.figures import ago
from core.values import hides, say

from .base import Screen

TARGET = "field-"


@dataclass(frozen=True)
class Inline:
    """A field that may be changed in place: the form that has a field of this name, and the right to do it."""

    form: Any
    permission: str


def inlines(form: Any, permission: str, *names: str) -> dict[str, Inline]:
    """The same form and right for several fields."""
    return {name: Inline(form, permission) for name in names}


@dataclass(frozen=True)
class Detail:
    """A field of a record as its page says it. `url` leads to its form ("" where it is only read)."""

    label: str | Promise
    value: Any
    name: str = ""
    url: str = ""
    form: Any = field(default=None, compare=False)
    was: str = ""

    @property
    def is_empty(self) -> bool:
        return self.value in (None, "")

    @property
    def is_blank(self) -> bool:
        """Nothing there yet, and it can be added."""
        return bool(self.url) and self.is_empty and self.form is None

    @property
    def bound(self) -> Any:
        """The one field of its form."""
        return self.form[self.name]


class InlineEditing(Screen):
    """The part of `RecordScreen` that changes single fields. See there for the contract."""

    inline: ClassVar[dict[str, Inline]] = {}

    object: Any
    editing: str = ""

    def details(self, obj: Any) -> dict[str, Sequence[tuple[Any, ...]]]:
        """The fields that the page says, in groups: `{"reach": [(_("Phone"), phone(obj.phone), "phone")]}`.

        The third word, the name of the field, is left out where it is only read.
        """
        return {}

    def may_inline(self, obj: Any) -> bool:
        """Whether the record is in a state in which single fields may be changed."""
        return True

    def inline_kwargs(self, obj: Any) -> dict[str, Any]:
        """What the forms are made with besides the record itself."""
        return {}

    def change_inline(self, obj: Any, name: str, value: Any) -> Any:
        """Call the ordinary operation with the one new value. A `Refusal` is shown beside the field."""
        raise TypeError(f"{type(self).__name__} needs change_inline(obj, name, value).")

    def inline_fields(self) -> dict[str, Inline]:
        """The fields that may be changed in place on this record, for whoever has the right."""
        return self.inline

    def stored(self, obj: Any, name: str) -> Any:
        """What the record holds under this name: that of a field that is kept inside another is found otherwise."""
        return getattr(obj, obj._meta.get_field(name).attname)

    def say_stored(self, obj: Any, name: str) -> str:
        """The same in words, for whoever comes too late; "" where it is not told."""
        model_field = obj._meta.get_field(name)
        pointed = str(getattr(obj, name) or "") if model_field.is_relation else ""
        return "" if hides(model_field) else say(model_field, self.stored(obj, name), name=pointed)

    def field_behind(self, name: str) -> str:
        """The field of the model in which it is kept."""
        return name

    # --- what is drawn

    @cached_property
    def open_fields(self) -> frozenset[str]:
        """The fields this person may change on this record now."""
        fields = self.inline_fields()
        if not fields or not self.may_inline(self.object):
            return frozenset()
        user: Any = self.request.user
        mine = {name: each for name, each in fields.items() if user.has_perm(each.permission)}
        offered = {
            form: set(self.whole_form(form, self.object).fields) for form in {i.form for i in mine.values()}
        }
        return frozenset(name for name, each in mine.items() if name in offered[each.form])

    def shown_details(self) -> dict[str, list[Detail]]:
        """Each group with the addresses of the forms, and the one form that is open."""
        return {
            group: [self._detail(*row) for row in rows] for group, rows in self.details(self.object).items()
        }

    def _detail(self, label: Any, value: Any, name: str = "") -> Detail:
        if name not in self.open_fields:
            return Detail(label, value, name)
        detail = Detail(label, value, name, f"{self.request.path}?edit={name}")
        return self.opened(detail) if name == self.editing else detail

    def detail(self, name: str) -> Detail:
        """One field as it stands now."""
        for rows in self.details(self.object).values():
            for row in rows:
                if row[2:] == (name,):
                    return self._detail(*row)
        raise Http404

    def opened(self, detail: Detail, form: BaseForm | None = None) -> Detail:
        """The same field as its form."""
        form = form or self.one_field(detail.name, self.object)
        return replace(detail, form=form, was=self.seen(self.object, detail.name))

    def whole_form(self, form_class: Any, obj: Any, data: Any = None) -> BaseForm:
        kwargs: dict[str, Any] = {"auto_id": "inline_%s", **self.inline_kwargs(obj)}
        if hasattr(form_class, "_meta"):
            kwargs["instance"] = copy.copy(obj)  # a form that is checked writes into its instance
        else:
            kwargs["initial"] = {name: getattr(obj, name, None) for name in form_class.base_fields}
        form: BaseForm = form_class(data, **kwargs)
        return form

    def one_field(self, name: str, obj: Any, data: Any = None) -> BaseForm:
        """The form, with this field alone."""
        form = self.whole_form(self.inline_fields()[name].form, obj, data)
        form.fields = {name: form.fields[name]}
        return form

    # --- what is asked

    @property
    def asks_for_field(self) -> bool:
        """Whether htmx wants one field of the page."""
        return self.htmx_target.startswith(TARGET)

    def show_field(self, detail: Detail, *, status: int = 200, **more: Any) -> HttpResponse:
        context = {"item": detail, **more}
        return HttpResponse(render_to_string("core/_inline.html", context, self.request), status=status)

    def get_field(self, request: HttpRequest) -> HttpResponse:
        """The field as it is read, or with `?edit=` its form."""
        self.editing = request.GET.get("edit", "")
        name = self.editing or request.GET.get("field", "")
        if self.editing and self.editing not in self.open_fields:
            raise Http404
        return self.show_field(self.detail(name))

    def save_field(self, request: HttpRequest) -> HttpResponse:
        """One field that was typed, or taken back."""
        name = request.POST.get("inline", "")
        if name not in self.inline_fields():
            raise Http404
        if name not in self.open_fields:
            raise PermissionDenied
        before = copy.copy(self.object)
        form = self.one_field(name, self.object, request.POST)
        if not form.is_valid():
            return self._again(name, form)
        try:
            changed = name in form.changed_data
            if changed:
                with transaction.atomic():
                    self._refuse_if_changed(name, request.POST.get("was", ""))
                    self.change_inline(self.object, name, form.cleaned_data[name])
        except Refusal as refusal:
            stale = isinstance(refusal, StalePage)
            if stale:
                self.object = self.get_object()
            form.add_error(name, refusal.text)
            return self._again(name, form, status=409 if stale else 422)
        self.object = self.get_object()
        self.__dict__.pop("open_fields", None)
        return self._saved(name, before) if changed else self._back(name)

    def _refuse_if_changed(self, name: str, was: str) -> None:
        """Under the record's lock, so that nobody gets in between."""
        rows: Any = type(self.object)._default_manager
        now = rows.select_for_update(of=("self",)).get(pk=self.object.pk)
        if self.seen(now, name) == was:
            return
        value = self.say_stored(now, name)
        told = last_change(now, self.field_behind(name)) if hasattr(now, "history") else None
        said = {
            "who": (told.by if told else "") or _("Somebody"),
            "when": ago(told.at) if told else "",
            "value": value or _("nothing"),
        }
        text = (
            _("%(who)s changed this %(when)s: it is %(value)s now. Look, then save again or cancel.") % said
        )
        raise StalePage(text, code="stale_field")

    def _again(self, name: str, form: BaseForm, status: int = 422) -> HttpResponse:
        """The form with what was typed, and why not."""
        detail = self.opened(self.detail(name), form)
        if self.asks_for_field:
            return self.show_field(detail, status=status)
        text = " ".join(str(error) for error in form.errors.get(name, []))
        messages.error(self.request, f"{detail.label}: {text}")
        return HttpResponseRedirect(f"{self.request.path}?edit={name}")

    def _saved(self, name: str, before: Any) -> HttpResponse:
        detail = self.detail(name)
        without_id: dict[str, Any] = {"id": None}
        undo = {
            "path": self.request.path,
            "name": name,
            "was": self.seen(self.object, name),
            "earlier": self.one_field(name, before)[name].as_hidden(attrs=without_id),
            "text": _("%(field)s saved.") % {"field": detail.label},
        }
        if self.asks_for_field:
            return self.show_field(detail, undo=undo, new_title=self.get_title())
        text = render_to_string("core/_undo.html", undo, self.request)
        messages.success(self.request, text, extra_tags="refusal")
        return HttpResponseRedirect(self.request.path)

    def _back(self, name: str) -> HttpResponse:
        if self.asks_for_field:
            return self.show_field(self.detail(name))
        return HttpResponseRedirect(self.request.path)

    def seen(self, obj: Any, name: str) -> str:
        """What a field held, so that a page can tell whether it still does, without carrying the value itself."""
        return digest(name, self.stored(obj, name))


def fingerprint(obj: Any, name: str) -> str:
    """What a field of the model held, as a page remembers it."""
    return digest(name, getattr(obj, obj._meta.get_field(name).attname))


def digest(name: str, stored: Any) -> str:
    return hashlib.sha256(f"{name}:{stored!s}".encode()).hexdigest()[:20]
