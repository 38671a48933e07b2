"""Writes on people: roles into groups, users with roles."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.models import Group, Permission
from django.db import transaction

from accounts.models import Team, User
from accounts.roles import ROLES


@transaction.atomic
def sync_roles() -> None:
    """Make the groups say what `roles.py` says. A permission whose model is not migrated yet comes next time."""
    known = {
        f"{app}.{codename}": pk
        for pk, app, codename in Permission.objects.values_list("pk", "content_type__app_label", "codename")
    }
    for role in ROLES.values():
        group, _ = Group.objects.get_or_create(name=role.name)
        group.permissions.set([known[name] for name in role.permissions if name in known])


@transaction.atomic
def create_user(
    email: str,
    name: str,
    *,
    password: str | None,
    roles: Iterable[str] = (),
    team: Team | None = None,
    **fields,
) -> User:
    """A person with roles by name. Raises KeyError for a role that does not exist."""
    roles = [ROLES[name].name for name in roles]
    user = User.objects.create_user(email, password, name=name, team=team, **fields)
    user.groups.set(Group.objects.filter(name__in=roles))
    return user
