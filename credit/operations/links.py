"""The link a retailer opens without logging in: made with the invoice, counted when opened, ended by staff.

The token is the link's random uid with a signature; it is never stored, so whoever reads the database can't open a
link. A made-up token never reaches the database.
"""

from __future__ import annotations

import base64
import datetime as dt
import uuid
from typing import Any, NamedTuple

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from core.errors import Refusal
from core.rows import read
from credit.models import CreditAccount, Invoice, RetailerLink

_signer = Signer(salt="credit.retailer-link", sep=".")


class UnknownLink(Refusal):
    """No such link: mistyped, cut off or made up."""


class EndedLink(Refusal):
    """The link was good once; it has expired or was revoked."""


class MadeLink(NamedTuple):
    """A link and the address to send."""

    link: RetailerLink
    url: str


def token_of(link: RetailerLink) -> str:
    """The signed uid, as it stands in the address."""
    return _signer.sign(base64.urlsafe_b64encode(link.uid.bytes).decode().rstrip("="))


def url_of(link: RetailerLink) -> str:
    """The full address of the retailer's page."""
    return f"{settings.PUBLIC_BASE_URL}/r/{token_of(link)}/"


def new_link(*, at: dt.datetime) -> RetailerLink:
    """A link not written yet, for `issue_invoice` to write along with the invoice it opens."""
    return RetailerLink(created_at=at, expires_at=at + dt.timedelta(days=settings.RETAILER_LINK_DAYS))


def make_link(account: CreditAccount, invoice: Invoice | None = None, *, at: dt.datetime) -> MadeLink:
    """The valid link of this account at this invoice (or at all its invoices); made when there is none.

    One statement when there is none yet, and no transaction of its own: an order's confirmation calls it. The
    constraint `one_living_retailer_link` makes two at once get the same.
    """
    if invoice is not None and invoice.account_id != account.pk:
        raise ValueError(f"{invoice} is not an invoice of account {account.pk}")
    link = _insert_or_find(account, invoice, at)
    if not link.is_valid(at):
        _end(link, at=link.expires_at, by=None)
        link = _insert_or_find(account, invoice, at)
    return MadeLink(link, url_of(link))


@transaction.atomic
def revoke_link(link: RetailerLink, *, by: Any, at: dt.datetime) -> RetailerLink:
    """Close the door at once. Doing it twice keeps the first time and person."""
    _end(link, at=at, by=by)
    link.refresh_from_db()
    return link


@transaction.atomic
def replace_link(link: RetailerLink, *, by: Any, at: dt.datetime) -> MadeLink:
    """End a link and make a new one in its place: the old address stops working."""
    revoke_link(link, by=by, at=at)
    return make_link(link.account, link.invoice, at=at)


@transaction.atomic
def revoke_links(account: CreditAccount, *, by: Any, at: dt.datetime) -> int:
    """Close every door to an account at once; how many there were."""
    return RetailerLink.objects.filter(account=account, revoked_at=None, expires_at__gt=at).update(
        revoked_at=at, revoked_by=by
    )


def living_link(invoice: Invoice, *, at: dt.datetime) -> RetailerLink | None:
    """The link of this invoice that works now, if there is one. Makes none: staff may have ended it on purpose."""
    return invoice.links.filter(revoked_at=None, expires_at__gt=at).first()


def link_behind(token: str) -> RetailerLink:
    """The link of a token, living or ended, with its account, customer and invoice. Raises `UnknownLink`."""
    link = RetailerLink.objects.select_related("account__customer", "invoice").filter(uid=_uid(token)).first()
    if link is None:
        raise UnknownLink(_("This link is not known."), code="link_unknown")
    return link


def find_link(token: str, *, at: dt.datetime) -> RetailerLink:
    """`link_behind`, while it works. Raises `UnknownLink` or `EndedLink`."""
    link = link_behind(token)
    if not link.is_valid(at):
        raise EndedLink(_("This link has ended."), code="link_ended")
    return link


def open_link(token: str, *, at: dt.datetime) -> RetailerLink:
    """`find_link`, and count that the page was opened."""
    link = find_link(token, at=at)
    RetailerLink.objects.filter(pk=link.pk).update(opened=F("opened") + 1, last_opened_at=at)
    return link


def _uid(token: str) -> uuid.UUID:
    try:
        text = _signer.unsign(token)
        return uuid.UUID(bytes=base64.urlsafe_b64decode(text + "=="))
    except (BadSignature, ValueError):
        raise UnknownLink(_("This link is not known."), code="link_unknown") from None


def _insert_or_find(account: CreditAccount, invoice: Invoice | None, at: dt.datetime) -> RetailerLink:
    ends = at + dt.timedelta(days=settings.RETAILER_LINK_DAYS)
    values = [uuid.uuid4(), account.pk, invoice.pk if invoice else None, at, ends]
    (link,) = read(RetailerLink, INSERT_OR_FIND, values)
    link.account = account
    if invoice is not None:
        link.invoice = invoice
    return link


def _end(link: RetailerLink, *, at: dt.datetime, by: Any) -> None:
    RetailerLink.objects.filter(pk=link.pk, revoked_at=None).update(revoked_at=at, revoked_by=by)


# The update changes nothing; it makes the statement return the row that was there.
INSERT_OR_FIND = """
INSERT INTO credit_retailerlink AS l (uid, account_id, invoice_id, created_at, expires_at, opened)
VALUES (%s, %s, %s, %s, %s, 0)
ON CONFLICT (account_id, invoice_id) WHERE revoked_at IS NULL DO UPDATE SET opened = l.opened
RETURNING *
"""
