"""People who log in."""

from typing import Any

import factory
from django.contrib.auth.models import Group

from accounts.models import Team, User
from accounts.roles import ROLES

PASSWORD = "correct-horse-battery"


class TeamFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Team

    name = factory.Sequence(lambda n: f"Team {n}")


class UserFactory(factory.django.DjangoModelFactory):
    """Somebody who logs in with `PASSWORD`.

    `UserFactory(role="Credit controller")`, or several: `roles=["Storekeeper", "Accountant"]`; a role that does not
    exist is a KeyError. `UserFactory(is_superuser=True)` may do everything.
    """

    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"person{n}@example.com")
    name = factory.Sequence(lambda n: f"Person {n}")
    password = factory.django.Password(PASSWORD)

    @factory.post_generation
    def role(self, create: bool, extracted: str | None, **kwargs: Any) -> None:
        if extracted:
            _give(self, [extracted])

    @factory.post_generation
    def roles(self, create: bool, extracted: list[str] | None, **kwargs: Any) -> None:
        if extracted:
            _give(self, extracted)


def _give(user: Any, names: list[str]) -> None:
    wanted = {ROLES[name].name for name in names}
    user.groups.add(*Group.objects.filter(name__in=wanted))
    assert user.groups.filter(name__in=wanted).count() == len(wanted), "migrate has not made the roles"
