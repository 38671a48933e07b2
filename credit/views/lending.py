"""Credit accounts: the list, the page of one, its limit's history, its scorecard, its review."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.translation import gettext as gettext_now
from django.utils.translation import gettext_lazy as _

from core.errors import Refusal
from core.screens import (
    Action,
    ActionScreen,
    Badge,
    Column,
    Crumb,
    Figure,
    FormScreen,
    ListScreen,
    PanelScreen,
    RecordScreen,
    RecordTab,
    Tab,
    Way,
    inlines,
)
from core.templatetags.figures import day
from credit import operations
from credit.forms import AccountFilter, AccountForm, AccountsFileForm, ApprovalForm, ReviewForm
from credit.models import CreditAccount, CreditApproval
from credit.operations.approvals import give_approval, withdraw_approval
from credit.operations.imports import start_account_import
from credit.operations.reviewing import next_review, review_account
from credit.queries.limits import limit_history, newest_assessment, open_request, with_assessment, with_limit
from credit.queries.scorecard import score_inputs
from credit.queries.standing import standing
from credit.scorecard import score
from credit.states import account_status, limit_in_words, limit_words
from customers.models import Customer

from .bulk import ACCOUNT_ACTIONS
from .invoices import INVOICES
from .limits import ask_url

ACCOUNTS = Crumb(_("Credit accounts"), "credit:account_list")
SOON = dt.timedelta(days=14)


def _limit(account: Any) -> Any:
    return gettext_now("unlimited") if account.limit_now is None else account.limit_now


def _over(rows: Any, user: Any) -> Any:
    return rows.filter(exposure_now__gt=F("limit_now"))


def _due(rows: Any, user: Any) -> Any:
    return rows.filter(review_on__lte=timezone.localdate())


def _ending(rows: Any, user: Any) -> Any:
    today = timezone.localdate()
    return rows.filter(temporary_until__range=(today, today + SOON))


class AccountList(ListScreen):
    """Who may owe what, and how much of it is used."""

    model = CreditAccount
    permission_required = "credit.view_creditaccount"
    title = _("Credit accounts")
    crumbs = [INVOICES]
    columns = [
        Column(
            _("Customer"),
            "customer.name",
            link=True,
            sub="customer.code",
            order="customer__name",
            phone="title",
        ),
        Column(_("Code"), "customer.code", hidden=True),
        Column(_("Status"), account_status, kind="status", phone="show", key="status"),
        Column(_("Limit"), limit_in_words, key="limit", phone="label"),
        Column(_("Exposure"), "exposure_now", kind="money", currency="currency", phone="figure"),
        Column(_("Available"), "left_now", kind="money", currency="currency", phone="label"),
        Column(_("Used"), "used_now", kind="percent", phone="figure"),
        Column(_("Next review"), "review_on", kind="date", order="review_on"),
        Column(_("Group"), "group", load=lambda rows: rows.select_related("group"), key="group", hidden=True),
        Column(_("Terms"), "terms", load=lambda rows: rows.select_related("terms"), key="terms", hidden=True),
        Column(_("Limit kind"), "limit_kind", key="limit_kind", hidden=True),
        Column(_("Credit limit"), "credit_limit", kind="money", currency="currency", hidden=True),
        Column(_("Limit that counts"), "limit_now", kind="money", currency="currency", hidden=True),
        Column(_("Temporary limit"), "temporary_limit", kind="money", currency="currency", hidden=True),
        Column(_("Until"), "temporary_until", kind="date", key="temporary_until", hidden=True),
        Column(_("Days overdue allowed"), "max_overdue_days", kind="number", hidden=True),
        Column(_("Open invoices allowed"), "max_open_invoices", kind="number", hidden=True),
        Column(_("Days of grace"), "grace_days", kind="number", hidden=True),
        Column(_("Special conditions"), "special_conditions", hidden=True),
        Column(_("Balance"), "balance", kind="money", currency="currency", hidden=True),
        Column(_("Open orders"), "open_orders", kind="money", currency="currency", hidden=True),
        Column(_("Approved on"), "approved_on", kind="date", hidden=True),
        Column(
            _("Approved by"),
            "approved_by.name",
            load=lambda rows: rows.select_related("approved_by"),
            hidden=True,
        ),
        Column(_("Last review"), "reviewed_on", kind="date", hidden=True),
    ]
    ordering = ["customer__name"]
    search_hint = _("Shop, code, phone…")
    filterset_class = AccountFilter
    tabs = [
        Tab("all", _("All")),
        Tab("over", _("Over the limit"), _over),
        Tab("blocked", _("Blocked"), lambda rows, user: rows.filter(status="blocked")),
        Tab("review", _("To review"), _due),
        Tab("ending", _("Temporary limit ends"), _ending),
    ]
    bulk = ACCOUNT_ACTIONS
    actions = [
        Action(_("To review"), "credit:review_list", permission="credit.change_creditaccount"),
        Action(_("Opening balances"), "credit:opening_list", permission="credit.view_openingimport"),
        Action(
            _("Import"),
            "credit:account_import",
            permission="credit.import_creditaccount",
            icon="arrow-up-tray",
        ),
    ]
    export_permission = "credit.view_creditaccount"
    empty = _("No credit accounts yet. The first order or payment of a customer opens one.")

    def get_queryset(self) -> QuerySet[Any]:
        rows = super().get_queryset().select_related("customer")
        return with_limit(rows, on=timezone.localdate())

    def search(self, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        return rows.filter(customer__in=Customer.objects.search(text))


OF_ACCOUNT = [
    "status", "group", "terms", "max_overdue_days", "max_open_invoices", "grace_days", "review_on",
    "years_in_business", "trade_references", "special_conditions",
]  # fmt: skip


class AccountDetail(RecordScreen):
    """Everything about one customer's credit: what it may owe, on what terms, since when, by whom."""

    queryset = CreditAccount.objects.select_related("customer", "group", "terms", "approved_by")
    permission_required = "credit.view_creditaccount"
    template_name = "credit/account_detail.html"
    crumbs = [INVOICES, ACCOUNTS]
    context_object_name = "account"
    inline = inlines(AccountForm, "credit.change_creditaccount", *OF_ACCOUNT)
    tabs = [
        RecordTab("limits", _("Limit history"), "credit:limit_history", "credit.view_creditaccount"),
        RecordTab("scorecard", _("Scorecard"), "credit:scorecard", "credit.view_creditaccount"),
    ]

    def get_title(self) -> str:
        return str(self.object.customer.name)

    def subtitle(self, account: CreditAccount) -> str:
        return gettext_now("Credit account of %(code)s") % {"code": account.customer.code}

    def badges(self, account: CreditAccount) -> Sequence[Badge]:
        status = account_status(account)
        return [Badge(status, status.tone)]

    @cached_property
    def standing(self) -> Any:
        return standing(self.object, on=timezone.localdate())

    def figures(self, account: CreditAccount) -> Sequence[Figure]:
        now, currency = self.standing, account.currency
        unlimited = now.limit is None
        return [
            Figure(
                _("Limit"),
                gettext_now("unlimited") if unlimited else now.limit,
                kind="text" if unlimited else "money",
                currency=currency,
                note=now.limit_source,
            ),
            Figure(_("Exposure"), account.exposure, kind="money", currency=currency),
            Figure(
                _("Available"),
                gettext_now("unlimited") if unlimited else now.available,
                kind="text" if unlimited else "money",
                currency=currency,
                tone="bad" if not unlimited and now.available < 0 else "",
            ),
            Figure(
                _("Overdue"),
                now.overdue,
                kind="money",
                currency=currency,
                tone="bad" if now.overdue else "",
                note=gettext_now("%(n)d days") % {"n": now.overdue_days} if now.overdue_days else "",
            ),
        ]

    def actions(self, account: CreditAccount) -> Sequence[Action]:
        customer = (account.customer_id,)
        return [
            Action(
                _("Ask for a limit"),
                "credit:limit_request_add",
                customer,
                permission="credit.add_limitrequest",
                ask=True,
            ),
            Action(
                _("Change credit"),
                "credit:account_change",
                customer,
                permission="credit.change_creditaccount",
                tone="primary",
                icon="pencil",
            ),
            Action(
                _("Reviewed"),
                "credit:account_review",
                (account.pk,),
                permission="credit.change_creditaccount",
                ask=True,
                icon="check",
            ),
            Action(
                _("Approve an order ahead"),
                "credit:approval_add",
                (account.pk,),
                permission="credit.add_creditapproval",
                ask=True,
            ),
        ]

    def details(self, account: CreditAccount) -> dict[str, Any]:
        customer = format_html(
            '<a class="link" href="{}">{}</a>', account.customer.get_absolute_url(), account.customer
        )
        return {
            "limit": [
                (_("Limit"), limit_in_words(account)),
                (_("Why this limit"), account.limit_reason),
                (_("Approved on"), day(account.approved_on) if account.approved_on else ""),
                (_("Approved by"), account.approved_by),
                (_("Group"), account.group, "group"),
                (_("Status"), account.get_status_display(), "status"),
            ],
            "terms": [
                (_("Payment terms"), account.terms, "terms"),
                (_("Days overdue allowed"), account.max_overdue_days, "max_overdue_days"),
                (_("Open invoices allowed"), account.max_open_invoices, "max_open_invoices"),
                (_("Days of grace"), account.grace_days, "grace_days"),
                (_("Special conditions"), account.special_conditions, "special_conditions"),
            ],
            "known": [
                (_("Customer"), customer),
                (_("Currency"), account.currency),
                (_("Last review"), day(account.reviewed_on) if account.reviewed_on else ""),
                (_("Next review"), day(account.review_on) if account.review_on else "", "review_on"),
                (_("Years in business"), account.years_in_business, "years_in_business"),
                (_("Trade references"), account.trade_references, "trade_references"),
            ],
        }

    def change_inline(self, account: CreditAccount, name: str, value: Any) -> Any:
        return operations.change_account(
            account.customer_id, {name: value}, by=self.request.user, at=timezone.now()
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        account = self.object
        return super().get_context_data(
            standing=self.standing,
            waiting=open_request(account),
            assessment=newest_assessment(account),
            approvals=list(
                account.approvals.usable(on=timezone.localdate()).select_related("by").order_by("until")
            ),
            may_withdraw=self.request.user.has_perm("credit.add_creditapproval"),
            has_aside=True,
            **kwargs,
        )


class OfAccount(PanelScreen):
    """A panel about one credit account."""

    queryset = CreditAccount.objects.select_related("customer", "group__terms", "terms")
    permission_required = "credit.view_creditaccount"


class LimitHistory(OfAccount):
    """From what to what the limit went, who asked, who approved, why."""

    template_name = "credit/limit_history.html"
    title = _("Limit history")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(steps=limit_history(self.get_object()), **kwargs)


class Scorecard(OfAccount):
    """What the scorecard says today, point by point, and what it said before."""

    template_name = "credit/scorecard.html"
    title = _("Scorecard")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        account = self.get_object()
        found = score(score_inputs(account, on=timezone.localdate()))
        earlier = list(account.assessments.select_related("by")[:10])
        for each in earlier:
            each.account = account
        return super().get_context_data(
            account=account,
            found=found,
            proposal=limit_words(found.kind, found.amount, account.currency),
            earlier=earlier,
            in_dialog=self.htmx_target == "dialog-body",
            **kwargs,
        )


class AccountAssess(ActionScreen):
    """Ask the scorecard now, and keep what it says."""

    queryset = CreditAccount.objects.select_related("customer")
    permission_required = "credit.change_creditaccount"
    title = _("Assess")
    button = _("Assess now")
    crumbs = [INVOICES, ACCOUNTS]

    def perform(self, account: CreditAccount) -> Any:
        return operations.assess(account.customer_id, by=self.request.user, at=timezone.now())

    def get_success_message(self, obj: CreditAccount, result: Any) -> str:
        return gettext_now("Assessed: %(rating)s, %(points)d points.") % {
            "rating": result.rating or gettext_now("new"),
            "points": result.points,
        }


class ReviewList(ListScreen):
    """Accounts whose review has come, or comes within a month, with what the scorecard says beside."""

    model = CreditAccount
    permission_required = "credit.change_creditaccount"
    title = _("Accounts to review")
    crumbs = [INVOICES, ACCOUNTS]
    columns = [
        Column(
            _("Customer"),
            "customer.name",
            link=True,
            sub="customer.code",
            order="customer__name",
            phone="title",
        ),
        Column(_("Review"), "review_on", kind="date", order="review_on", phone="label"),
        Column(_("Limit"), limit_in_words, key="limit", phone="label"),
        Column(_("Exposure"), "exposure_now", kind="money", currency="currency", phone="figure"),
        Column(_("Rating"), "rating", phone="label"),
        Column(_("Points"), "points", kind="number"),
        Column(
            _("Scorecard proposes"),
            lambda a: limit_words(a.proposed_kind, a.proposed, a.currency) if a.proposed_kind else "",
            key="proposed",
            phone="label",
        ),
        Column(_("Assessed"), "assessed_at", kind="ago"),
        Column(_("Last review"), "reviewed_on", kind="date", hidden=True),
        Column(_("Done"), key="reviewed", template="credit/_review_action.html", phone="show", file=False),
    ]
    ordering = ["review_on"]
    search_hint = _("Shop, code, phone…")
    tabs = [
        Tab("due", _("Due"), _due),
        Tab("soon", _("Within a month")),
    ]
    export_permission = "credit.change_creditaccount"
    empty = _("No account is to be reviewed. Give accounts a day of review, and they come up here.")

    def get_queryset(self) -> QuerySet[Any]:
        today = timezone.localdate()
        rows = super().get_queryset().select_related("customer")
        rows = rows.filter(review_on__lte=today + dt.timedelta(days=30))
        return with_assessment(with_limit(rows, on=today))

    def search(self, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        return rows.filter(customer__in=Customer.objects.search(text))


class AccountReview(FormScreen):
    """Reviewed: the scorecard beside it, and the day of the next review."""

    queryset = CreditAccount.objects.select_related("customer", "group__terms", "terms")
    permission_required = "credit.change_creditaccount"
    title = _("Reviewed")
    button = _("Reviewed")
    crumbs = [INVOICES, ACCOUNTS]
    form_class = ReviewForm

    def get_title(self) -> str:
        return f"{_('Review of')} {self.object.customer.name}"

    def get_initial(self) -> dict[str, Any]:
        return {"review_on": next_review(timezone.localdate()), **super().get_initial()}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = score(score_inputs(self.object, on=timezone.localdate()))
        return super().get_context_data(
            fields_template="credit/_review_fields.html",
            account=self.object,
            found=found,
            proposal=limit_words(found.kind, found.amount, self.object.currency),
            limit=limit_in_words(self.object),
            **kwargs,
        )

    def perform(self, form: ReviewForm) -> CreditAccount:
        told = form.cleaned_data
        return review_account(
            self.object.customer_id,
            review_on=told["review_on"],
            note=told["note"],
            by=self.request.user,
            at=timezone.now(),
        )

    def get_success_message(self, result: CreditAccount) -> str:
        return gettext_now("Reviewed. The next review is on %(day)s.") % {"day": day(result.review_on)}


class ApprovalAdd(FormScreen):
    """One order of the customer may pass although the rule will refuse."""

    queryset = CreditAccount.objects.select_related("customer")
    permission_required = "credit.add_creditapproval"
    title = _("Approve an order ahead")
    button = _("Approve")
    crumbs = [INVOICES, ACCOUNTS]
    form_class = ApprovalForm
    success_message = _("The next order that needs it may pass.")

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "currency": self.object.currency}

    def perform(self, form: ApprovalForm) -> CreditApproval:
        told = form.cleaned_data
        return give_approval(
            self.object.customer_id, told["amount"], until=told["until"], reason=told["reason"],
            reference=self.idempotency_key, by=self.request.user, at=timezone.now(),
        )  # fmt: skip

    def ways(self, refusal: Refusal) -> Sequence[Way]:
        if refusal.code != "beyond_authority":
            return ()
        return [Way(_("Ask for a limit"), ask_url(self.object.customer_id))]

    def success_url(self, result: CreditApproval) -> str:
        return str(self.object.get_absolute_url())


class ApprovalWithdraw(ActionScreen):
    queryset = CreditApproval.objects.select_related("account__customer")
    permission_required = "credit.add_creditapproval"
    title = _("Withdraw the approval")
    button = _("Withdraw")
    crumbs = [INVOICES, ACCOUNTS]
    success_message = _("The approval is withdrawn.")

    def record_url(self, approval: CreditApproval) -> str:
        return approval.account.get_absolute_url()

    def success_url(self, obj: CreditApproval, result: Any) -> str:
        return obj.account.get_absolute_url()

    def perform(self, approval: CreditApproval) -> CreditApproval:
        return withdraw_approval(approval, by=self.request.user, at=timezone.now())


class AccountImport(FormScreen):
    """Limits and terms of many customers from a table, with an outcome per row."""

    permission_required = "credit.import_creditaccount"
    title = _("Import limits and terms")
    button = _("Import")
    crumbs = [INVOICES, ACCOUNTS]
    form_class = AccountsFileForm

    def perform(self, form: AccountsFileForm) -> Any:
        return start_account_import(form.cleaned_data["file"], by=self.request.user, at=timezone.now())
