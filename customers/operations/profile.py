"""A customer from its first day on."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import Refusal
from core.phones import read_phone
from customers.models import Customer
from customers.models.choices import Status
from customers.models.customer import e164
from customers.queries.duplicates import EMAILS, PHONES, Duplicate, possible_duplicates

from .checks import assign, check, store
from .people import add_addresses, add_contacts
from .timeline import record

KEPT_BY_US = {"id", "code", "status", "created_at", "updated_at"}
FIELDS = frozenset(f.name for f in Customer._meta.concrete_fields if f.editable) - KEPT_BY_US
STATUS_EVENTS = {
    Status.ACTIVE: gettext_lazy("Active again."),
    Status.INACTIVE: gettext_lazy("Made inactive."),
    Status.BLOCKED: gettext_lazy("Blocked."),
    Status.BLACKLISTED: gettext_lazy("Blacklisted."),
}


@transaction.atomic
def add_customer(
    *,
    by: Any,
    at: datetime,
    name: str,
    contacts: Iterable[dict[str, Any]] = (),
    addresses: Iterable[dict[str, Any]] = (),
    duplicate_reason: str = "",
    idempotency_key: str | None = None,
    **fields: Any,
) -> Customer:
    """A new customer with its people and addresses.

    Refuses with the code `possible_duplicate` when somebody has the same phone, e-mail or tax ID (those in sight are in
    `details["duplicates"]`), unless `duplicate_reason` says why this is another one; that stays on the timeline.
    The same `idempotency_key` again gives the customer that was made with it.
    """
    if made := _made_with(idempotency_key):
        return made
    customer = Customer(idempotency_key=idempotency_key)
    assign(customer, {"name": name, **fields}, allowed=FIELDS)
    people = list(contacts)
    try:
        alike = _store_new(customer, people, reason=duplicate_reason.strip(), by=by)
    except Refusal:
        # The same form sent twice at once: the other one was here first, whatever it is that now stands in the way.
        if made := _made_with(idempotency_key):
            return made
        raise
    add_contacts(customer, people, by=by, at=at, tell=False)
    add_addresses(customer, list(addresses), by=by, at=at, tell=False)
    text = _("Customer added.")
    if alike:
        codes = ", ".join(d.customer.code for d in alike)
        text = _("Customer added although it looks like %(codes)s: %(reason)s") % {
            "codes": codes,
            "reason": duplicate_reason.strip(),
        }
    record(customer, "customer.added", text=text, by=by, at=at)
    return customer


@transaction.atomic
def change_customer(customer: Customer, *, by: Any, at: datetime, **changes: Any) -> Customer:
    """Change fields of the profile; those that stay the same are not written. The status has a verb of its own."""
    customer = (
        Customer.objects.select_for_update(of=("self",)).select_related("representative").get(pk=customer.pk)
    )
    before = customer.representative
    changed = assign(customer, changes, allowed=FIELDS)
    if not changed:
        return customer
    store(
        customer, update_fields=[*changed, *(["tax_id_index"] if "tax_id" in changed else []), "updated_at"]
    )
    labels = [str(Customer._meta.get_field(name).verbose_name) for name in changed]  # type: ignore[union-attr]
    text = capfirst(_("%(fields)s changed.") % {"fields": ", ".join(labels)})
    if changed == ["representative"]:
        text = _("Handed over from %(before)s to %(now)s.") % {
            "before": before or _("nobody"),
            "now": customer.representative or _("nobody"),
        }
    record(customer, "customer.changed", text=text, by=by, at=at)
    return customer


@transaction.atomic
def set_status(customer: Customer, status: str, *, reason: str, by: Any, at: datetime) -> Customer:
    """Block a customer, let it order again, or put it aside. The reason is needed and stays on the timeline."""
    customer = Customer.objects.select_for_update().get(pk=customer.pk)
    if status not in Status.values:
        raise Refusal(_("There is no such status."), code="invalid", field="status")
    if customer.status == status:
        now = Status(status).label.lower()
        raise Refusal(_("%(name)s is %(now)s already.") % {"name": customer, "now": now}, code="same_status")
    if not reason.strip():
        raise Refusal(_("Say why."), code="reason_missing", field="reason")
    customer.status = status
    customer.save(update_fields=["status", "updated_at"])
    text = f"{STATUS_EVENTS[Status(status)]} {reason.strip()}"
    record(customer, f"customer.{status}", text=text, by=by, at=at)
    return customer


def _store_new(customer: Customer, people: list[dict[str, Any]], *, reason: str, by: Any) -> list[Duplicate]:
    """Check and write the row; gives those it looks like, who are only let pass with a reason."""
    check(customer)
    alike = _alike(customer, people)
    if alike and not reason:
        raise _refuse_alike(alike, by)
    store(customer, force_insert=True)
    return alike


def _made_with(key: str | None) -> Customer | None:
    return Customer.objects.filter(idempotency_key=key).first() if key else None


def _alike(customer: Customer, contacts: list[dict[str, Any]]) -> list[Duplicate]:
    phones = [e164(getattr(customer, name)) for name in PHONES]
    phones += [read_phone(c.get(name)) for c in contacts for name in PHONES]
    emails = [getattr(customer, name) for name in EMAILS] + [
        c.get(name, "") for c in contacts for name in EMAILS
    ]
    return possible_duplicates(phones=phones, emails=emails, tax_id=customer.tax_id)


def _refuse_alike(alike: list[Duplicate], by: Any) -> Refusal:
    """Who it looks like. Somebody else's customer is not named to who may not see it."""
    seen = [
        d for d in alike if by is None or Customer.objects.visible_to(by).filter(pk=d.customer.pk).exists()
    ]
    if seen:
        first = seen[0]
        text = _("%(name)s (%(code)s) has %(same)s.") % {
            "name": first.customer.name,
            "code": first.customer.code,
            "same": first.same,
        }
    else:
        text = _("A customer of somebody else has %(same)s.") % {"same": alike[0].same}
    return Refusal(text, code="possible_duplicate", duplicates=seen)
