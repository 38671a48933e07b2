"""Users and teams."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.roles import ROLES, Visibility
from core.history import tracked


class Team(models.Model):
    """People who share customers and results."""

    name = models.CharField(_("name"), max_length=80, unique=True)

    class Meta:
        verbose_name = _("team")
        verbose_name_plural = _("teams")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    """Makes users; the e-mail address is the name people log in with."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save()
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, email: str | None) -> User:
        return self.get(email__iexact=email)


@tracked(exclude=["password", "last_login"])
class User(AbstractBaseUser, PermissionsMixin):
    """Somebody who logs in. Roles are groups; the role with the widest sight decides what rows are seen."""

    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=120)
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    team = models.ForeignKey(
        Team, verbose_name=_("team"), null=True, blank=True, on_delete=models.SET_NULL, related_name="members"
    )
    language = models.CharField(_("language"), max_length=8, blank=True)
    is_staff = models.BooleanField(_("may open the admin"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    joined_at = models.DateTimeField(_("joined"), auto_now_add=True)

    objects = UserManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        ordering = ["name"]
        constraints = [models.UniqueConstraint(Lower("email"), name="one_user_per_email")]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def role_names(self) -> list[str]:
        """The roles this person has, read once per request."""
        if not hasattr(self, "_role_names"):
            names = self.groups.values_list("name", flat=True) if self.pk else []
            self._role_names = sorted(name for name in names if name in ROLES)
        return self._role_names

    @property
    def sees(self) -> Visibility:
        """Own, team or all: the widest of the person's roles."""
        if self.is_superuser:
            return Visibility.ALL
        order = [Visibility.OWN, Visibility.TEAM, Visibility.ALL]
        return max((ROLES[name].sees for name in self.role_names), key=order.index, default=Visibility.OWN)

    @property
    def authority(self) -> Decimal | None:
        """How far above a limit this person may approve; None is without bound."""
        if self.is_superuser:
            return None
        amounts = [ROLES[name].authority for name in self.role_names]
        return None if None in amounts else max((a for a in amounts if a is not None), default=Decimal(0))

    @property
    def initials(self) -> str:
        words = self.name.split() or [self.email]
        return "".join(word[0] for word in words[:2]).upper()
