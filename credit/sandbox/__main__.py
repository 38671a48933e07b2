"""``python -m credit.sandbox``: serve until asked to stop."""

import argparse
import os
import signal
import threading

from .server import PaymentSandbox


def main() -> None:
    env = os.environ.get
    parser = argparse.ArgumentParser(
        prog="credit.sandbox", description="A local server that speaks Stripe's and Razorpay's protocols."
    )
    parser.add_argument("--port", type=int, default=int(env("PAYMENT_SANDBOX_PORT", "8011")))
    parser.add_argument("--webhook-base", default=env("PUBLIC_BASE_URL", "http://127.0.0.1:8000"))
    options = parser.parse_args()
    done = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: done.set())
    with PaymentSandbox(
        stripe_key=env("STRIPE_SECRET_KEY", ""),
        stripe_secret=env("STRIPE_WEBHOOK_SECRETS", "").split(",")[0],
        razorpay_auth=(env("RAZORPAY_KEY_ID", ""), env("RAZORPAY_KEY_SECRET", "")),
        razorpay_secret=env("RAZORPAY_WEBHOOK_SECRETS", "").split(",")[0],
        webhook_base=options.webhook_base,
        port=options.port,
    ):
        done.wait()


if __name__ == "__main__":
    main()
