"""A retailer whose link has ended asks for a new one. It goes to the number on file, never to whoever asked."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from credit.models import CreditAccount, RetailerLink
from customers.operations import record
from messaging.operations import queue
from messaging.queries.messages import was_told_since

from .links import UnknownLink, link_behind, make_link

EVENT = "link_renewed"
ONCE_IN = dt.timedelta(hours=1)


@transaction.atomic
def ask_for_link(token: str, *, at: dt.datetime) -> bool:
    """Send the customer behind an ended link a link that works. True when one was sent; nobody is told which.

    Only a token that was once ours leads to a customer, only an ended one needs a new one, and a customer hears of it
    once an hour, however many old links are asked about. The account is locked, so that two at once send one.
    """
    try:
        old = link_behind(token)
    except UnknownLink:
        return False
    if old.is_valid(at):
        return False
    account = (
        CreditAccount.objects.select_for_update(of=("self",))
        .select_related("customer")
        .get(pk=old.account_id)
    )
    customer = account.customer
    if was_told_since(customer, EVENT, at - ONCE_IN):
        return False
    link = make_link(account, old.invoice, at=at)
    key = f"link:{old.uid}:{at:%Y%m%dT%H%M%S}"
    queue(customer, EVENT, context={"link": link.url}, key=key, about=_about(old), at=at)
    with translation.override(settings.LANGUAGE_CODE):
        said = _("Asked for a new link; the old one had ended.")
    record(customer, "message.link_asked", text=said, about=_about(old), by=None, at=at)
    return True


def _about(link: RetailerLink) -> str:
    return (
        f"credit.invoice:{link.invoice_id}" if link.invoice_id else f"credit.creditaccount:{link.account_id}"
    )
