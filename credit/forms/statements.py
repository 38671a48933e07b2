"""Which days a statement is about."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy

from core.forms import DateField


class StatementForm(forms.Form):
    """The days of a statement, both included. Empty fields mean last month and this one."""

    first = DateField(label=gettext_lazy("From"), required=False, near="past")
    last = DateField(label=gettext_lazy("To"), required=False, near="past")
