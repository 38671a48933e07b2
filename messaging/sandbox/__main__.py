"""``python -m messaging.sandbox``: serve until asked to stop."""

import argparse
import os
import signal
import sys
import threading
from pathlib import Path

from messaging.sandbox.server import Sandbox


def main() -> None:
    env = os.environ.get
    parser = argparse.ArgumentParser(
        prog="messaging.sandbox", description="A local server that speaks Twilio's messaging protocol."
    )
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=int(env("SANDBOX_PORT", "8010")))
    parser.add_argument("--account-sid", default=env("TWILIO_ACCOUNT_SID", ""))
    parser.add_argument("--auth-token", default=env("TWILIO_AUTH_TOKEN", ""))
    parser.add_argument("--webhook-base", default=env("PUBLIC_BASE_URL", "http://127.0.0.1:8000"))
    parser.add_argument("--state", type=Path, help="keep the conversations in this file over a restart")
    parser.add_argument("--pace", type=float, default=0.4, help="seconds between two statuses of a message")
    args = parser.parse_args()
    if not (args.account_sid and args.auth_token):
        parser.error(
            "--account-sid and --auth-token (or TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN) are needed"
        )
    done = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: done.set())
    sandbox = Sandbox(
        account_sid=args.account_sid,
        auth_token=args.auth_token,
        webhook_base=args.webhook_base,
        host=args.host,
        port=args.port,
        state_file=args.state,
        pace=args.pace,
    )
    with sandbox:
        sys.stdout.write(f"Twilio sandbox on {sandbox.url}, phone on {sandbox.url}/sandbox/phone/\n")
        sys.stdout.flush()
        done.wait()


if __name__ == "__main__":
    main()
