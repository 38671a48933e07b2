"""Prices out of a file into a list, an outcome for each row."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO, NamedTuple

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _

from core import jobs
from core.errors import Refusal
from core.importing import check_mapping, guess_mapping
from core.once import wait_for_twin
from core.tabular import open_table
from customers.models import Customer
from inventory.models import Product
from pricing.importing import FIELDS, REQUIRED, read_row
from pricing.models import PriceImport, PriceList, PriceRule

from .prices import set_price

JOB = "pricing.import_prices"
State = PriceImport.State


class Outcome(NamedTuple):
    """What became of a row: new, changed, same or refused (`why`)."""

    number: int
    kind: str
    what: str = ""
    why: str = ""


@transaction.atomic
def accept_prices(
    price_list: PriceList, file: File[bytes], *, by: Any, at: dt.datetime, reference: str
) -> PriceImport:
    """Keep a file of prices for a list. Refuses what is no table; told twice it is one."""
    wait_for_twin(f"price import:{reference}")
    told = PriceImport.objects.filter(reference=reference).first()
    if told is not None:
        return told
    name = (file.name or "")[:240]
    with open_table(file, name) as table:  # type: ignore[arg-type]
        rows = sum(1 for _row in table.rows)
        mapping = guess_mapping(FIELDS, table.headers)
    if not rows:
        raise Refusal(_("The file has a heading but no rows."), field="file")
    file.seek(0)
    return PriceImport.objects.create(
        price_list=price_list,
        file_name=name,
        file=file,
        mapping=mapping,
        rows=rows,
        state=State.UPLOADED,
        reference=reference,
        by=by,
        at=at,
    )


@transaction.atomic
def start_price_import(
    price_import: PriceImport, mapping: Mapping[str, str], *, by: Any, at: dt.datetime
) -> PriceImport:
    """Hand a file to a worker. Started twice it runs once."""
    price_import = PriceImport.objects.select_for_update(of=("self",)).get(pk=price_import.pk)
    if price_import.state != State.UPLOADED:
        return price_import
    with price_import.file.open("rb") as file, open_table(file.file, price_import.file_name) as table:
        check_mapping(FIELDS, REQUIRED, mapping, table.headers)
    price_import.mapping, price_import.state = dict(mapping), State.WAITING
    price_import.job = jobs.start(
        JOB,
        _("Prices of %(file)s into %(list)s")
        % {"file": price_import.file_name, "list": price_import.price_list},
        by=by,
        at=at,
        params={"price_import": price_import.pk},
        total=price_import.rows,
        back_url=price_import.price_list.get_absolute_url(),
    )
    price_import.save(update_fields=["mapping", "state", "job"])
    return price_import


def import_price_steps(
    price_import: PriceImport, file: BinaryIO, *, after: int, by: Any, at: dt.datetime, at_once: int = 100
) -> Iterator[list[Outcome]]:
    """Set the prices of the rows after row `after`, some at a time; gives what became of each.

    A price for the same product, quantity, customer and first day is changed; another one on the same days is refused,
    in a sentence that names it. Nothing else of the list is touched.
    """
    with open_table(file, price_import.file_name) as table:
        columns = check_mapping(FIELDS, REQUIRED, price_import.mapping, table.headers)
        done: list[Outcome] = []
        for row in table.rows:
            if row.number <= after:
                continue
            try:
                if row.problem:
                    raise Refusal(row.problem)
                said = read_row(row.cells, columns)
                with transaction.atomic():
                    kind = _set(price_import.price_list, said, by=by, at=at)
                done.append(Outcome(row.number, kind, said["sku"]))
            except Refusal as refusal:
                what = row.cells[columns["sku"]] if not row.problem else ""
                done.append(Outcome(row.number, "refused", what, refusal.text))
            if len(done) == at_once:
                yield done
                done = []
        if done:
            yield done


def _set(price_list: PriceList, said: dict[str, Any], *, by: Any, at: dt.datetime) -> str:
    """One price; whether it is new, changed or the same."""
    product = Product.objects.filter(sku__iexact=said["sku"]).first()
    if product is None:
        raise Refusal(_("There is no product with the SKU “%(sku)s”.") % {"sku": said["sku"]})
    customer = _customer(said.get("customer") or "", by)
    first, last = said.get("valid_from"), said.get("valid_to")
    if first and last and last < first:
        raise Refusal(_("The last day is before the first."))
    same = PriceRule.objects.select_for_update().filter(
        price_list=price_list,
        product=product,
        customer=customer,
        min_quantity=said.get("min_quantity") or 1,
        valid_from=first,
    )
    there = same.first()
    if there is None:
        quantity = said.get("min_quantity") or 1
        set_price(
            price_list,
            product,
            said["unit_price"],
            customer=customer,
            min_quantity=quantity,
            valid_from=first,
            valid_to=last,
            by=by,
            at=at,
        )
        return "new"
    if (there.unit_price, there.valid_to) == (said["unit_price"], last):
        return "same"
    there.delete()
    set_price(
        price_list,
        product,
        said["unit_price"],
        customer=customer,
        min_quantity=there.min_quantity,
        valid_from=first,
        valid_to=last,
        by=by,
        at=at,
    )
    return "changed"


def _customer(code: str, by: Any) -> Customer | None:
    """By its code, seen with the eyes of whoever imports."""
    if not code:
        return None
    customer = Customer.objects.visible_to(by).filter(code__iexact=code).first()
    if customer is None:
        raise Refusal(_("There is no customer with the code “%(code)s”.") % {"code": code[:24]})
    return customer


def close_price_import(price_import: PriceImport, state: str, *, at: dt.datetime, why: str = "") -> None:
    """The end of an import, as its job came to it."""
    price_import.state, price_import.refusal, price_import.finished_at = state, why[:500], at
    price_import.save(update_fields=["state", "refusal", "finished_at"])


def said_of(counts: Counter[str]) -> str:
    """What came of an import, in a sentence."""
    return _("%(new)s new, %(changed)s changed, %(same)s unchanged, %(refused)s refused.") % {
        kind: counts[kind] for kind in ("new", "changed", "same", "refused")
    }
