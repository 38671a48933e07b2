"""What is asked before opening balances are imported."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms import DateField, MoneyField
from core.forms.importing import TABLES, ColumnsForm
from core.money import ZERO
from credit.models import OpeningImport, Payment
from credit.openings import FIELDS, REQUIRED, check_columns


class OpeningFileForm(forms.Form):
    """A table of documents, and what it must come to."""

    file = forms.FileField(
        label=gettext_lazy("Table"),
        help_text=gettext_lazy(
            "csv, tsv, xlsx, xls or ods: one document a row. The first row names the columns."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": TABLES}),
    )
    as_of = DateField(near="past", label=gettext_lazy("Balances as of"))
    control_open = MoneyField(
        required=False,
        positive=False,
        minimum=ZERO,
        label=gettext_lazy("Total still open"),
        help_text=gettext_lazy(
            "From your old books. Nothing is booked unless the file comes to it, to the cent."
        ),
    )
    control_amount = MoneyField(
        required=False, positive=False, minimum=ZERO, label=gettext_lazy("Total of the documents")
    )
    unknown = forms.ChoiceField(
        choices=OpeningImport.Unknown.choices,
        label=gettext_lazy("Unknown customers"),
        initial=OpeningImport.Unknown.REFUSE,
    )
    method = forms.ChoiceField(
        choices=Payment.Method.choices,
        label=gettext_lazy("What was paid before came by"),
        initial=Payment.Method.BANK,
    )
    currency = forms.CharField(
        label=gettext_lazy("Currency"), min_length=3, max_length=3, initial=settings.CURRENCY
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["as_of"].initial = timezone.localdate()

    def clean_currency(self) -> str:
        code = str(self.cleaned_data["currency"]).upper()
        if not (code.isascii() and code.isalpha()):
            raise forms.ValidationError(_("A currency has three letters, such as INR."))
        return code


class OpeningColumnsForm(ColumnsForm):
    """Which column of the file is what."""

    known = FIELDS
    required = REQUIRED

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["days"] = forms.ChoiceField(
            label=_("Dates"), choices=OpeningImport.Days.choices, required=False
        )

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if not self.errors:
            check_columns(self.mapping)
        return told
