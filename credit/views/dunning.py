"""Dunning: what is due today, asking for a run, the runs and what came of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery
from django.forms import Form
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as gettext_now
from django.utils.translation import gettext_lazy as _

from core import jobs
from core.models import Job
from core.money import ZERO
from core.screens import (
    Action,
    Badge,
    Column,
    Crumb,
    Figure,
    FormScreen,
    ListScreen,
    RecordScreen,
    Screen,
    Tab,
)
from core.templatetags.figures import day
from credit.forms.dunning import NoticeOfRunFilter, RunFilter
from credit.models import DunningNotice, DunningRun, DunningSettings
from credit.operations import ask_for_run
from credit.queries.dunning import Planned, Policy, policy, whole_plan
from credit.states import notice_outcome
from customers.models import Customer
from messaging.models import OutboundMessage

from .invoices import INVOICES

DUNNING = Crumb(_("Dunning"), "credit:dunning")
RUNS = Crumb(_("Runs"), "credit:dunning_run_list")
SHOWN = 200
State = DunningNotice.State


class AtLevel(NamedTuple):
    """How many stand at one level today, and their money by currency."""

    name: str
    customers: int
    calls: int
    sums: Sequence[tuple[str, Decimal]]


class Planning(Screen):
    """What both pages look at: the plan of today for everybody in sight."""

    @cached_property
    def today(self) -> dt.date:
        return timezone.localdate()

    @cached_property
    def policy(self) -> Policy:
        return policy()

    @cached_property
    def planned(self) -> list[Planned]:
        return whole_plan(on=self.today, by=self.policy, user=self.request.user)

    @property
    def due(self) -> list[Planned]:
        return [row for row in self.planned if row.state != State.LEFT_OUT]

    @property
    def left_out(self) -> list[Planned]:
        return [row for row in self.planned if row.state == State.LEFT_OUT]

    def levels(self) -> list[AtLevel]:
        found = []
        for level in self.policy.levels.values():
            rows = [row for row in self.due if row.level == level]
            sums: dict[str, Decimal] = {}
            for row in rows:
                sums[row.currency] = sums.get(row.currency, ZERO) + row.amount
            calls = sum(row.state == State.CALL for row in rows)
            found.append(AtLevel(level.name, len(rows), calls, sorted(sums.items())))
        return found


class Dunning(Planning):
    """Today: how many reach which level, the next automatic run, who is left out and why."""

    permission_required = "credit.view_dunningrun"
    template_name = "credit/dunning.html"
    title = _("Dunning")
    crumbs = [INVOICES]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        may = self.request.user.has_perm
        places = [
            (_("Runs"), "credit:dunning_run_list", "credit.view_dunningrun"),
            (_("Pauses"), "credit:dunning_pause_list", "credit.view_dunningpause"),
            (_("Late fees"), "credit:late_fee_list", "credit.view_latefee"),
            (_("Levels"), "credit:dunning_level_list", "credit.view_dunninglevel"),
        ]
        return super().get_context_data(
            levels=self.levels(),
            due=[(row, True) for row in self.due[:SHOWN]],
            more_due=max(len(self.due) - SHOWN, 0),
            left_out=self.left_out[:SHOWN],
            next_run=next_run(self.policy.settings),
            last=DunningRun.objects.first(),
            today=self.today,
            head_actions=[
                Action(
                    _("Preview and run"),
                    "credit:dunning_run_add",
                    permission="credit.run_dunning",
                    tone="primary",
                )
            ]
            if self.due and may("credit.run_dunning")
            else [],
            places=[(label, reverse(name)) for label, name, permission in places if may(permission)],
            **kwargs,
        )


def next_run(told: DunningSettings) -> dt.datetime | None:
    """When the automatic run starts next; None when it is switched off."""
    if not told.automatic:
        return None
    now = timezone.localtime()
    for ahead in range(9):
        on = now.date() + dt.timedelta(days=ahead)
        starts = timezone.make_aware(dt.datetime.combine(on, dt.time(told.hour)))
        done = ahead == 0 and DunningRun.objects.filter(key=f"auto:{on}").exists()
        if on.weekday() not in told.quiet_days and not done:
            return max(starts, now)
    return None


class DunningRunAdd(Planning, FormScreen):
    """Who would hear what; unticked are left out. Confirming it hands the run to a worker."""

    permission_required = "credit.run_dunning"
    template_name = "credit/dunning_run_add.html"
    title = _("Preview of the reminders")
    button = _("Send the reminders")
    form_class = Form
    crumbs = [INVOICES, DUNNING]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        ticked = self.request.POST.getlist("customer") if self.request.method == "POST" else None
        return super().get_context_data(
            rows=[
                (row, ticked is None or str(row.account.customer_id) in ticked) for row in self.due[:SHOWN]
            ],
            more_due=max(len(self.due) - SHOWN, 0),
            left_out=self.left_out[:SHOWN],
            levels=self.levels(),
            **kwargs,
        )

    @transaction.atomic
    def perform(self, form: Form) -> DunningRun:
        shown = {int(key) for key in self.request.POST.getlist("shown") if key.isdecimal() and len(key) < 19}
        ticked = {
            int(key) for key in self.request.POST.getlist("customer") if key.isdecimal() and len(key) < 19
        }
        visible = Customer.objects.visible_to(self.request.user)
        narrow = visible.query.where or visible.query.is_empty()
        run = ask_for_run(
            key=f"form:{self.idempotency_key}",
            on=self.today,
            customers=[row.account.customer_id for row in self.planned] if narrow else None,
            without=shown - ticked,
            by=self.request.user,
            at=timezone.now(),
        )
        job = jobs.start(
            "credit.run_dunning",
            gettext_now("Reminders of %(day)s") % {"day": day(run.on)},
            by=self.request.user,
            at=timezone.now(),
            params={"run": run.pk},
            back_url=run.get_absolute_url(),
            idempotency_key=f"dunning:{run.pk}",
        )
        DunningRun.objects.filter(pk=run.pk, job_id=None).update(job_id=job.pk)
        return run


class DunningRunList(ListScreen):
    queryset = DunningRun.objects.select_related("by")
    permission_required = "credit.view_dunningrun"
    title = _("Dunning runs")
    crumbs = [INVOICES, DUNNING]
    columns = [
        Column(_("Day"), "on", kind="date", link=True, phone="title"),
        Column(_("State"), "get_state_display", kind="status", phone="show"),
        Column(_("Started"), "at", kind="moment", order="at", phone="label"),
        Column(
            _("By"), lambda run: run.by.name if run.by else gettext_now("by itself"), key="by", phone="label"
        ),
        Column(_("Looked at"), "looked_at", kind="number"),
        Column(_("Written to"), "queued", kind="number", phone="figure"),
        Column(_("To call"), "calls", kind="number"),
        Column(_("Left out"), "left_out", kind="number"),
        Column(_("Late fees"), "fees", kind="number"),
        Column(_("Ended"), "ended_at", kind="moment", hidden=True),
    ]
    ordering = ["-at"]
    filterset_class = RunFilter
    export_permission = "credit.view_dunningrun"
    empty = _("No runs yet. Preview the reminders of today and send them.")
    empty_action = Action(_("Dunning"), "credit:dunning", permission="credit.view_dunningrun")


def with_message(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Notices with the state and key of their newest message."""
    said = OutboundMessage.objects.filter(
        event__startswith="dunning_", customer=OuterRef("account__customer"), key__startswith="dunning:"
    ).filter(about=_about())
    newest = said.order_by("-pk")
    return rows.annotate(
        message_state=Subquery(newest.values("state")[:1]),
        message_id=Subquery(newest.values("pk")[:1]),
        message_channel=Subquery(newest.values("channel")[:1]),
    )


def _about() -> Any:
    from django.db.models import CharField, Value
    from django.db.models.functions import Cast, Concat

    return Concat(Value("credit.dunningnotice:"), Cast(OuterRef("pk"), CharField()))


NOTICES = DunningNotice.objects.select_related("account__customer", "level", "run")


class DunningNoticeList(ListScreen):
    """What came of it for each customer, whether the message arrived."""

    queryset = with_message(NOTICES)
    permission_required = "credit.view_dunningnotice"
    title = _("Reminders")
    crumbs = [INVOICES, DUNNING, RUNS]
    columns = [
        Column(
            _("Customer"),
            "account.customer.name",
            link=lambda row: row.account.customer.get_absolute_url(),
            sub="why",
            phone="title",
        ),
        Column(_("Level"), "level.name", phone="label"),
        Column(_("Outcome"), notice_outcome, kind="status", phone="show"),
        Column(_("Run"), "run.on", kind="date", link=lambda row: row.run.get_absolute_url()),
        Column(_("At"), "at", kind="moment", order="at"),
        Column(_("Channel"), "message_channel", hidden=True),
        Column(_("Invoices"), "invoices", kind="number"),
        Column(_("Asked for"), "amount", kind="money", currency="currency", phone="figure"),
    ]
    ordering = ["-at"]
    search_hint = _("Shop, phone…")
    filterset_class = NoticeOfRunFilter
    tabs = [
        Tab("all", _("All")),
        Tab("said", _("Written to"), lambda rows, user: rows.filter(state__in=[State.QUEUED, State.SENT])),
        Tab("call", _("To call"), lambda rows, user: rows.filter(state=State.CALL)),
        Tab(
            "left_out",
            _("Left out"),
            lambda rows, user: rows.filter(state__in=[State.LEFT_OUT, State.CANCELLED]),
        ),
    ]
    export_permission = "credit.view_dunningnotice"
    empty = _("Nobody was reminded.")

    def search(self, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        return rows.filter(account__customer__in=Customer.objects.search(text))


class DunningRunDetail(RecordScreen):
    queryset = DunningRun.objects.select_related("by")
    permission_required = "credit.view_dunningrun"
    template_name = "credit/dunning_run_detail.html"
    crumbs = [INVOICES, DUNNING, RUNS]
    context_object_name = "run"

    def get_title(self) -> str:
        return gettext_now("Reminders of %(day)s") % {"day": day(self.object.on)}

    def subtitle(self, run: DunningRun) -> str:
        return run.by.name if run.by else gettext_now("by itself")

    def badges(self, run: DunningRun) -> Sequence[Badge]:
        tones = {run.State.DONE: "good", run.State.STOPPED: "bad"}
        return [Badge(run.get_state_display(), tones.get(run.State(run.state), "info"))]

    def figures(self, run: DunningRun) -> Sequence[Figure]:
        return [
            Figure(_("Written to"), run.queued, kind="number"),
            Figure(_("To call"), run.calls, kind="number", tone="warn" if run.calls else ""),
            Figure(_("Left out"), run.left_out, kind="number"),
            Figure(_("Late fees"), run.fees, kind="number"),
        ]

    def actions(self, run: DunningRun) -> Sequence[Action]:
        every = f"{reverse('credit:dunning_notice_list')}?run={run.pk}"
        return [Action(_("All of them, as a list"), href=every, permission="credit.view_dunningnotice")]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        run: Any = self.object
        rows = with_message(NOTICES.visible_to(self.request.user).filter(run=run))
        job = Job.objects.filter(pk=run.job_id, by_id=self.request.user.pk).first() if run.job_id else None
        return super().get_context_data(
            notices=[(row, notice_outcome(row)) for row in rows.order_by("state", "-amount", "pk")[:SHOWN]],
            job=job if job and job.under_way else None,
            **kwargs,
        )
