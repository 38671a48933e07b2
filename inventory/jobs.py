"""Long work on goods."""

from __future__ import annotations

from functools import partial

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.errors import Refusal
from core.jobs import Run, Steps, job_kind
from core.models import Job
from core.tables import work_off
from core.templatetags.figures import num
from inventory import operations, queries
from inventory.category_files import CATEGORIES
from inventory.documents.labels import FORMATS, print_labels
from inventory.forms.tables import keep_supplier
from inventory.models import DeviceImport, DeviceImportRow, ImportBatch, ImportRow, Product, SupplierPriceList
from inventory.operations.category_imports import import_category
from inventory.operations.suppliers import import_offer, import_supplier
from inventory.supplier_files import OFFERS, SUPPLIERS

State = ImportBatch.State
UNDONE_AT_ONCE = 200
ENDS = {Job.State.DONE: State.DONE, Job.State.FAILED: State.REFUSED, Job.State.CANCELLED: State.STOPPED}


def import_ended(job: Job) -> None:
    """Its batch ends as the job did, and says why when that was not the plan."""
    batch = ImportBatch.objects.select_for_update().get(pk=job.params["batch"])
    state = ENDS[Job.State(job.state)]
    assert job.finished_at
    operations.close_import(batch, state, at=job.finished_at, why="" if state == State.DONE else job.sentence)


@job_kind("inventory.import_products", permission="inventory.import_products", ended=import_ended)
def import_products(run: Run) -> Steps:
    """Import an uploaded file of products. After a break its first rows are read again, and only read."""
    batch = ImportBatch.objects.get(pk=run.params["batch"])
    with batch.file.open("rb") as file:
        for counts in operations.import_steps(file.file, batch.file_name, batch, batch.mapping):
            run.advance(counts.total())
            run.count_refused(counts[ImportRow.Outcome.REFUSED])
            yield
    batch.refresh_from_db()
    return _("%(new)s new, %(changed)s changed, %(same)s unchanged, %(refused)s refused.") % {
        "new": num(batch.created),
        "changed": num(batch.updated),
        "same": num(batch.unchanged),
        "refused": num(batch.refused),
    }


def comparison_ended(job: Job) -> None:
    """The supplier's list ends as its job did."""
    price_list = SupplierPriceList.objects.select_for_update().get(pk=job.params["price_list"])
    if price_list.job_id != job.pk:
        return  # it is being compared again already
    state = ENDS[Job.State(job.state)]
    assert job.finished_at
    why = "" if state == State.DONE else job.sentence
    operations.close_comparison(price_list, state, at=job.finished_at, why=why)


@job_kind(
    "inventory.compare_supplierpricelist",
    permission=("inventory.import_supplierpricelist", "inventory.view_cost"),
    ended=comparison_ended,
)
def compare_supplier_list(run: Run) -> Steps:
    """Read a supplier's list and say of each row what it changes. After a break it goes on at the next row."""
    price_list = SupplierPriceList.objects.select_related("supplier").get(pk=run.params["price_list"])
    SupplierPriceList.objects.filter(pk=price_list.pk).update(state=State.RUNNING)
    if not run.params.get("again"):
        with price_list.file.open("rb") as file:
            for number in operations.read_steps(price_list, file.file):
                run.advance(number)
                yield
    for number in operations.compare_steps(price_list):
        run.advance(number)
        yield
    operations.find_gone(price_list)
    found = dict(queries.kinds(price_list))
    return _(
        "%(new)s new, %(repriced)s repriced, %(renamed)s renamed, %(gone)s gone, %(conflicts)s conflicts."
    ) % {
        "new": num(found.get("new", 0)),
        "repriced": num(found.get("repriced", 0)),
        "renamed": num(found.get("renamed", 0)),
        "gone": num(found.get("gone", 0)),
        "conflicts": num(found.get("conflict", 0)),
    }


@job_kind(
    "inventory.undo_supplierpricelist",
    permission=("inventory.decide_supplierpricelist", "inventory.view_cost"),
)
def undo_supplier_list(run: Run) -> Steps:
    """Take back what was accepted of a supplier's list, the last rows first."""
    price_list = SupplierPriceList.objects.get(pk=run.params["price_list"])
    while True:
        below = run.cursor.get("below")
        accepted = price_list.entries.filter(state="accepted", **({"pk__lt": below} if below else {}))
        rows = list(accepted.order_by("-pk")[:UNDONE_AT_ONCE])
        if not rows:
            break
        refused = operations.undo_entries([row.pk for row in rows], by=run.by, at=timezone.now())
        for row in rows:
            run.advance()
            if row.pk in refused:
                run.refuse(run.done, str(row), refused[row.pk])
        run.cursor["below"] = rows[-1].pk
        yield
    return _("%(n)s rows taken back.") % {"n": num(run.done - run.job.refused - len(run.failures))}


SHELVES_A_STEP = 100


@job_kind("inventory.import_shelves", permission="inventory.change_stocklevel")
def import_shelves(run: Run) -> Steps:
    """Put products on the shelves that a table names. A row that is done is only read again after a break."""
    rows = run.params["rows"]
    done = run.cursor.setdefault("done", 0)
    for start in range(done, len(rows), SHELVES_A_STEP):
        for number, code, place, shelf in rows[start : start + SHELVES_A_STEP]:
            try:
                key = "changed" if operations.import_shelf(code, place, shelf) else "same"
            except Refusal as refusal:
                run.refuse(number, code, refusal.text)
                key = "refused"
            run.cursor[key] = run.cursor.get(key, 0) + 1
            run.advance()
        run.cursor["done"] = start + SHELVES_A_STEP
        yield
    return _("%(changed)s changed, %(same)s unchanged, %(refused)s refused.") % {
        name: num(run.cursor.get(name, 0)) for name in ("changed", "same", "refused")
    }


def devices_ended(job: Job) -> None:
    """The import of phones ends as its job did."""
    batch = DeviceImport.objects.select_for_update().get(pk=job.params["batch"])
    state = ENDS[Job.State(job.state)]
    assert job.finished_at
    why = "" if state == State.DONE else job.sentence
    operations.close_devices(batch, DeviceImport.State(state), at=job.finished_at, why=why)


@job_kind("inventory.import_devices", permission="inventory.import_devices", ended=devices_ended)
def import_devices(run: Run) -> Steps:
    """Import an uploaded list of phones. After a break it goes on where it stopped."""
    batch = DeviceImport.objects.get(pk=run.params["batch"])
    with batch.file.open("rb") as file:
        for counts in operations.device_steps(file.file, batch.file_name, batch):
            run.advance(counts.total())
            run.count_refused(counts[DeviceImportRow.Outcome.REFUSED])
            yield
    batch.refresh_from_db()
    return _("%(new)s new, %(changed)s added to, %(same)s unchanged, %(refused)s refused.") % {
        "new": num(batch.created),
        "changed": num(batch.updated),
        "same": num(batch.unchanged),
        "refused": num(batch.refused),
    }


@job_kind("inventory.print_labels", permission="inventory.print_labels")
def print_many_labels(run: Run) -> Steps:
    """More labels than a page waits for, in one PDF."""
    asked = run.params
    found = Product.objects.in_bulk([pk for pk, _copies in asked["wanted"]])
    wanted = [(found[pk], copies) for pk, copies in asked["wanted"] if pk in found]
    total = sum(copies for _product, copies in wanted)
    yield
    content = print_labels(
        wanted, FORMATS[asked["paper"]], with_price=asked["with_price"], start=asked["start"]
    )
    run.keep("labels.pdf", content)
    run.advance(total)
    return ngettext("%(n)d label.", "%(n)d labels.", total) % {"n": total}


@job_kind(SUPPLIERS.job, permission=("inventory.add_supplier", "inventory.change_supplier"))
def import_suppliers(run: Run) -> Steps:
    """The rows of a table of suppliers."""
    return (yield from work_off(run, SUPPLIERS, partial(import_supplier, keep=keep_supplier)))


@job_kind(
    OFFERS.job,
    permission=("inventory.add_supplierproduct", "inventory.change_supplierproduct", "inventory.view_cost"),
)
def import_offers(run: Run) -> Steps:
    """The rows of a table of what suppliers sell us."""
    return (yield from work_off(run, OFFERS, import_offer))


@job_kind(CATEGORIES.job, permission=("inventory.add_category", "inventory.change_category"))
def import_categories(run: Run) -> Steps:
    """The rows of a table of the tree of categories."""
    return (yield from work_off(run, CATEGORIES, import_category))
