"""Payment webhooks of both gateways, received by a real server and booked by one real worker: `bin/bench webhook`.

Retailers pay on the sandbox's pages; its signed webhooks go over HTTP to gunicorn, some twice, one in five before its
elders, then the worker asks the gateway about each and books. The worker starts when all have come, so that its time
is its own. In the same run the floor: the same number of facts, each asked of the same gateway over a kept connection
and written by hand in one transaction (a payment, a ledger entry, an allocation, invoice and account moved, the event
marked), without numbers that are in no series, messages, timeline and links.
"""

from __future__ import annotations

import argparse
import base64
import contextlib
import http.client
import json
import os
import random
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

os.environ["PUBLIC_BASE_URL"] = "http://127.0.0.1:8000"  # where a retailer comes back to; nobody does here

import django

django.setup()

import psycopg  # noqa: E402
from django.conf import settings  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from credit import operations  # noqa: E402
from credit.models import (  # noqa: E402
    Checkout,
    CreditAccount,
    GatewayEvent,
    GatewayPayment,
    Invoice,
    LimitKind,
    Payment,
)
from credit.operations import BilledLine  # noqa: E402
from credit.operations.links import make_link  # noqa: E402
from credit.sandbox import PaymentSandbox  # noqa: E402
from credit.sandbox.server import Webhook  # noqa: E402
from customers.models import Customer  # noqa: E402
from reports.queries import CHECKS  # noqa: E402

AMOUNT = Decimal("250.50")
TARGET = {"lost": 0, "twice": 0}
AGAIN = {"stripe": "checkout.session.async_payment_succeeded", "razorpay": "payment_link.paid"}


def main() -> int:
    """Run and print; `--json` as one object. Exit status 1 when a payment was lost or booked twice."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--payments", type=int, default=400)
    parser.add_argument("--customers", type=int, default=40)
    options = parser.parse_args()
    with sandbox() as gateway:
        checkouts(options.payments, options.customers)
        hooks = told(gateway)
        with server(gateway) as address:
            received = post(address, hooks)
        with worker(gateway):
            booked = work(options.payments, gateway)
        floor = by_hand(options.payments, options.customers, gateway)
    right = books(options.payments)
    result = {
        "benchmark": "webhook",
        "payments": options.payments,
        "webhooks": len(hooks),
        "received": received,
        "booked": booked,
        "floor": floor,
        "ratio": round(booked["per_second"] / floor["per_second"], 3),
        **right,
    }
    print(json.dumps(result) if options.json else sentence(result), flush=True)
    return 0 if all(right[name] == want for name, want in TARGET.items()) and right["books_clean"] else 1


def sentence(done: dict[str, Any]) -> str:
    came, booked, floor = done["received"], done["booked"], done["floor"]
    return (
        f"{done['webhooks']} webhooks about {done['payments']} payments: received {came['per_second']}/s, answered in "
        f"{came['p50_ms']} ms (p95 {came['p95_ms']}); booked {booked['per_second']}/s by one worker, by hand "
        f"{floor['per_second']}/s, ratio {done['ratio']}; lost {done['lost']}, twice {done['twice']}, "
        f"books {'clean' if done['books_clean'] else 'WRONG'}"
    )


@contextlib.contextmanager
def sandbox() -> Iterator[PaymentSandbox]:
    """Both gateways, in threads of this process, with the webhooks kept until we post them."""
    with PaymentSandbox(
        stripe_key=settings.STRIPE_SECRET_KEY,
        stripe_secret=settings.STRIPE_WEBHOOK_SECRETS[0],
        razorpay_auth=(settings.RAZORPAY_KEY_ID, settings.RAZORPAY_KEY_SECRET),
        razorpay_secret=settings.RAZORPAY_WEBHOOK_SECRETS[0],
        hold=True,
    ) as running:
        settings.STRIPE_API_BASE_URL = settings.RAZORPAY_API_BASE_URL = running.url
        yield running


# --- what happened before --------------------------------------------------------------------------------------------
def checkouts(payments: int, customers: int) -> None:
    """Shops that owe one invoice for each payment, and a page to pay it on, at each gateway in turn."""
    now = timezone.now()
    shops = [Customer.objects.create(name=f"Shop {n}", phone=f"+9198100{n:05}") for n in range(customers)]
    for shop in shops:
        operations.open_account(shop.pk)
        operations.set_limit(shop.pk, LimitKind.UNLIMITED, None, by=None, at=now)
    for number in range(payments):
        shop = shops[number % customers]
        invoice = owed(shop, f"bench:{number}")
        link = make_link(invoice.account, invoice, at=now).link
        checkout = operations.start_checkout(
            link,
            AMOUNT,
            provider=("stripe", "razorpay")[number % 2],
            invoices=[invoice.number],
            key=f"bench:{number}",
            at=now,
        )
        operations.open_checkout(checkout, at=now)


@transaction.atomic
def owed(shop: Customer, reference: str) -> Invoice:
    now = timezone.now()
    account = operations.lock_account(shop.pk, on=timezone.localdate())
    parts = (AMOUNT, Decimal(0), AMOUNT)
    line = BilledLine(1, "RN10", "Redmi Note 10 combo", 1, AMOUNT, False, Decimal(0), Decimal(0), *parts)
    issued = operations.issue_invoice(account, [line], order_number="", reference=reference, by=None, at=now)
    return Invoice.objects.select_related("account").get(pk=issued.pk)


def told(gateway: PaymentSandbox) -> list[Webhook]:
    """Everybody pays. A third is told twice by the same event, a fifth by another one too; none in its order."""
    rng = random.Random(7)
    hooks = []
    for number, page in enumerate(gateway.pages):
        hook = gateway.pay(page)
        hooks.append(hook)
        if number % 3 == 0:
            hooks.append(hook)
        if number % 5 == 0:
            hooks.append(gateway.tell(page, AGAIN[page.provider]))
    for place in range(0, len(hooks), 5):
        other = min(len(hooks) - 1, place + rng.randrange(1, 40))
        hooks[place], hooks[other] = hooks[other], hooks[place]
    return hooks


# --- received --------------------------------------------------------------------------------------------------------
def environment(gateway: PaymentSandbox) -> dict[str, str]:
    return os.environ | {
        "STRIPE_API_BASE_URL": gateway.url,
        "RAZORPAY_API_BASE_URL": gateway.url,
        "LOG_LEVEL": "WARNING",
        "ALLOWED_HOSTS": "127.0.0.1",
    }


@contextlib.contextmanager
def running(*command: str, env: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(
        [sys.executable, "-m", *command], env=env, stdout=sys.stderr, start_new_session=True
    ) as process:
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)


@contextlib.contextmanager
def server(gateway: PaymentSandbox) -> Iterator[str]:
    """gunicorn with one process of four threads, as it serves a small shop."""
    port = 20_000 + os.getpid() % 20_000
    address = f"127.0.0.1:{port}"
    arguments = ("gunicorn", "config.wsgi", "--bind", address, "--workers", "1", "--threads", "4")
    with running(*arguments, env=environment(gateway)):
        ends = time.monotonic() + 60
        while True:
            try:
                line = http.client.HTTPConnection(address, timeout=5)
                line.request("GET", "/healthz/")
                line.getresponse().read()
                break
            except OSError:
                if time.monotonic() > ends:
                    raise
                time.sleep(0.1)
        yield address


def post(address: str, hooks: list[Webhook]) -> dict[str, float]:
    """Four callers post them all, each over a connection it keeps."""
    lanes = [hooks[n::4] for n in range(4)]
    began = time.perf_counter()
    with ThreadPoolExecutor(4) as callers:
        taken = [each for lane in callers.map(lambda lane: post_lane(address, lane), lanes) for each in lane]
    seconds = time.perf_counter() - began
    return {
        "per_second": round(len(hooks) / seconds, 1),
        "p50_ms": round(statistics.median(taken), 1),
        "p95_ms": round(statistics.quantiles(taken, n=20)[-1], 1),
    }


def post_lane(address: str, hooks: list[Webhook]) -> list[float]:
    taken = []
    line = http.client.HTTPConnection(address, timeout=60)
    for hook in hooks:
        began = time.perf_counter()
        line.request("POST", f"/webhooks/{hook.provider}/", hook.body, {**hook.headers, "Host": "127.0.0.1"})
        answer = line.getresponse()
        answer.read()
        taken.append((time.perf_counter() - began) * 1000)
        if answer.status != 200:
            raise SystemExit(f"a webhook was answered {answer.status}")
    line.close()
    return taken


# --- booked ----------------------------------------------------------------------------------------------------------
def worker(gateway: PaymentSandbox) -> Any:
    arguments = ("celery", "-A", "config", "worker", "--concurrency", "1", "--loglevel", "ERROR")
    return running(*arguments, env=environment(gateway))


def work(payments: int, gateway: PaymentSandbox) -> dict[str, float]:
    """From the first booked payment to the last event worked on."""
    ends = time.monotonic() + 600
    first = last = 0.0
    done = 0
    before = 0
    while GatewayEvent.objects.filter(worked_at=None).exists() or not done:
        done = GatewayPayment.objects.count()
        if done and not first:
            first, before = time.perf_counter(), done
        if time.monotonic() > ends:
            break  # what is missing is told as lost
        time.sleep(0.05)
    last = time.perf_counter()
    done = GatewayPayment.objects.count()
    return {
        "per_second": round((done - before) / (last - first), 1),
        "seconds": round(last - first, 2),
        "events_per_payment": round(GatewayEvent.objects.count() / payments, 2),
    }


# --- by hand ---------------------------------------------------------------------------------------------------------
BY_HAND = [
    "SELECT id FROM credit_creditaccount WHERE id = %(account)s FOR UPDATE",
    "INSERT INTO bench_payment (number, account_id, amount, reference) VALUES (%(number)s, %(account)s, %(amount)s,"
    " %(reference)s) ON CONFLICT DO NOTHING",
    "INSERT INTO bench_entry (account_id, amount, reference) VALUES (%(account)s, %(less)s, %(reference)s)",
    "INSERT INTO bench_allocation (invoice_id, amount, reference) VALUES (%(invoice)s, %(amount)s, %(reference)s)",
    "UPDATE bench_invoice SET outstanding = outstanding - %(amount)s::numeric WHERE id = %(invoice)s",
    "UPDATE bench_account SET balance = balance - %(amount)s::numeric WHERE id = %(account)s",
    "UPDATE bench_event SET worked_at = now() WHERE id = %(invoice)s AND worked_at IS NULL",
]
TABLES = """
CREATE TABLE bench_payment (id bigserial PRIMARY KEY, number bigint UNIQUE, account_id bigint, amount numeric(14, 2),
    reference text UNIQUE);
CREATE TABLE bench_entry (id bigserial PRIMARY KEY, account_id bigint, amount numeric(14, 2), reference text UNIQUE);
CREATE TABLE bench_allocation (id bigserial PRIMARY KEY, invoice_id bigint, amount numeric(14, 2),
    reference text UNIQUE);
CREATE TABLE bench_invoice AS SELECT id, account_id, total AS outstanding FROM credit_invoice;
ALTER TABLE bench_invoice ADD PRIMARY KEY (id);
CREATE TABLE bench_account AS SELECT id, 0::numeric(14, 2) AS balance FROM credit_creditaccount;
ALTER TABLE bench_account ADD PRIMARY KEY (id);
CREATE TABLE bench_event AS SELECT id, NULL::timestamptz AS worked_at FROM credit_invoice;
ALTER TABLE bench_event ADD PRIMARY KEY (id);
"""


def by_hand(payments: int, customers: int, gateway: PaymentSandbox) -> dict[str, float]:
    """Each payment asked of the gateway and written in one transaction of seven statements, one after another."""
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
    asked = [
        (checkout.provider, checkout.provider_id, checkout.account_id, checkout.shares[0][0])
        for checkout in Checkout.objects.order_by("pk")
    ]
    key = base64.b64encode(f"{settings.RAZORPAY_KEY_ID}:{settings.RAZORPAY_KEY_SECRET}".encode()).decode()
    paths = {"stripe": "/v1/checkout/sessions/", "razorpay": "/v1/payment_links/"}
    headers = {
        "stripe": {"Authorization": f"Bearer {settings.STRIPE_SECRET_KEY}"},
        "razorpay": {"Authorization": f"Basic {key}"},
    }
    began = time.perf_counter()
    line = http.client.HTTPConnection(urlsplit(gateway.url).netloc, timeout=30)
    with psycopg.connect(os.environ["DATABASE_URL"], prepare_threshold=0) as database:
        for number, (provider, provider_id, account, invoice) in enumerate(asked):
            line.request("GET", paths[provider] + provider_id, headers=headers[provider])
            answer = line.getresponse()
            standing = json.loads(answer.read())
            if answer.status != 200 or standing["id"] != provider_id:
                raise SystemExit(f"the gateway answered {answer.status}")
            values = {
                "account": account,
                "amount": AMOUNT,
                "less": -AMOUNT,
                "invoice": invoice,
                "number": number,
                "reference": provider_id,
            }
            with database.transaction():
                for statement in BY_HAND:
                    database.execute(statement, values)
    seconds = time.perf_counter() - began
    return {"per_second": round(len(asked) / seconds, 1), "seconds": round(seconds, 2)}


# --- right -----------------------------------------------------------------------------------------------------------
def books(payments: int) -> dict[str, Any]:
    """Every payment once, every invoice paid, nothing left to work on, and the books as they should be."""
    keys = set(GatewayPayment.objects.values_list("provider_payment_id", flat=True))
    wrong = [str(each) for check in CHECKS.values() for each in check()]
    return {
        "lost": payments - len(keys),
        "twice": Payment.objects.count() - len(keys),
        "unpaid_invoices": Invoice.objects.open().count(),
        "owed": str(sum(CreditAccount.objects.values_list("balance", flat=True))),
        "books_clean": not wrong and not GatewayEvent.objects.filter(worked_at=None).exists(),
    }


if __name__ == "__main__":
    sys.exit(main())
