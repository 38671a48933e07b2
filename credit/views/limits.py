"""Limit requests: asking for a limit, and deciding it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as gettext_now
from django.utils.translation import gettext_lazy as _

from core.money import format_money
from core.screens import (
    Action,
    ActionScreen,
    Badge,
    Column,
    Crumb,
    Figure,
    FormScreen,
    ListScreen,
    RecordScreen,
    Tab,
)
from credit import operations
from credit.forms import ApproveLimitForm, LimitRequestFilter, LimitRequestForm, ReasonForm
from credit.models import CreditAccount, LimitRequest
from credit.operations.changing import reaches
from credit.operations.limits import approvers, stake_of_request
from credit.queries.limits import open_request
from credit.queries.scorecard import score_inputs
from credit.queries.standing import account_of, standing
from credit.scorecard import score
from credit.states import granted_in_words, request_state, wanted_in_words
from customers.models import Customer

from .invoices import INVOICES

REQUESTS = Crumb(_("Limit requests"), "credit:limit_request_list")
WHOLE = LimitRequest.objects.select_related(
    "account__customer__representative", "account__group", "assessment", "by", "decided_by"
)


class LimitRequestList(ListScreen):
    queryset = LimitRequest.objects.select_related("account__customer", "by", "decided_by", "assessment")
    permission_required = "credit.view_limitrequest"
    title = _("Limit requests")
    crumbs = [INVOICES]
    columns = [
        Column(_("Customer"), "account.customer.name", link=True, sub="reason", phone="title"),
        Column(_("State"), request_state, kind="status", phone="show"),
        Column(_("Asked"), "at", kind="ago", sub="by.name", order="at", phone="label"),
        Column(_("Limit then"), "had", kind="money", currency="account.currency"),
        Column(_("Scorecard"), "assessment.rating", key="rating"),
        Column(_("Wanted"), wanted_in_words, key="wanted", phone="figure"),
        Column(_("Granted"), granted_in_words, key="granted"),
        Column(_("Decided by"), "decided_by.name", hidden=True),
        Column(_("Decided"), "decided_at", kind="moment", hidden=True),
    ]
    ordering = ["-at"]
    search_hint = _("Shop, phone…")
    filterset_class = LimitRequestFilter
    tabs = [
        Tab("open", _("Open"), lambda rows, user: rows.open()),
        Tab("mine", _("Asked by me"), lambda rows, user: rows.filter(by=user)),
        Tab("approved", _("Approved"), lambda rows, user: rows.filter(state="approved")),
        Tab("all", _("All")),
    ]
    export_permission = "credit.view_limitrequest"
    empty = _("No request waits. Ask for a limit on the page of a customer, or where an order is refused.")

    def search(self, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        return rows.filter(account__customer__in=Customer.objects.search(text))


class LimitRequestDetail(RecordScreen):
    """What is asked, what the scorecard said then, and whose decision it is."""

    queryset = WHOLE
    permission_required = "credit.view_limitrequest"
    template_name = "credit/limit_request_detail.html"
    crumbs = [INVOICES, REQUESTS]
    context_object_name = "limit_request"
    attachments = "credit.add_limitrequest"

    def get_title(self) -> str:
        return gettext_now("Limit of %(limit)s") % {"limit": wanted_in_words(self.object)}

    def subtitle(self, request: LimitRequest) -> str:
        return str(request.account.customer.name)

    def badges(self, request: LimitRequest) -> Sequence[Badge]:
        state = request_state(request)
        return [Badge(state, state.tone)]

    def figures(self, request: LimitRequest) -> Sequence[Figure]:
        account, currency = request.account, request.account.currency
        now = standing(account, on=timezone.localdate())
        limit = gettext_now("unlimited") if now.limit is None else now.limit
        assessment = request.assessment
        figures = [
            Figure(_("Wanted"), wanted_in_words(request)),
            Figure(_("Limit now"), limit, kind="text" if now.limit is None else "money", currency=currency),
            Figure(_("Exposure"), account.exposure, kind="money", currency=currency),
            Figure(
                _("Overdue"),
                now.overdue,
                kind="money",
                currency=currency,
                tone="bad" if now.overdue else "",
                note=gettext_now("%(n)d days") % {"n": now.overdue_days} if now.overdue_days else "",
            ),
        ]
        if assessment:
            rating = assessment.rating or gettext_now("new")
            points = gettext_now("%(n)d points") % {"n": assessment.points}
            figures.append(Figure(_("Scorecard"), rating, note=points))
        return figures

    @property
    def may_decide(self) -> bool:
        """Whether this person may say yes or no to it; how much is another question."""
        user: Any = self.request.user
        found: LimitRequest = self.object
        return (
            found.state == LimitRequest.State.OPEN
            and found.by_id != user.pk
            and user.has_perm("credit.approve_limitrequest")
        )

    @cached_property
    def within_reach(self) -> bool:
        return reaches(self.request.user, stake_of_request(self.object))

    def actions(self, request: LimitRequest) -> Sequence[Action]:
        if request.state != LimitRequest.State.OPEN:
            return [
                Action(
                    _("Ask again"),
                    "credit:limit_request_add",
                    (request.account.customer_id,),
                    permission="credit.add_limitrequest",
                    ask=True,
                )
            ]
        if request.by_id == self.request.user.pk:
            return [
                Action(_("Withdraw"), "credit:limit_request_withdraw", (request.pk,), post=True, ask=True)
            ]
        if not self.may_decide:
            return []
        approve = Action(
            _("Approve") if self.within_reach else _("Approve less"),
            "credit:limit_request_approve",
            (request.pk,),
            tone="primary" if self.within_reach else "",
            icon="check",
            ask=True,
        )
        reject = Action(_("Reject"), "credit:limit_request_reject", (request.pk,), ask=True)
        if self.within_reach:
            return [reject, approve]
        up = Action(
            _("Send it up"),
            "credit:limit_request_send_up",
            (request.pk,),
            tone="primary",
            icon="arrow-up",
            post=True,
        )
        return [reject, approve, up]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found: LimitRequest = self.object
        is_open = found.state == LimitRequest.State.OPEN
        able = approvers(found) if is_open else []
        user: Any = self.request.user
        authority = user.authority
        return super().get_context_data(
            approvers=able,
            beyond=self.may_decide and not self.within_reach,
            authority=None if authority is None else format_money(authority, found.account.currency),
            mine=is_open and found.by_id == user.pk,
            wanted=wanted_in_words(found),
            granted=granted_in_words(found),
            assessment=found.assessment,
            **kwargs,
        )


class LimitRequestAdd(FormScreen):
    """In the dialog of the customer's page, or of the counter that refused an order."""

    model = Customer
    permission_required = "credit.add_limitrequest"
    template_name = "credit/limit_request_add.html"
    title = _("Ask for a limit")
    button = _("Ask")
    form_class = LimitRequestForm

    @cached_property
    def account(self) -> CreditAccount:
        return account_of(self.object)

    def get_title(self) -> str:
        return f"{_('Ask for a limit')}: {self.object.name}"

    def get_crumbs(self) -> list[Crumb]:
        return [REQUESTS, Crumb(self.object.name, "customers:customer_detail", (self.object.pk,))]

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "currency": self.account.currency}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        today = timezone.localdate()
        return super().get_context_data(
            fields_template="credit/_limit_request_fields.html",
            standing=standing(self.account, on=today),
            found=score(score_inputs(self.account, on=today)),
            waiting=open_request(self.account),
            account=self.account,
            **kwargs,
        )

    def perform(self, form: LimitRequestForm) -> LimitRequest:
        told = form.cleaned_data
        return operations.request_limit(
            self.object.pk,
            told["kind"],
            told["amount"],
            until=told["until"],
            reason=told["reason"],
            about=told["about"],
            reference=f"form:{self.idempotency_key}",
            by=self.request.user,
            at=timezone.now(),
        )

    def success_url(self, result: LimitRequest) -> str:
        return str(result.get_absolute_url())

    def get_success_message(self, result: LimitRequest) -> str:
        names = ", ".join(str(person) for person in approvers(result)[:3])
        return gettext_now("Asked. %(names)s may decide it.") % {"names": names or gettext_now("Nobody yet")}


class Deciding(FormScreen):
    """A decision on a request, in a dialog."""

    queryset = WHOLE
    permission_required = "credit.approve_limitrequest"
    crumbs = [INVOICES, REQUESTS]

    def success_url(self, result: Any) -> str:
        return str(self.object.get_absolute_url())


class LimitRequestApprove(Deciding):
    title = _("Approve the limit")
    button = _("Approve")
    form_class = ApproveLimitForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "request": self.object}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            fields_template="credit/_limit_approve_fields.html",
            wanted=wanted_in_words(self.object),
            **kwargs,
        )

    def perform(self, form: ApproveLimitForm) -> LimitRequest:
        told = form.cleaned_data
        amount = told.get("amount")
        kind = "amount" if amount is not None else self.object.kind
        return operations.approve_limit_request(
            self.object,
            kind=kind,
            amount=amount,
            until=told.get("until"),
            reason=told["reason"],
            by=self.request.user,
            at=timezone.now(),
        )

    def get_success_message(self, result: LimitRequest) -> str:
        return gettext_now("Approved: %(limit)s. Held orders are looked at again.") % {
            "limit": granted_in_words(result)
        }


class LimitRequestReject(Deciding):
    title = _("Reject the limit")
    button = _("Reject")
    form_class = ReasonForm
    success_message = _("Rejected; who asked reads your reason.")

    def perform(self, form: ReasonForm) -> LimitRequest:
        reason = form.cleaned_data["reason"]
        return operations.reject_limit_request(
            self.object, reason=reason, by=self.request.user, at=timezone.now()
        )


class LimitRequestWithdraw(ActionScreen):
    queryset = WHOLE
    permission_required = "credit.add_limitrequest"
    title = _("Withdraw the request")
    button = _("Withdraw")
    crumbs = [INVOICES, REQUESTS]
    success_message = _("The request is withdrawn.")

    def perform(self, request: LimitRequest) -> LimitRequest:
        return operations.withdraw_limit_request(request, by=self.request.user, at=timezone.now())


class LimitRequestSendUp(ActionScreen):
    """Beyond one's own authority: those who have enough are told."""

    queryset = WHOLE
    permission_required = "credit.approve_limitrequest"
    title = _("Send it up")
    button = _("Send it up")
    crumbs = [INVOICES, REQUESTS]

    def question(self, request: LimitRequest) -> str:
        return gettext_now("Those whose authority reaches are told that it waits for them.")

    def perform(self, request: LimitRequest) -> list[Any]:
        return operations.send_up(request, by=self.request.user, at=timezone.now())

    def get_success_message(self, obj: LimitRequest, result: list[Any]) -> str:
        return gettext_now("Told: %(names)s.") % {"names": ", ".join(str(each) for each in result[:3])}


def ask_url(customer_id: int, amount: Any = None, *, about: str = "") -> str:
    """Where one asks for a limit, with what is needed filled in."""
    url = reverse("credit:limit_request_add", args=[customer_id])
    query = "&".join(filter(None, [f"amount={amount}" if amount else "", f"about={about}" if about else ""]))
    return f"{url}?{query}" if query else url
