"""Limits and terms of many customers from a table: an outcome per row, the same file twice changes nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import importing, jobs
from core.errors import Refusal
from core.importing import Field
from core.models import Job
from core.money import parse_money
from core.tabular import open_table
from credit.models import CreditAccount, CreditGroup, LimitKind, PaymentTerms
from customers.models import Customer

from .changing import change_account

JOB = "credit.import_accounts"


def _whole(text: str) -> int | None:
    if not text:
        return None
    if not text.isascii() or not text.isdecimal() or len(text) > 4:
        raise Refusal(_("“%s” is not a number of days or pieces.") % text[:30])
    return int(text)


def _money(text: str) -> Decimal | None:
    return parse_money(text) if text else None


def _day(text: str) -> dt.date | None:
    if not text:
        return None
    try:
        found = parse_date(text[:10])
    except ValueError:
        found = None
    if found is None:
        raise Refusal(_("“%s” is not a day. Write it as 2026-12-31.") % text[:30])
    return found


def _choice(choices: Any) -> Any:
    known = {word.casefold(): value for value, label in choices.choices for word in (value, str(label))}

    def read(text: str) -> str:
        if (found := known.get(text.casefold())) is None:
            raise Refusal(
                _("“%(text)s” is none of: %(known)s.")
                % {"text": text[:30], "known": ", ".join(choices.values)}
            )
        return str(found)

    return read


def _named(model: Any) -> Any:
    def read(text: str) -> Any:
        if not text:
            return None
        found = model.objects.filter(name__iexact=text[:60]).first()
        if found is None:
            names = ", ".join(model.objects.values_list("name", flat=True)[:10])
            raise Refusal(_("“%(text)s” is none of: %(known)s.") % {"text": text[:30], "known": names})
        return found

    return read


FIELDS: dict[str, Field] = {
    "code": Field("code", gettext_lazy("Code"), ("code", "customer code", "customer"), importing.text(40)),
    "limit_kind": Field(
        "limit_kind",
        gettext_lazy("Limit kind"),
        ("limit kind", "kind of limit"),
        _choice(LimitKind),
    ),
    "credit_limit": Field(
        "credit_limit", gettext_lazy("Credit limit"), ("credit limit", "limit amount"), _money
    ),
    "temporary_limit": Field(
        "temporary_limit", gettext_lazy("Temporary limit"), ("temporary limit",), _money
    ),
    "temporary_until": Field("temporary_until", gettext_lazy("Until"), ("until", "temporary until"), _day),
    "group": Field("group", gettext_lazy("Group"), ("group", "credit group"), _named(CreditGroup)),
    "terms": Field("terms", gettext_lazy("Payment terms"), ("terms", "payment terms"), _named(PaymentTerms)),
    "max_overdue_days": Field(
        "max_overdue_days", gettext_lazy("Days overdue allowed"), ("days overdue allowed",), _whole
    ),
    "max_open_invoices": Field(
        "max_open_invoices", gettext_lazy("Open invoices allowed"), ("open invoices allowed",), _whole
    ),
    "grace_days": Field("grace_days", gettext_lazy("Days of grace"), ("days of grace", "grace days"), _whole),
    "status": Field("status", gettext_lazy("Status"), ("status",), _choice(CreditAccount.Status)),
    "review_on": Field("review_on", gettext_lazy("Next review"), ("next review", "review on"), _day),
    "special_conditions": Field(
        "special_conditions",
        gettext_lazy("Special conditions"),
        ("special conditions",),
        importing.text(2_000),
    ),
}
REQUIRED = ("code",)


def start_account_import(file: File[bytes], *, by: Any, at: dt.datetime) -> Job:
    """Keep an uploaded table and hand it to a worker. Refuses what is no table, or has no column of codes."""
    name = (file.name or "")[:240]
    with open_table(file, name) as table:  # type: ignore[arg-type]
        rows = sum(1 for _row in table.rows)
        mapping = importing.guess_mapping(FIELDS, table.headers)
        importing.check_mapping(FIELDS, REQUIRED, mapping, table.headers)
    if not rows:
        raise Refusal(_("The file has a heading but no rows."), code="no_rows", field="file")
    if len(mapping) < 2:
        raise Refusal(_("The file says nothing but codes."), code="no_columns", field="file")
    file.seek(0)
    stored = default_storage.save(f"imports/{at:%Y/%m}/accounts", file)
    with transaction.atomic():
        return jobs.start(
            JOB,
            _("Limits and terms from %(file)s") % {"file": name},
            by=by,
            at=at,
            params={"file": stored, "name": name, "mapping": mapping},
            total=rows,
            back_url=reverse("credit:account_list"),
        )


def import_account(values: Mapping[str, Any], *, by: Any, at: dt.datetime) -> bool:
    """Set what one row says; whether anything changed. Refuses unknown codes and what `by` may not change.

    A limit amount alone means the kind “amount”.
    """
    told = dict(values)
    code = told.pop("code")
    customer = Customer.objects.visible_to(by).filter(code__iexact=code).first()
    if customer is None:
        raise Refusal(_("There is no customer %s.") % code, code="unknown_customer")
    if "limit_kind" not in told and "credit_limit" in told:
        if told["credit_limit"] is None:
            del told["credit_limit"]
        else:
            told["limit_kind"] = LimitKind.AMOUNT
    if told.get("limit_kind", LimitKind.AMOUNT) != LimitKind.AMOUNT:
        told["credit_limit"] = None
    if "temporary_limit" in told and told["temporary_limit"] is None:
        told["temporary_until"] = None
    if "temporary_until" in told and "temporary_limit" not in told:
        del told["temporary_until"]
    before = CreditAccount.objects.filter(customer=customer).first()
    if before is not None and all(getattr(before, name) == value for name, value in told.items()):
        return False
    change_account(customer.pk, told, by=by, at=at, reason=_("Imported"))
    return True
