"""Who works at the demo's wholesaler: somebody for every role."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
from typing import NamedTuple

from django.conf import settings

from accounts.models import Team, User
from accounts.operations import create_user

DOMAIN = "demo.tradeline.example"


class Person(NamedTuple):
    """Somebody who logs in as `<login>@demo.tradeline.example`. No role is the super admin."""

    login: str
    name: str
    role: str
    team: str = ""

    @property
    def email(self) -> str:
        return f"{self.login}@{DOMAIN}"


PEOPLE = [
    Person("admin", "Farah Contractor", ""),
    Person("sales", "Rhea Menon", "Sales representative", "Delhi counter"),
    Person("sales2", "Imran Qureshi", "Sales representative", "West"),
    Person("manager", "Anil Kapoor", "Sales manager", "Delhi counter"),
    Person("credit", "Meera Iyer", "Credit controller"),
    Person("store", "Gurpreet Singh", "Storekeeper"),
    Person("marketing", "Tanvi Desai", "Advertising manager"),
    Person("support", "Joseph D'Souza", "Support agent"),
    Person("accounts", "Lakshmi Rao", "Accountant"),
]
ADMIN = PEOPLE[0]


def demo_password() -> str:
    """The one password of the demo: DEMO_PASSWORD, else one derived from this installation's secret key."""
    given = os.environ.get("DEMO_PASSWORD", "")
    if given:
        return given
    digest = hmac.new(settings.SECRET_KEY.encode(), b"the demo's password", hashlib.sha256).digest()
    letters = base64.b32encode(digest).decode().lower()
    return f"{letters[:4]}-{letters[4:8]}-{letters[8:12]}"


def add_people() -> dict[str, User]:
    """Everybody, by login."""
    password = demo_password()
    teams = {name: Team.objects.get_or_create(name=name)[0] for name in ("Delhi counter", "West")}
    made = {}
    for person in PEOPLE:
        rights = {} if person.role else {"is_staff": True, "is_superuser": True}
        made[person.login] = create_user(
            person.email,
            person.name,
            password=password,
            roles=[person.role] if person.role else [],
            team=teams.get(person.team),
            **rights,
        )
    return made


def keep_password() -> None:
    """Give everybody the demo's password again when it is another one than before."""
    password = demo_password()
    users = list(User.objects.filter(email__in=[person.email for person in PEOPLE]))
    if all(user.check_password(password) for user in users if user.email == ADMIN.email):
        return
    for user in users:
        user.set_password(password)
        user.save(update_fields=["password"])


def logins() -> list[dict[str, str]]:
    """What people need to log in, one entry a role."""
    password = demo_password()
    return [
        {"role": person.role or "Super admin", "email": person.email, "password": password}
        for person in PEOPLE
        if person.login != "sales2"
    ]
