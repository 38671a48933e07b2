"""What is done with many customers at once, each by the operation of its own page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as gettext_now
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import Visibility
from core.errors import Refusal
from core.screens import Acting, BulkAction
from customers import operations
from customers.forms import StatusForm
from customers.forms.filters import colleagues_of
from customers.models import Customer, Segment


class SegmentForm(forms.Form):
    segment = forms.ModelChoiceField(label=_("Segment"), queryset=Segment.objects.order_by("name"))
    reason = forms.CharField(label=_("Reason"), max_length=240, required=False, strip=True)


class RepresentativeForm(forms.Form):
    """Somebody whose customers the person may see."""

    takes_user = True
    representative = forms.ModelChoiceField(
        label=_("Sales representative"), queryset=User.objects.none(), empty_label=_("Nobody"), required=False
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["representative"].queryset = colleagues_of(user).order_by("name")  # type: ignore[attr-defined]


def _put_in(customer: Customer, acting: Acting) -> str:
    segment = acting.values["segment"]
    new = operations.put_in_segment(
        segment, customer, reason=acting.values["reason"], by=acting.by, at=acting.at
    )
    return "" if new else gettext_now("was in it already")


def _take_out(customer: Customer, acting: Acting) -> None:
    segment = acting.values["segment"]
    if not operations.take_out_of_segment(
        segment, customer, reason=acting.values["reason"], by=acting.by, at=acting.at
    ):
        raise Refusal(gettext_now("It is not in “%s”.") % segment)


def _hand_over(customer: Customer, acting: Acting) -> None:
    now = acting.values["representative"]
    if customer.representative == now:
        raise Refusal(gettext_now("%s looks after it already.") % (now or gettext_now("Nobody")))
    operations.change_customer(customer, representative=now, by=acting.by, at=acting.at)


def _set_status(customer: Customer, acting: Acting) -> None:
    operations.set_status(customer, **acting.values, by=acting.by, at=acting.at)


def _sees_others(user: Any) -> bool:
    return bool(user.sees != Visibility.OWN)


CUSTOMER_ACTIONS = [
    BulkAction(
        _("Put in segment"),
        "put_in",
        perform=_put_in,
        permission="customers.change_customer",
        allowed=_sees_others,
        ask=_("Prices and campaigns for the segment hold for them from now on."),
        form_class=SegmentForm,
        icon="user-group",
    ),
    BulkAction(
        _("Take out of segment"),
        "take_out",
        perform=_take_out,
        permission="customers.change_customer",
        allowed=_sees_others,
        ask=_("Prices and campaigns for the segment don't hold for them any more."),
        form_class=SegmentForm,
    ),
    BulkAction(
        _("Hand over"),
        "hand_over",
        perform=_hand_over,
        permission="customers.change_customer",
        allowed=_sees_others,
        ask=_("Whoever looked after them before doesn't see them any more, unless they see the whole team."),
        form_class=RepresentativeForm,
    ),
    BulkAction(
        _("Set status"),
        "set_status",
        perform=_set_status,
        permission="customers.set_status",
        form_class=StatusForm,
    ),
]
