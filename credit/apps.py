from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


def write_defaults(**_signal: Any) -> None:
    """Terms and group of a new installation, once their tables exist."""
    from .operations.defaults import write_defaults

    write_defaults()


def add_to_customers() -> None:
    """What a customer owes and may owe, as columns to choose in the list of customers, which knows no credit."""
    from core.screens import Column, contribute

    def load(rows: Any) -> Any:
        return rows.select_related("credit_account")

    contribute(
        "customers:customer_list",
        *(
            Column(
                label,
                f"credit_account.{name}",
                kind="money",
                currency="credit_account.currency",
                permission="credit.view_creditaccount",
                load=load,
                hidden=True,
            )
            for label, name in (
                (_("Balance"), "balance"),
                (_("Open orders"), "open_orders"),
                (_("Unallocated"), "unallocated"),
                (_("Credit limit"), "credit_limit"),
            )
        ),
    )


def ask_before_reminding() -> None:
    """A reminder reads again what is owed when it leaves, which may be the next morning."""
    from messaging.events import DUNNING
    from messaging.wanted import ask_before_sending

    def still_owed(message: Any, at: Any) -> Any:
        from .operations.dunning_checks import still_owed  # loads much that a page does not need

        return still_owed(message, at)

    for event in DUNNING:
        ask_before_sending(event, still_owed)


class CreditConfig(AppConfig):
    name = "credit"

    def ready(self) -> None:
        post_migrate.connect(write_defaults, sender=self, dispatch_uid="credit_defaults")
        add_to_customers()
        ask_before_reminding()
