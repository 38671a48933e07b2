"""Filters of the list of customers."""

from __future__ import annotations

from typing import Any

import django_filters as filters
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import Visibility
from customers.models import Address, Customer, Segment
from customers.models.choices import CustomerType, Status


def colleagues(request: HttpRequest | None) -> QuerySet[User]:
    """The people whose customers the person who asks may see."""
    return colleagues_of(request.user if request else None)


def colleagues_of(user: Any) -> QuerySet[User]:
    """The people whose customers a person may see."""
    if user is None or not user.is_authenticated:
        return User.objects.none()
    people = User.objects.filter(is_active=True)
    if user.sees == Visibility.ALL:
        return people
    if user.sees == Visibility.TEAM and user.team_id:
        return people.filter(team_id=user.team_id)
    return people.filter(pk=user.pk)


class CustomerFilter(filters.FilterSet):
    status = filters.MultipleChoiceFilter(label=_("Status"), choices=Status.choices)
    kind = filters.MultipleChoiceFilter(label=_("Type"), choices=CustomerType.choices)
    city = filters.CharFilter(label=_("City"), method="in_city")
    representative = filters.ModelChoiceFilter(label=_("Sales representative"), queryset=colleagues)
    segment = filters.ModelChoiceFilter(
        label=_("Segment"), queryset=Segment.objects.all(), field_name="memberships__segment"
    )

    class Meta:
        model = Customer
        fields = ["status", "kind", "city", "representative", "segment"]

    def in_city(self, rows: QuerySet[Customer], _name: str, value: str) -> QuerySet[Customer]:
        """Those with an address there, in any kind of letters."""
        there = Address.objects.filter(city__iexact=value.replace("\x00", "").strip())
        return rows.filter(pk__in=there.values("customer_id"))
