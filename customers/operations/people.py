"""Contact persons and addresses: one key person, one default address of each kind, as long as there is any."""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypeVar

from django.db import models, transaction
from django.utils.translation import gettext as _

from customers.models import Address, Contact, Customer

from .checks import assign, store
from .timeline import record

M = TypeVar("M", bound=models.Model)
CONTACT_FIELDS = frozenset(
    ["name", "designation", "phone", "second_phone", "email", "second_email", "is_key"]
)
ADDRESS_FIELDS = frozenset(["kind", "is_default", "street", "city", "state", "postal_code", "country"])


@transaction.atomic
def add_contact(customer: Customer, *, by: Any, at: datetime, **fields: Any) -> Contact:
    """A person at the customer's. The first one is the key person; a new key person takes over from the old.

    Somebody who is there with all the same words already is not added again: the form was sent twice.
    """
    return add_contacts(customer, [fields], by=by, at=at)[0]


def add_contacts(
    customer: Customer, many: list[dict[str, Any]], *, by: Any, at: datetime, tell: bool = True
) -> list[Contact]:
    _lock(customer)
    made = []
    for fields in many:
        contact = Contact(customer=customer)
        assign(contact, fields, allowed=CONTACT_FIELDS)
        others = customer.contacts.all()
        if there := _same(contact, others, CONTACT_FIELDS - {"is_key"}):
            made.append(there)
            continue
        contact.is_key = contact.is_key or not others.filter(is_key=True).exists()
        _save_as_chosen(contact, "is_key", others)
        made.append(contact)
        if tell:
            text = _("Contact person %(name)s added.") % {"name": contact.name}
            record(customer, "contact.added", text=text, by=by, at=at)
    return made


@transaction.atomic
def change_contact(contact: Contact, *, by: Any, at: datetime, **changes: Any) -> Contact:
    """Change a contact person. Who was the key person stays it until another one is made so."""
    _lock(contact.customer)
    contact = Contact.objects.get(pk=contact.pk)
    if contact.is_key:
        changes["is_key"] = True
    if not assign(contact, changes, allowed=CONTACT_FIELDS):
        return contact
    _save_as_chosen(contact, "is_key", contact.customer.contacts.all())
    text = _("Contact person %(name)s changed.") % {"name": contact.name}
    record(contact.customer_id, "contact.changed", text=text, by=by, at=at)
    return contact


@transaction.atomic
def remove_contact(contact: Contact, *, by: Any, at: datetime) -> None:
    """Remove a contact person; the longest-standing other one becomes the key person."""
    _lock(contact.customer)
    contact = Contact.objects.get(pk=contact.pk)
    contact_name, was_key, others = contact.name, contact.is_key, contact.customer.contacts.order_by("pk")
    contact.delete()
    if was_key:
        _promote(others, "is_key")
    text = _("Contact person %(name)s removed.") % {"name": contact_name}
    record(contact.customer_id, "contact.removed", text=text, by=by, at=at)


@transaction.atomic
def add_address(customer: Customer, *, by: Any, at: datetime, **fields: Any) -> Address:
    """An address. The first of its kind is the default; a new default takes over from the old.

    An address that is there already is not added again: the form was sent twice.
    """
    return add_addresses(customer, [fields], by=by, at=at)[0]


def add_addresses(
    customer: Customer, many: list[dict[str, Any]], *, by: Any, at: datetime, tell: bool = True
) -> list[Address]:
    _lock(customer)
    made = []
    for fields in many:
        address = Address(customer=customer)
        assign(address, fields, allowed=ADDRESS_FIELDS)
        others = customer.addresses.filter(kind=address.kind)
        if there := _same(address, others, ADDRESS_FIELDS - {"is_default"}):
            made.append(there)
            continue
        address.is_default = address.is_default or not others.filter(is_default=True).exists()
        _save_as_chosen(address, "is_default", others)
        made.append(address)
        if tell:
            text = _("%(kind)s address added: %(address)s.") % {
                "kind": address.get_kind_display(),
                "address": address,
            }
            record(customer, "address.added", text=text, by=by, at=at)
    return made


@transaction.atomic
def change_address(address: Address, *, by: Any, at: datetime, **changes: Any) -> Address:
    """Change an address, also its kind. The default of each kind stays one, and only one."""
    _lock(address.customer)
    address = Address.objects.get(pk=address.pk)
    kind, was_default = address.kind, address.is_default
    moves = changes.get("kind", kind) != kind
    if was_default and not moves:
        changes["is_default"] = True
    elif moves:
        changes.setdefault("is_default", False)
    if not assign(address, changes, allowed=ADDRESS_FIELDS):
        return address
    others = address.customer.addresses.exclude(pk=address.pk)
    of_kind = others.filter(kind=address.kind)
    address.is_default = address.is_default or not of_kind.filter(is_default=True).exists()
    _save_as_chosen(address, "is_default", of_kind)
    if was_default and moves:
        _promote(others.filter(kind=kind).order_by("pk"), "is_default")
    text = _("%(kind)s address changed: %(address)s.") % {
        "kind": address.get_kind_display(),
        "address": address,
    }
    record(address.customer_id, "address.changed", text=text, by=by, at=at)
    return address


@transaction.atomic
def remove_address(address: Address, *, by: Any, at: datetime) -> None:
    """Remove an address; the longest-standing other one of its kind becomes the default."""
    _lock(address.customer)
    address = Address.objects.get(pk=address.pk)
    said = {"kind": address.get_kind_display(), "address": str(address)}
    was_default = address.is_default
    others = address.customer.addresses.filter(kind=address.kind).order_by("pk")
    address.delete()
    if was_default:
        _promote(others, "is_default")
    text = _("%(kind)s address removed: %(address)s.") % said
    record(address.customer_id, "address.removed", text=text, by=by, at=at)


def _lock(customer: Customer) -> None:
    """One at a time per customer, so that two first ones can't both become the chosen one."""
    Customer.objects.select_for_update().only("pk").get(pk=customer.pk)


def _same(row: M, others: models.QuerySet[M], fields: frozenset[str]) -> M | None:
    return others.filter(**{name: getattr(row, name) for name in fields}).first()


def _save_as_chosen(row: models.Model, flag: str, others: models.QuerySet[Any]) -> None:
    """Save a row; when it is the chosen one, the one that was steps back first."""
    if getattr(row, flag):
        others.exclude(pk=row.pk).filter(**{flag: True}).update(**{flag: False})
    store(row)


def _promote(rows: models.QuerySet[Any], flag: str) -> None:
    first = rows.first()
    if first is not None:
        setattr(first, flag, True)
        first.save(update_fields=[flag])
