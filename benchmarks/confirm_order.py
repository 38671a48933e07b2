"""Confirming a five-line order: the operation beside the same transaction as hand-written SQL driven by pgbench.

Both write the same rows on the same server, in turn (A B A B …). 1 and 8 processes; products spread over 2,000
(`uniform`) or the same five for everybody (`hot`). The ratio of orders per second is what counts; latencies are in
milliseconds. The operation includes what the sale needs besides the database: rules in Python, and sending two tasks
to the broker after the commit.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

SQL = Path(__file__).with_name("confirm_order.sql")
SEED = Path(__file__).with_name("confirm_order_seed.sql")
PRODUCTS, CUSTOMERS, LINES = 2000, 500, 5


def main() -> int:
    """Run all four settings and print the figures; `--json` as one object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--orders", type=int, default=400, help="orders per run, shared by the processes")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ["PGTZ"] = os.environ.get("TIME_ZONE", "Asia/Kolkata")  # both sides mean the same by "today"
    results = []
    for spread in ("uniform", "hot"):
        for processes in (1, 8):
            results.append(measure(spread, processes, options.orders, options.rounds))
            if not options.json:
                print(sentence(results[-1]), flush=True)
    if options.json:
        print(json.dumps({"benchmark": "confirm_order", "lines": LINES, "results": results}))
    return 0


def measure(spread: str, processes: int, orders: int, rounds: int) -> dict[str, Any]:
    """The operation and the SQL in turn, `rounds` times each, after one warm-up of both."""
    share = orders // processes
    runs: dict[str, list[dict[str, float]]] = {"operation": [], "sql": []}
    for turn in range(rounds + 1):
        for who, run in (("operation", run_operation), ("sql", run_sql)):
            first = seed(spread, share * processes)
            figures = run(first, processes, share)
            if turn:
                runs[who].append(figures)
    mine, theirs = (median(runs[who]) for who in ("operation", "sql"))
    ratios = [a["per_second"] / b["per_second"] for a, b in zip(runs["operation"], runs["sql"], strict=True)]
    return {
        "spread": spread,
        "processes": processes,
        "orders": share * processes,
        "rounds": rounds,
        "operation": mine,
        "sql": theirs,
        "ratio": round(statistics.median(ratios), 3),
        "ratio_min": round(min(ratios), 3),
        "ratio_max": round(max(ratios), 3),
    }


def median(runs: list[dict[str, float]]) -> dict[str, float]:
    return {key: round(statistics.median(run[key] for run in runs), 3) for key in runs[0]}


def seed(spread: str, orders: int) -> int:
    """Make drafts by SQL and give the first one's key."""
    done = psql(
        "-v", f"orders={orders}", "-v", f"products={PRODUCTS if spread == 'uniform' else LINES}",
        "-v", f"customers={CUSTOMERS}", "-v", f"all_products={PRODUCTS}", "-f", str(SEED),
    )  # fmt: skip
    return int(done.split()[-1])


def psql(*arguments: str) -> str:
    command = [os.environ["PSQL"], "-XAtq", "-v", "ON_ERROR_STOP=1", *arguments]
    ended = subprocess.run(command, capture_output=True, text=True)
    if ended.returncode:
        raise SystemExit(ended.stderr)
    return ended.stdout


def run_sql(first: int, processes: int, share: int) -> dict[str, float]:
    """pgbench with one connection per process; every client confirms its own share of the drafts."""
    with tempfile.TemporaryDirectory() as folder:
        command = [
            os.environ["PGBENCH"], "-n", "-M", "prepared", "-c", str(processes), "-j", str(min(2, processes)),
            "-t", str(share), "-D", f"first={first}", "-D", f"share={share}", "-D", "n=-1",
            "-f", str(SQL), "--log", f"--log-prefix={folder}/log",
        ]  # fmt: skip
        started = time.perf_counter()
        ended = subprocess.run(command, capture_output=True, text=True)
        if ended.returncode:
            raise SystemExit(ended.stderr)
        seconds = time.perf_counter() - started
        lines = [line.split() for log in Path(folder).iterdir() for line in log.read_text().splitlines()]
    latencies = [int(line[2]) / 1000 for line in lines]
    ends = [int(line[4]) + int(line[5]) / 1e6 for line in lines]
    begun = min(end - latency / 1000 for end, latency in zip(ends, latencies, strict=True))
    seconds = min(seconds, max(ends) - begun)
    return figures(latencies, seconds)


def run_operation(first: int, processes: int, share: int) -> dict[str, float]:
    """One Python process per share, each with its own persistent connection, started together."""
    context = multiprocessing.get_context("spawn")
    barrier, results = context.Barrier(processes + 1), context.Queue()
    workers = [
        context.Process(target=confirm_share, args=(first + n * share, share, barrier, results))
        for n in range(processes)
    ]
    for worker in workers:
        worker.start()
    barrier.wait(timeout=120)
    parts = [results.get(timeout=600) for _ in workers]
    for worker in workers:
        worker.join()
    latencies = [each for part in parts for each in part[2]]
    return figures(latencies, max(part[1] for part in parts) - min(part[0] for part in parts))


def confirm_share(first: int, share: int, barrier: Any, results: Any) -> None:
    """Confirm a share of the drafts and report when it began, when it ended, and each latency in ms."""
    import django

    django.setup()
    from django.utils import timezone

    from core.history import acting
    from core.tasks import send_now
    from orders.models import Order
    from orders.operations import confirm_order

    send_now("messaging.deliver_messages")  # opens the broker's connection, as a running process has it open
    orders = list(Order.objects.filter(pk__gte=first, pk__lt=first + share).select_related("created_by"))
    latencies = []
    barrier.wait(timeout=120)
    begun = time.time()
    for order in orders:
        started = time.perf_counter()
        with acting(by=order.created_by, via="web", where="benchmark"):
            done = confirm_order(order, by=order.created_by, at=timezone.now())
        latencies.append((time.perf_counter() - started) * 1000)
        if done.status != "confirmed":
            raise SystemExit(f"{done} is {done.status}")
    results.put((begun, time.time(), latencies))


def figures(latencies: list[float], seconds: float) -> dict[str, float]:
    ordered = sorted(latencies)
    return {
        "per_second": round(len(ordered) / seconds, 1),
        "p50_ms": round(ordered[len(ordered) // 2], 3),
        "p95_ms": round(ordered[int(len(ordered) * 0.95)], 3),
    }


def sentence(result: dict[str, Any]) -> str:
    mine, theirs = result["operation"], result["sql"]
    return (
        f"{result['spread']:8} {result['processes']} process(es): {mine['per_second']:7.1f} orders/s, "
        f"p50 {mine['p50_ms']:.2f} ms, p95 {mine['p95_ms']:.2f} ms; SQL {theirs['per_second']:7.1f}/s; "
        f"ratio {result['ratio']:.2f} ({result['ratio_min']:.2f}–{result['ratio_max']:.2f})"
    )


if __name__ == "__main__":
    sys.exit(main())
