"""A local server that speaks Twilio's messaging protocol, to drive the whole road without an account.

It checks what Twilio checks, answers as Twilio answers, calls back with signed statuses, keeps a phone to
look at, and fails on demand. A process of its own (`python -m messaging.sandbox`), or inside a test: `with Sandbox(…)`.
Standard library only; it must never import Django, or a mistake could be made in both ends at once.
"""

from messaging.sandbox.server import Sandbox

__all__ = ["Sandbox"]
