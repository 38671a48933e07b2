"""A supplier's price list from the page: kept, its columns confirmed, handed to a worker to be compared."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import structlog
from django.core.files.base import ContentFile, File
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from core import jobs
from core.errors import Refusal
from core.importing import check_mapping
from core.models import Job
from core.once import wait_for_twin
from core.tabular import open_table
from inventory.models import Category, Supplier, SupplierCategory, SupplierPriceList
from inventory.supplier_lists import FIELDS, REQUIRED, guess_mapping

JOB, UNDO = "inventory.compare_supplierpricelist", "inventory.undo_supplierpricelist"
log = structlog.get_logger(__name__)
State = SupplierPriceList.State


@transaction.atomic
def accept_supplier_list(
    supplier: Supplier,
    file: File[bytes],
    *,
    by: Any,
    at: dt.datetime,
    reference: str,
    currency: str = "",
    is_whole: bool = True,
) -> SupplierPriceList:
    """Keep an uploaded list. Refuses what is no table; guesses its columns, first from this supplier's last list.

    Told twice with one `reference` it is one list.
    """
    wait_for_twin(f"supplier list:{reference}")
    told = SupplierPriceList.objects.filter(reference=reference).first()
    if told is not None:
        return told
    name = (file.name or "")[:240]
    with open_table(file, name) as table:  # type: ignore[arg-type]
        rows = sum(1 for _row in table.rows)
        mapping = guess_mapping(table.headers, remembered_mapping(supplier))
    if not rows:
        raise Refusal(_("The file has a heading but no rows."), field="file")
    file.seek(0)
    return SupplierPriceList.objects.create(
        supplier=supplier,
        file_name=name,
        file=file,
        mapping=mapping,
        rows=rows,
        state=State.UPLOADED,
        currency=currency or supplier.currency,
        is_whole=is_whole,
        reference=reference,
        by=by,
        at=at,
    )


def pasted(text: str) -> ContentFile[bytes]:
    """What was pasted as a file, so that it is read like one."""
    return ContentFile(text.strip("\n").encode(), name="pasted.txt")


def remembered_mapping(supplier: Supplier) -> dict[str, str]:
    """Which column was what in the last list of this supplier that was compared."""
    last = supplier.price_lists.exclude(state=State.UPLOADED).order_by("-at", "-pk").first()
    return dict(last.mapping) if last else {}


@transaction.atomic
def start_comparing(
    price_list: SupplierPriceList,
    mapping: Mapping[str, str],
    *,
    by: Any,
    at: dt.datetime,
) -> SupplierPriceList:
    """Hand an uploaded list to a worker. Started twice it runs once."""
    price_list = SupplierPriceList.objects.select_for_update(of=("self",)).get(pk=price_list.pk)
    if price_list.state != State.UPLOADED:
        return price_list
    with price_list.file.open("rb") as file, open_table(file.file, price_list.file_name) as table:
        check_mapping(FIELDS, REQUIRED, mapping, table.headers)
    price_list.mapping = dict(mapping)
    return _hand_over(price_list, 2 * price_list.rows, by=by, at=at)


@transaction.atomic
def compare_again(price_list: SupplierPriceList, *, by: Any, at: dt.datetime) -> SupplierPriceList:
    """Hold what is still open against what we know now. What was decided stays decided.

    One that was stopped on the way is read to its end.
    """
    price_list = SupplierPriceList.objects.select_for_update(of=("self",)).get(pk=price_list.pk)
    if price_list.state not in {State.DONE, State.STOPPED}:
        raise Refusal(_("This list is being compared already, or can't be read."), code="state")
    read = price_list.state == State.DONE
    entries = price_list.entries.all()
    entries.open().filter(kind="gone").delete()
    entries.filter(state__in=["open", "nothing"]).exclude(kind="refused").update(state="read")
    pieces = entries.filter(state="read").count() if read else 2 * price_list.rows
    return _hand_over(price_list, pieces, again=read, by=by, at=at)


def _hand_over(
    price_list: SupplierPriceList, pieces: int, *, again: bool = False, by: Any, at: dt.datetime
) -> SupplierPriceList:
    price_list.state, price_list.finished_at = State.WAITING, None
    price_list.job = jobs.start(
        JOB,
        _("Price list %(file)s of %(supplier)s")
        % {"file": price_list.file_name, "supplier": price_list.supplier},
        by=by,
        at=at,
        params={"price_list": price_list.pk, "again": again},
        total=pieces,
        back_url=price_list.get_absolute_url(),
    )
    price_list.save(update_fields=["mapping", "state", "job", "finished_at"])
    return price_list


@transaction.atomic
def start_undoing(price_list: SupplierPriceList, *, by: Any, at: dt.datetime) -> Job:
    """Take back everything of a list that was accepted, by a worker. Refuses when there is nothing."""
    accepted = price_list.entries.filter(state="accepted")
    number, last = accepted.count(), accepted.aggregate(last=Max("decided_at"))["last"]
    if not number:
        raise Refusal(_("Nothing of this list is accepted."), code="state")
    return jobs.start(
        UNDO,
        _("Undo price list %(file)s of %(supplier)s")
        % {"file": price_list.file_name, "supplier": price_list.supplier},
        by=by,
        at=at,
        params={"price_list": price_list.pk},
        total=number,
        back_url=price_list.get_absolute_url(),
        idempotency_key=f"{UNDO}:{price_list.pk}:{last.isoformat()}",
    )


@transaction.atomic
def map_category(theirs: SupplierCategory, ours: Category | None, *, by: Any) -> SupplierCategory:
    """New products of a supplier's category go into this one of ours; into one of the same name without."""
    theirs = SupplierCategory.objects.select_for_update(of=("self",)).get(pk=theirs.pk)
    theirs.ours = ours
    theirs.save(update_fields=["ours"])
    log.info(
        "supplier_category_mapped", category=theirs.pk, ours=ours and ours.pk, by=getattr(by, "pk", None)
    )
    return theirs
