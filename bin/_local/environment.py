"""The settings the commands give to Django, in place of a `.env`: see `.env.example` for what each name means."""

import os
from pathlib import Path

from .services import HOST, secret_of
from .tools import LOCAL, ROOT

PROGRAMS = (str(ROOT / ".venv" / "bin"), str(LOCAL / "uv" / "bin"))
FOREIGN = ("DJANGO_SETTINGS_MODULE", "VIRTUAL_ENV", "PYTHONHOME", "PYTHONPATH")


def _common(home: Path, services: dict[str, str]) -> dict[str, str]:
    """This shell's environment, with every setting that decides who Tradeline talks to replaced by ours."""
    inherited = {name: value for name, value in os.environ.items() if name not in FOREIGN}
    return inherited | services | {
        "PATH": os.pathsep.join([*PROGRAMS, inherited.get("PATH", os.defpath)]),
        "PYTHONUNBUFFERED": "1",
        "SECRET_KEY": secret_of(home, "secret-key"),
        "FIELD_ENCRYPTION_KEYS": secret_of(home, "field-encryption-key"),
        "TWILIO_ACCOUNT_SID": "AC" + secret_of(home, "twilio-account", letters="0123456789abcdef", length=32),
        "TWILIO_AUTH_TOKEN": secret_of(home, "twilio-auth-token", letters="0123456789abcdef", length=32),
        "TWILIO_AUTH_TOKEN_SECONDARY": "",
        "TWILIO_WHATSAPP_FROM": "+14155238886",
        "TWILIO_SMS_FROM": "+15005550006",
        "STRIPE_SECRET_KEY": "sk_test_" + secret_of(home, "stripe-key", length=32),
        "STRIPE_WEBHOOK_SECRETS": "whsec_" + secret_of(home, "stripe-webhook", length=32),
        "RAZORPAY_KEY_ID": "rzp_test_" + secret_of(home, "razorpay-key-id", length=14),
        "RAZORPAY_KEY_SECRET": secret_of(home, "razorpay-key-secret", length=24),
        "RAZORPAY_WEBHOOK_SECRETS": secret_of(home, "razorpay-webhook", length=24),
        "S3_BUCKET": "",
        "BEHIND_PGBOUNCER": "off",
    }  # fmt: skip


def serving(
    services: dict[str, str], *, port: int, sandbox_port: int, payments_port: int, debug: bool = False
) -> dict[str, str]:
    """For demo and development: a shop with a name; Twilio and the payment gateways are local sandboxes."""
    sandbox, payments = f"http://{HOST}:{sandbox_port}", f"http://{HOST}:{payments_port}"
    return _common(LOCAL, services) | {
        "DEBUG": "on" if debug else "off",
        "DEMO": "on",
        "LOG_JSON": "off",
        "PUBLIC_BASE_URL": f"http://{HOST}:{port}",
        "ALLOWED_HOSTS": f"{HOST},localhost",
        "CSRF_TRUSTED_ORIGINS": f"http://{HOST}:{port},http://localhost:{port}",
        "MEDIA_ROOT": str(LOCAL / "media"),
        "STATIC_ROOT": str(LOCAL / "static"),
        "TWILIO_API_BASE_URL": sandbox,
        "SANDBOX_PHONE_URL": f"{sandbox}/sandbox/phone/",
        "STRIPE_API_BASE_URL": payments,
        "RAZORPAY_API_BASE_URL": payments,
        "EMAIL_URL": f"filemail:///{LOCAL / 'mail'}",
        "DEFAULT_FROM_EMAIL": "Tradeline demo <shop@tradeline.example>",
        "COMPANY_NAME": "Tradeline Mobile Parts",
        "COMPANY_ADDRESS": "14 Lajpat Rai Market, Chandni Chowk, Delhi 110006",
        "COMPANY_TAX_ID": "07AAAAA0000A1Z5",
        "COMPANY_PHONE": "+91 11 4000 0000",
        "COMPANY_EMAIL": "accounts@tradeline.example",
        "COMPANY_UPI_ID": "tradeline@example",
    }


def testing(home: Path, services: dict[str, str]) -> dict[str, str]:
    """For tests and benchmarks: as in production, but for cheap passwords and unhashed static files."""
    return _common(home, services) | {
        "DEBUG": "off",
        "DEMO": "off",
        "LOG_JSON": "on",
        "PUBLIC_BASE_URL": "http://testserver",
        "ALLOWED_HOSTS": "testserver,localhost,127.0.0.1",
        "MEDIA_ROOT": str(home / "media"),
        "STATIC_ROOT": str(home / "static"),
        "STATIC_MANIFEST": "off",
        "PASSWORD_HASHERS": "django.contrib.auth.hashers.MD5PasswordHasher",
        "EMAIL_URL": "memorymail://",
        # Nothing listens there: a test that forgets to start its sandbox fails at once, and nothing leaves the machine.
        "TWILIO_API_BASE_URL": f"http://{HOST}:9",
        "TWILIO_TIMEOUT_SECONDS": "2",
        "STRIPE_API_BASE_URL": f"http://{HOST}:9",
        "RAZORPAY_API_BASE_URL": f"http://{HOST}:9",
        "GATEWAY_TIMEOUT_SECONDS": "2",
        "SANDBOX_PHONE_URL": "",
    }


PRODUCTION = {
    "DEBUG": "off",
    "DEMO": "off",
    "SECRET_KEY": "for-the-check-only-" + "x1Y2z3W4v5U6t7S8r9Q0" * 3,
    "FIELD_ENCRYPTION_KEYS": "for-the-check-only",
    "PUBLIC_BASE_URL": "https://tradeline.example",
    "ALLOWED_HOSTS": "tradeline.example",
    "DATABASE_URL": "postgres://tradeline@127.0.0.1:9/tradeline",
    "REDIS_URL": "redis://127.0.0.1:9/0",
}
"""What a production process would be given, for checks that only look at settings and code. Nothing is connected to."""
