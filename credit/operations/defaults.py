"""What a new installation starts with: payment terms, a group whose customers pay cash, levels of reminding."""

from __future__ import annotations

from django.db import transaction

from credit.models import CreditGroup, DunningLevel, DunningSettings, LimitKind, PaymentTerms

NET, END_OF_MONTH = PaymentTerms.Kind.NET, PaymentTerms.Kind.END_OF_MONTH
TERMS = (
    ("Immediate", NET, 0),
    ("Net 15", NET, 15),
    ("Net 30", NET, 30),
    ("Net 60", NET, 60),
    ("End of month", END_OF_MONTH, 0),
)
DEFAULT_TERMS = "Net 15"
LEVELS: tuple[tuple[str, int, str, dict[str, bool]], ...] = (
    ("Friendly reminder", -3, "dunning_friendly", {}),
    ("First reminder", 5, "dunning_first", {}),
    ("Second reminder", 20, "dunning_second", {"tells_representative": True}),
    ("Last notice", 40, "dunning_last", {"tells_representative": True, "asks_for_call": True}),
)


@transaction.atomic
def write_defaults() -> None:
    """Runs after every `migrate`, and writes only into empty tables: what people deleted or renamed stays so."""
    if not PaymentTerms.objects.exists():
        for name, kind, days in TERMS:
            PaymentTerms.objects.create(name=name, kind=kind, days=days, is_default=name == DEFAULT_TERMS)
    if not CreditGroup.objects.exists():
        CreditGroup.objects.create(name="Standard", limit_kind=LimitKind.CASH_ONLY, is_default=True)
    if not DunningLevel.objects.exists():
        for name, days, event, more in LEVELS:
            DunningLevel.objects.create(name=name, days=days, event=event, **more)
    DunningSettings.objects.get_or_create(pk=1)
