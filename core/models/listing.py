"""How people look at lists: views they keep, columns they chose."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    def of(self, screen: str, user: models.Model) -> SavedViewQuerySet:
        """The views of a list that this person sees: their own, then those that others share."""
        mine = Q(owner=user)
        return self.filter(Q(screen=screen) & (mine | Q(shared=True))).order_by("shared", "name", "pk")


class SavedView(models.Model):
    """A way to look at one list, kept under a name: its search, filters, order and columns.

    `screen` is the list's URL name, `query` what stands behind the question mark. A shared view is seen
    by everybody who may open the list, with the rows that they may see; only its owner changes it.
    """

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views")
    screen = models.CharField(max_length=80)
    name = models.CharField(_("name"), max_length=40)
    query = models.CharField(max_length=2000, blank=True)
    columns = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    shared = models.BooleanField(_("shared with everybody"), default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        constraints = [
            models.UniqueConstraint(fields=["owner", "screen", "name"], name="one_view_of_a_name_per_person"),
        ]
        indexes = [models.Index(fields=["screen"], condition=Q(shared=True), name="shared_view_by_screen")]

    def __str__(self) -> str:
        return self.name


class ListLayout(models.Model):
    """The columns one person wants to see of one list, in their order."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    screen = models.CharField(max_length=80)
    columns = ArrayField(models.CharField(max_length=40))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "screen"], name="one_layout_per_person_and_list")
        ]

    def __str__(self) -> str:
        return f"{self.screen}: {', '.join(self.columns)}"
