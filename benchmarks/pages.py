"""Every list, record, search, home and step of the counter at volume: `bin/bench pages [--json]`.

What is timed is the real WSGI application (all middleware, sessions, templates, PostgreSQL), called in this process by
Django's test client: the server's own time, without a network. Pages are warm; each is asked for `--rounds` times with
changing arguments. Queries are counted once more, apart from the times. A confirmed order is rolled back, so its commit
is not in the figure. The data is `manage.py seed_volume`'s, made first (minutes) unless VOLUME_DATABASE_URL names a
database that keeps it.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import runpy
import statistics
import sys
import time
import uuid
from collections.abc import Iterator
from typing import Any, NamedTuple

if kept := os.environ.get("VOLUME_DATABASE_URL"):
    os.environ["DATABASE_URL"] = kept

import django

django.setup()

from django.core.cache import cache  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.urls import URLPattern, URLResolver, get_resolver, reverse  # noqa: E402

from accounts.models import User  # noqa: E402
from accounts.operations import create_user  # noqa: E402
from accounts.roles import ROLES  # noqa: E402
from core import listing  # noqa: E402
from core.screens import ListScreen, RecordScreen  # noqa: E402
from credit.models import CreditAccount, Invoice  # noqa: E402
from credit.operations.links import make_link, token_of  # noqa: E402
from customers.models import Customer, CustomerFigures  # noqa: E402
from inventory.models import Product  # noqa: E402

TARGET, THEN = 100.0, 50.0
"""Milliseconds of server time at p95: what must be reached, and what comes after."""
DEEP = {"reach": 2.0, "then": 1.2}
ALL = "everything"
NEW_ORDER = "/orders/new/"


class Ask(NamedTuple):
    """One request. `target` is the part htmx would swap."""

    path: str
    data: dict[str, Any] = {}
    target: str = ""
    post: bool = False


class Scene(NamedTuple):
    """One kind of page: who asks, and the requests that take turns."""

    name: str
    kind: str
    role: str
    asks: list[Ask]
    undone: bool = False
    good: tuple[int, ...] = (200,)


class Visitor:
    """Somebody with a role who is logged in. A superuser for `ALL`, nobody for ""."""

    def __init__(self, role: str) -> None:
        self.client = Client()
        if role:
            self.client.force_login(person(role))

    def ask(self, ask: Ask) -> Any:
        headers = {"HX-Request": "true", "HX-Target": ask.target} if ask.target else {}
        method = self.client.post if ask.post else self.client.get
        return method(ask.path, ask.data, headers=headers)


def person(role: str) -> User:
    """The one who measures with this role, made once. A sales representative has customers of their own."""
    email = f"{role.lower().replace(' ', '.')}@bench.example"
    if found := User.objects.filter(email=email).first():
        return found
    if role == ALL:
        return create_user(email, "All rights", password=None, is_superuser=True, is_staff=True)
    made = create_user(email, role, password=None, roles=[role])
    if role == "Sales representative":
        Customer.objects.filter(pk__in=some(Customer.objects.order_by("pk"), 500)).update(representative=made)
    return made


def some(rows: Any, count: int) -> list[Any]:
    """Keys of rows from everywhere in a queryset."""
    keys = list(rows.values_list("pk", flat=True))
    return keys[:: max(1, len(keys) // count)][:count]


# --- what is asked for ------------------------------------------------------------------------------------------------
def scenes(rounds: int) -> Iterator[Scene]:
    """Lists and records from the URL resolver, so that a new one is measured too; the rest by name."""
    yield from homes()
    for name, screen, asks_for in doors():
        if issubclass(screen, ListScreen) and not asks_for:
            yield from lists(name, screen)
        elif issubclass(screen, RecordScreen) and asks_for == ("pk",):
            model = screen.model or screen.queryset.model
            keys = some(model._default_manager.order_by("pk"), rounds)
            if keys:
                yield Scene(name, "record", ALL, [Ask(reverse(name, args=[key])) for key in keys])
    yield from big_records()
    yield from searches(rounds)
    yield from counter(rounds)
    yield from retailer(rounds)


def doors() -> Iterator[tuple[str, Any, tuple[str, ...]]]:
    def walk(patterns: Any, space: str) -> Iterator[tuple[str, Any, tuple[str, ...]]]:
        for pattern in patterns:
            if isinstance(pattern, URLResolver) and pattern.namespace != "admin":
                yield from walk(pattern.url_patterns, f"{pattern.namespace}:" if pattern.namespace else space)
            elif isinstance(pattern, URLPattern) and hasattr(pattern.callback, "view_class"):
                screen = pattern.callback.view_class
                yield f"{space}{pattern.name}", screen, tuple(pattern.pattern.converters)

    return walk(get_resolver().url_patterns, "")


def homes() -> Iterator[Scene]:
    for role in (ALL, *ROLES):
        yield Scene(f"home: {role}", "home", role, [Ask("/")])


def lists(name: str, screen: Any) -> Iterator[Scene]:
    """The first page, its table alone, and the last page of a list that has many."""
    path = reverse(name)
    yield Scene(name, "list", ALL, [Ask(path)])
    rows = screen.queryset if screen.queryset is not None else screen.model._default_manager
    order = list(screen.ordering or rows.model._meta.ordering)
    if rows.count() < 10_000:
        return
    yield Scene(f"{name}: table", "list", ALL, [Ask(path, target="list")])
    last = list(listing.sorted_by(rows.all(), order).reverse()[:60])[-1]
    cursor = listing._write(last, listing._keys(rows.all(), order))
    yield Scene(f"{name}: deepest", "list", ALL, [Ask(path, {"after": cursor})])
    if "view_customer" in str(screen.permission_required):
        yield Scene(f"{name}: own", "list", "Sales representative", [Ask(path)])


def big_records() -> Iterator[Scene]:
    """The customer that bought most, and the pages about it."""
    most = CustomerFigures.objects.order_by("-orders").values_list("customer_id", flat=True)[0]
    for name in ("customers:customer_detail", "credit:ledger", "credit:ageing_documents"):
        yield Scene(f"{name}: the biggest", "record", ALL, [Ask(reverse(name, args=[most]))])


def searches(rounds: int) -> Iterator[Scene]:
    words, typos, phones, documents, goods = typed(rounds)
    find = {
        "palette: names": words,
        "palette: typos": typos,
        "palette: numbers": documents,
        "palette: goods": goods,
    }
    for name, texts in (find | {"palette: phones": phones}).items():
        asks = [Ask(reverse("core:find"), {"q": text}, target="palette-hits") for text in texts]
        yield Scene(name, "palette", ALL, asks)
    for role in ("Sales representative", "Storekeeper"):
        asks = [Ask(reverse("core:find"), {"q": text}, target="palette-hits") for text in words]
        yield Scene(f"palette: {role}", "palette", role, asks)
    for name, texts in {"names": words, "typos": typos, "phones": phones}.items():
        path = reverse("customers:customer_search")
        yield Scene(
            f"customer search: {name}", "search", "Accountant", [Ask(path, {"q": text}) for text in texts]
        )
        path = reverse("customers:customer_list")
        asks = [Ask(path, {"q": text}, target="list") for text in texts if name != "typos"]
        if asks:
            yield Scene(f"customers:customer_list: {name}", "search", ALL, asks)
    for list_name, texts in {
        "orders:order_list": words,
        "credit:invoice_list": documents,
        "credit:payment_list": words,
        "inventory:product_list": goods,
        "messaging:message_list": words,
    }.items():
        asks = [Ask(reverse(list_name), {"q": text}, target="list") for text in texts]
        yield Scene(f"{list_name}: searched", "search", ALL, asks)


def typed(rounds: int) -> tuple[list[str], list[str], list[str], list[str], list[str]]:
    """What people type: names begun, names mistyped, ends of phone numbers, numbers of documents, devices."""
    people = Customer.objects.filter(pk__in=some(Customer.objects.order_by("pk"), rounds))
    names = list(people.values_list("name", flat=True))
    words = [name[: 3 + at % 8].strip() for at, name in enumerate(names)]
    typos = [f"{name[:2]}{name[3:9]}".strip() for name in names]
    phones = [
        str(phone.as_e164)[-(5 + at % 4) :] for at, phone in enumerate(people.values_list("phone", flat=True))
    ]
    invoices = Invoice.objects.filter(pk__in=some(Invoice.objects.order_by("pk"), rounds))
    documents = list(invoices.values_list("number", flat=True))
    parts = Product.objects.filter(pk__in=some(Product.objects.order_by("pk"), rounds))
    goods = [
        sku if at % 3 == 0 else " ".join(name.split()[1:3])
        for at, (sku, name) in enumerate(parts.values_list("sku", "name"))
    ]
    return words, typos, phones, documents, goods


def counter(rounds: int) -> Iterator[Scene]:
    """Each step of an order of five lines, by a sales representative for customers of their own."""
    role = "Sales representative"
    mine = Customer.objects.filter(representative=person(role), status="active", figures__orders__gt=0)
    rich = CreditAccount.objects.filter(customer__in=mine, balance=0, limit_kind__in=["amount", "unlimited"])
    buyers = list(rich.values_list("customer_id", flat=True)[:rounds]) or some(mine, rounds)
    here = Product.objects.filter(levels__on_hand__gte=6, levels__location__is_default=True, is_active=True)
    goods = some(here.order_by("pk"), rounds + 5)
    devices = typed(rounds)[-1]
    forms = [sheet(buyer, goods[at % len(goods) :][:5] or goods[:5]) for at, buyer in enumerate(buyers)]

    def step(name: str, target: str, asks: list[dict[str, Any]], **more: Any) -> Scene:
        posted = [Ask(NEW_ORDER, data, target, post=True) for data in asks]
        return Scene(f"counter: {name}", "counter", role, posted, **more)

    yield Scene("counter: opened", "counter", role, [Ask(NEW_ORDER)])
    yield Scene("counter: for a customer", "counter", role, [Ask(NEW_ORDER, {"customer": b}) for b in buyers])
    names = Customer.objects.filter(pk__in=buyers).values_list("name", flat=True)
    found = [
        Ask(NEW_ORDER, {"customer_find": name[: 3 + at % 8]}, "customer-hits")
        for at, name in enumerate(names)
    ]
    yield Scene("counter: customer search", "counter", role, found)
    yield step("customer picked", "counter-body", [{"do": f"pick:{buyer}"} for buyer in buyers])
    found = [
        Ask(NEW_ORDER, {"customer": buyers[at % len(buyers)], "find": text}, "hits")
        for at, text in enumerate(devices)
    ]
    yield Scene("counter: product search", "counter", role, found)
    asks = [{**sheet(f["customer"], f["product"][:4]), "do": f"add:{f['product'][-1]}"} for f in forms]
    yield step("line added", "counter", asks)
    yield step("preview of five lines", "counter", [{**form, "do": "update"} for form in forms])
    yield step("confirmed", "", [{**form, "do": "confirm"} for form in forms], undone=True, good=(302,))


def sheet(customer: int, products: list[int]) -> dict[str, Any]:
    """The form as a browser posts it."""
    return {
        "customer": customer,
        "product": products,
        "quantity": [1] * len(products),
        "discount": [""] * len(products),
        "idempotency_key": str(uuid.uuid4()),
    }


def retailer(rounds: int) -> Iterator[Scene]:
    invoices = Invoice.objects.filter(outstanding__gt=0).select_related("account").order_by("-pk")[:rounds]
    links = [make_link(i.account, i, at=django.utils.timezone.now()).link for i in invoices]
    yield Scene(
        "credit:retailer", "public", "", [Ask(reverse("credit:retailer", args=[token_of(x)])) for x in links]
    )


# --- measuring --------------------------------------------------------------------------------------------------------
def measure(scene: Scene, visitor: Visitor, rounds: int) -> dict[str, Any]:
    """Times of so many requests after two that don't count, and the queries and bytes of the largest."""
    times: list[float] = []
    cpu: list[float] = []
    statuses: set[int] = set()
    largest, slowest = b"", (0.0, scene.asks[0])
    for turn in range(-2, rounds):
        ask = scene.asks[turn % len(scene.asks)]
        with transaction.atomic():
            begun, worked = time.perf_counter(), time.process_time()
            response = visitor.ask(ask)
            took, work = (time.perf_counter() - begun) * 1000, (time.process_time() - worked) * 1000
            transaction.set_rollback(scene.undone)
        content = response.content
        statuses.add(response.status_code)
        if turn >= 0:
            times.append(took)
            cpu.append(work)
            slowest = max(slowest, (took, ask), key=lambda pair: pair[0])
        largest = max(largest, content, key=len)
    with CaptureQueriesContext(connection) as queries, transaction.atomic():
        visitor.ask(slowest[1])
        transaction.set_rollback(scene.undone)
    ordered = sorted(times)
    p95 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
    return {
        "page": scene.name,
        "kind": scene.kind,
        "role": scene.role,
        "n": len(times),
        "p50_ms": round(statistics.median(times), 1),
        "p95_ms": round(p95, 1),
        "python_ms": round(statistics.median(cpu), 1),
        "queries": sum(not q["sql"].startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")) for q in queries),
        "bytes": len(largest),
        "gzip_bytes": len(gzip.compress(largest, 6)),
        "statuses": sorted(statuses),
        "pass": p95 < TARGET and statuses <= set(scene.good),
        "pass_then": p95 < THEN and statuses <= set(scene.good),
        "slowest": f"{slowest[1].path} {slowest[1].data}"[:160],
        "slow_sql": slow_sql(queries),
    }


def slow_sql(queries: Any) -> list[str]:
    """The statements that took longest, for whoever mends the page."""
    found = sorted(queries, key=lambda q: -float(q["time"]))[:3]
    return [f"{float(q['time']) * 1000:.0f} ms {q['sql'][:400]}" for q in found if float(q["time"]) >= 0.005]


def deep_ratios(results: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The deepest page beside the first, per list: p50 by p50, in the same run."""
    by_name = {result["page"]: result for result in results}
    ratios = {}
    for name, result in by_name.items():
        if deepest := by_name.get(f"{name}: deepest"):
            ratio = round(deepest["p50_ms"] / result["p50_ms"], 2)
            ratios[name] = {
                "ratio": ratio,
                "pass": ratio <= DEEP["reach"],
                "pass_then": ratio <= DEEP["then"],
            }
    return ratios


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--products", type=int, default=10_000)
    parser.add_argument("--customers", type=int, default=100_000, help="1000000 for the palette's promise")
    parser.add_argument("--invoices", type=int, default=200_000)
    parser.add_argument("--only", default="", help="pages whose name holds this")
    parser.add_argument("--sql", action="store_true", help="also the slowest statements of each page")
    options = parser.parse_args()
    asked = {name: getattr(options, name) for name in ("products", "customers", "invoices")}
    call_command("seed_volume", **asked, i_know=True, stdout=sys.stderr)
    if not kept:
        with connection.cursor() as cursor:
            cursor.execute("VACUUM (ANALYZE)")
    runpy.run_path("gunicorn.conf.py")["post_worker_init"](None)  # garbage is collected as in a web worker
    visitors: dict[str, Visitor] = {}
    results = []
    for scene in scenes(options.rounds):
        if options.only in scene.name:
            cache.clear()  # the searches' throttles are for people
            visitor = visitors.setdefault(scene.role, Visitor(scene.role))
            results.append(measure(scene, visitor, options.rounds))
            if not options.json:
                print(sentence(results[-1]), flush=True)
            if options.sql:
                print("\n".join(f"      {line}" for line in results[-1]["slow_sql"]), file=sys.stderr)
    failed = [result["page"] for result in results if not result["pass"]]
    found = {
        "benchmark": "pages",
        "how": "Django's test client in one process: the WSGI application's own time, warm",
        "data": asked,
        "target_p95_ms": TARGET,
        "then_p95_ms": THEN,
        "pages": len(results),
        "pass": len(results) - len(failed),
        "pass_then": sum(result["pass_then"] for result in results),
        "failed": failed,
        "deepest_to_first": deep_ratios(results),
        "results": results,
    }
    print(json.dumps(found) if options.json else closing(found))
    return 1 if failed else 0


def sentence(result: dict[str, Any]) -> str:
    mark = "✓✓" if result["pass_then"] else "✓ " if result["pass"] else "✗ "
    return (
        f"{mark} {result['page']:<48} p50 {result['p50_ms']:>7.1f}  p95 {result['p95_ms']:>7.1f} ms  "
        f"(Python {result['python_ms']:>5.1f})  "
        f"{result['queries']:>3} queries  {result['bytes'] / 1000:>6.1f} kB  gz {result['gzip_bytes'] / 1000:>4.1f}"
        + ("" if set(result["statuses"]) <= {200, 302} else f"  {result['statuses']}")
    )


def closing(found: dict[str, Any]) -> str:
    ratios = ", ".join(f"{name} {at['ratio']}" for name, at in found["deepest_to_first"].items())
    return (
        f"\n{found['pass']} of {found['pages']} pages under {TARGET:.0f} ms at p95, {found['pass_then']} under "
        f"{THEN:.0f} ms.\nDeepest page to first: {ratios}.\nNot: {', '.join(found['failed']) or 'none'}."
    )


if __name__ == "__main__":
    sys.exit(main())
