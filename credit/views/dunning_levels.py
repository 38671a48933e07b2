"""How people are reminded: the levels, their words on a real customer, the hours."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.forms import ModelForm
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.screens import Action, Column, Crumb, FormScreen, ListScreen, Screen
from credit.documents.reminding import reminder_words
from credit.forms.dunning import LevelForm, SettingsForm
from credit.models import CreditAccount, DunningLevel, DunningSettings
from credit.operations.dunning_settings import save_level, save_settings
from credit.queries.parts import open_parts
from customers.models import Customer
from messaging.models import MessageTemplate
from messaging.wording import fill

from .dunning import DUNNING
from .invoices import INVOICES

LEVELS = Crumb(_("Levels"), "credit:dunning_level_list")
OFFERED = 12


class DunningLevelList(ListScreen):
    model = DunningLevel
    permission_required = "credit.view_dunninglevel"
    title = _("Dunning levels")
    crumbs = [INVOICES, DUNNING]
    columns = [
        Column(
            _("Level"),
            "name",
            link=lambda level: reverse("credit:dunning_level_preview", args=[level.pk]),
            phone="title",
        ),
        Column(_("Days after the due date"), "days", kind="number", order="days", phone="figure"),
        Column(_("Text"), "get_event_display", phone="label"),
        Column(
            _("Channels"), lambda level: ", ".join(level.channels) or _("the customer's own"), key="channels"
        ),
        Column(
            _("Charges the late fee"), lambda level: _("yes") if level.charges_fee else "", key="charges_fee"
        ),
        Column(
            _("Tells the representative"),
            lambda level: _("yes") if level.tells_representative else "",
            key="tells",
        ),
        Column(_("Asks for a call"), lambda level: _("yes") if level.asks_for_call else "", key="calls"),
        Column(
            _("In use"),
            lambda level: _("yes") if level.is_active else _("no"),
            key="is_active",
            phone="label",
        ),
    ]
    ordering = ["days"]
    actions = [
        Action(
            _("New level"), "credit:dunning_level_add", permission="credit.add_dunninglevel", tone="primary"
        ),
        Action(_("Hours and days"), "credit:dunning_settings", permission="credit.change_dunningsettings"),
        Action(_("Late fee policies"), "credit:fee_policy_list", permission="credit.view_latefeepolicy"),
    ]
    export_permission = None
    empty = _("No levels: nobody is reminded.")


class LevelScreen(FormScreen):
    form_class = LevelForm
    crumbs = [INVOICES, DUNNING, LEVELS]
    success_message = _("The level is saved.")

    def success_url(self, result: DunningLevel) -> str:
        return reverse("credit:dunning_level_preview", args=[result.pk])


class DunningLevelAdd(LevelScreen):
    permission_required = "credit.add_dunninglevel"
    title = _("New level")
    button = _("Save")

    def perform(self, form: ModelForm) -> DunningLevel:
        return save_level(DunningLevel(), form.cleaned_data)


class DunningLevelChange(LevelScreen):
    model = DunningLevel
    permission_required = "credit.change_dunninglevel"
    title = _("Change level")
    button = _("Save")

    def perform(self, form: ModelForm) -> DunningLevel:
        return save_level(DunningLevel.objects.get(pk=self.object.pk), form.cleaned_data)


class DunningSettingsChange(FormScreen):
    permission_required = "credit.change_dunningsettings"
    title = _("Hours and days of dunning")
    button = _("Save")
    form_class = SettingsForm
    crumbs = [INVOICES, DUNNING]
    success_message = _("The settings are saved.")

    def get_form_kwargs(self) -> dict[str, Any]:
        found = DunningSettings.objects.filter(pk=1).first() or DunningSettings(pk=1)
        return {**super().get_form_kwargs(), "instance": found}

    def perform(self, form: ModelForm) -> DunningSettings:
        return save_settings(form.cleaned_data)

    def success_url(self, result: DunningSettings) -> str:
        return reverse("credit:dunning")


class DunningLevelPreview(Screen):
    """The level's words on every channel, filled with what a real customer owes today. Nothing is sent."""

    model = DunningLevel
    permission_required = "credit.view_dunninglevel"
    template_name = "credit/dunning_level_preview.html"
    crumbs = [INVOICES, DUNNING, LEVELS]

    def get_title(self) -> str:
        return str(self.level)

    def get(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        self.level = self.get_object()
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        seen = Customer.objects.visible_to(self.request.user)
        accounts = CreditAccount.objects.filter(customer__in=seen, balance__gt=0).select_related("customer")
        offered = list(accounts.order_by("-balance", "pk")[:OFFERED])
        asked = self.request.GET.get("customer", "")
        chosen = (
            accounts.filter(customer_id=int(asked)).first() if asked.isdecimal() and len(asked) < 19 else None
        )
        chosen = chosen or next(iter(offered), None)
        may = self.request.user.has_perm("credit.change_dunninglevel")
        return super().get_context_data(
            level=self.level,
            offered=offered,
            chosen=chosen,
            texts=texts_of(self.level, chosen) if chosen else [],
            head_actions=[
                Action(_("Change"), "credit:dunning_level_change", (self.level.pk,), tone="primary")
            ]
            if may
            else [],
            **kwargs,
        )


def texts_of(level: DunningLevel, account: CreditAccount) -> list[tuple[str, str, str, str]]:
    """(channel, language, subject, text) of each template of a level, filled for one customer as of today."""
    today = timezone.localdate()
    customer = account.customer
    parts = open_parts([account.pk], on=today)
    numbers = dict(account.invoices.filter(pk__in={p.invoice_id for p in parts}).values_list("pk", "number"))
    late = [part for part in parts if part.due_on < today] or parts
    known = list(dict.fromkeys(numbers[part.invoice_id] for part in late))
    found = MessageTemplate.objects.filter(event=level.event, is_active=True)
    texts = []
    for template in found.filter(language__in=[customer.message_language, settings.LANGUAGE_CODE]):
        words = reminder_words(
            template.language,
            amount=sum((part.outstanding for part in late), account.balance * 0),
            currency=account.currency,
            numbers=known,
            due_on=min((part.due_on for part in late), default=today),
            days=max(((today - part.due_on).days for part in late), default=level.days),
            link=f"{settings.PUBLIC_BASE_URL}/r/…/",
        )
        values = {"customer": customer.name, "company": settings.COMPANY["name"], **words}
        label = template.get_channel_display()
        language = dict(settings.LANGUAGES).get(template.language, template.language)
        texts.append((label, str(language), fill(template.subject, values), fill(template.body, values)))
    return texts
