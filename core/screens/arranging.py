"""How a person has arranged a list: what the address says, the views they keep, the columns they chose."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar, NamedTuple

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, QueryDict
from django.shortcuts import get_object_or_404
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext as _

from core.errors import Refusal
from core.keys import read_key
from core.models import ListLayout, SavedView

from .base import Screen
from .columns import Column

PLACES = ("after", "before", "export", "done")
"""Where one is in a list, and what was just done there: no part of how it is arranged."""
MOST_QUERY, MOST_NAME, MOST_VIEWS = 2000, 40, 60
CONTRIBUTED: dict[str, list[Any]] = {}


class Tab(NamedTuple):
    """A way to look at the list that every person has: `Tab("held", _("On hold"), lambda rows, user: …)`."""

    slug: str
    label: str | Promise
    narrow: Any = None


class TabLink(NamedTuple):
    """A tab on the page. `shared`: somebody shares this view; `changed`: it is open, and not as it was kept."""

    label: str | Promise
    url: str
    current: bool
    shared: bool = False
    changed: bool = False


class Choice(NamedTuple):
    """One column in the chooser."""

    column: Column
    shown: bool


def contribute(screen: str, *parts: Any) -> None:
    """Add columns and bulk actions of a higher app to the list of a lower one, by its URL name.

    contribute("customers:customer_list", Column(_("Balance"), "credit_account.balance", …)), in an app's `ready()`.
    """
    known = CONTRIBUTED.setdefault(screen, [])
    known += [part for part in parts if part not in known]


def contributed(screen: str, kind: type) -> list[Any]:
    return [part for part in CONTRIBUTED.get(screen, ()) if isinstance(part, kind)]


def arranged(query: QueryDict, *, less: Iterable[str] = ()) -> QueryDict:
    """What of a query arranges a list: without empty values and without the place one is at."""
    left_out = {*PLACES, *less}
    kept = QueryDict(mutable=True)
    for name, values in query.lists():
        said = [value for value in values if value.strip()]
        if said and name not in left_out:
            kept.setlist(name, said)
    return kept


class Arranged(Screen):
    """The state of a list: all of it is in the address, and a saved view is an address under a name.

    `?view=12` opens a saved view as it was kept. With anything beside it the address says everything, and `view` only
    which one it was: it is shown as changed, and offers to be saved.
    """

    columns: ClassVar[Sequence[Column]] = ()
    tabs: ClassVar[Sequence[Tab]] = ()

    @property
    def user(self) -> Any:
        """Who looks at the list; `dispatch` has let nobody else in."""
        return self.request.user

    @cached_property
    def screen_name(self) -> str:
        """The list's URL name: under it views and layouts are kept."""
        match = getattr(self.request, "resolver_match", None)
        return str(match.view_name) if match else type(self).__name__

    @cached_property
    def asked(self) -> QueryDict:
        """What stands behind the ?; of a form of this list, what stood there when the form was made."""
        if self.request.method == "POST":
            return QueryDict(self.request.POST.get("state", "")[: 2 * MOST_QUERY])
        return self.request.GET

    @cached_property
    def query(self) -> QueryDict:
        """The state of the list: what is asked, or what the open view keeps."""
        if self.view is None or arranged(self.asked, less=["view"]) or "q" in self.asked:
            return self.asked
        kept = QueryDict(self.view.query, mutable=True)
        kept["view"] = str(self.view.pk)
        for name in PLACES:
            if name in self.asked:
                kept[name] = str(self.asked[name])
        return kept

    # --- saved views ------------------------------------------------------------------------------------------
    @property
    def _views(self) -> QuerySet[SavedView]:
        return SavedView.objects.of(self.screen_name, self.user)

    @cached_property
    def saved_views(self) -> list[SavedView]:
        return list(self._views[:MOST_VIEWS])

    @cached_property
    def view(self) -> SavedView | None:
        """The saved view that is open. One that is not there, or somebody's private one, is a 404."""
        asked = self.asked.get("view", "")
        if not asked:
            return None
        return get_object_or_404(self._views, pk=read_key(asked))

    @property
    def own_view(self) -> bool:
        return self.view is not None and self.view.owner_id == self.request.user.pk

    @cached_property
    def view_changed(self) -> bool:
        """Whether what is shown is not what the open view keeps."""
        if self.view is None:
            return False
        now, kept = (arranged(q, less=["view", "cols"]) for q in (self.query, QueryDict(self.view.query)))
        same = dict(now.lists()) == dict(kept.lists())
        return not same or ("cols" in self.query and self.chosen != list(self.view.columns or self._usual))

    @property
    def worth_keeping(self) -> bool:
        """Whether there is anything to keep as a view: more than one of the list's own tabs."""
        return self.view is None and bool(arranged(self.query, less=["tab"]))

    @cached_property
    def tab(self) -> Tab | None:
        asked = self.query.get("tab", "")
        return next((tab for tab in self.tabs if tab.slug == asked), self.tabs[0] if self.tabs else None)

    def tab_links(self) -> list[TabLink]:
        """The list's own tabs, then the saved views; without either, nothing."""
        path, here = self.request.path, self.view
        links = [TabLink(t.label, f"{path}?tab={t.slug}", here is None and t == self.tab) for t in self.tabs]
        if self.saved_views and not links:
            links = [TabLink(_("All"), path, here is None)]
        return links + [
            TabLink(v.name, f"{path}?view={v.pk}", v == here, v.shared, v == here and self.view_changed)
            for v in self.saved_views
        ]

    # --- columns ----------------------------------------------------------------------------------------------
    @cached_property
    def permitted_columns(self) -> list[Column]:
        """The columns this person may see, in the order they were declared."""
        user = self.request.user
        columns = [*self.columns, *contributed(self.screen_name, Column)]
        return [c for c in columns if not c.permission or user.has_perm(c.permission)]

    @property
    def _usual(self) -> list[str]:
        return [c.name for c in self.permitted_columns if not c.hidden]

    @cached_property
    def chosen(self) -> list[str]:
        """The names of the columns to show: the address's, the view's, the person's, or the usual ones."""
        asked = self.query.get("cols", "")
        if asked:
            return self._known(asked[:MOST_QUERY].split(","))
        if self.view is not None:
            return self._known(self.view.columns)
        layout = ListLayout.objects.filter(owner=self.user, screen=self.screen_name).first()
        return self._known(layout.columns if layout else ())

    def _known(self, names: Iterable[str]) -> list[str]:
        """Those that there are, each once, with what may never be missing; all the usual ones when none is left."""
        there = {c.name for c in self.permitted_columns}
        known = [name for name in dict.fromkeys(names) if name in there]
        if not known:
            return self._usual
        return [c.name for c in self.permitted_columns if c.fixed and c.name not in known] + known

    @cached_property
    def shown_columns(self) -> list[Column]:
        """The columns of the page and of the file, in the order this person wants them."""
        there = {c.name: c for c in self.permitted_columns}
        return [there[name] for name in self.chosen]

    def column_choices(self) -> list[Choice]:
        """For the chooser: those that are shown, in their order, then the others."""
        shown = self.shown_columns
        rest = [c for c in self.permitted_columns if c not in shown]
        return [Choice(c, True) for c in shown] + [Choice(c, False) for c in rest]

    # --- addresses --------------------------------------------------------------------------------------------
    def url(self, **changes: str) -> str:
        """This list with something changed. Anything but turning the page starts at its beginning."""
        return self.address({**dict(arranged(self.query).lists()), **{k: [v] for k, v in changes.items()}})

    def without(self, names: Iterable[str], value: str = "") -> str:
        """This list less what has these names, or less one value of theirs."""
        kept = dict(arranged(self.query).lists())
        for name in names:
            left = [v for v in kept.pop(name, []) if value and v != value]
            if left:
                kept[name] = left
        return self.address(kept)

    def address(self, values: dict[str, list[str]], *, kept: bool = False) -> str:
        """The address of this list in a state. An open view of which nothing is left is not the one that was `kept`."""
        query = QueryDict(mutable=True)
        for name, said in values.items():
            query.setlist(name, said)
        if not kept and self.view is not None and "view" in values and not arranged(query, less=["view"]):
            query["q"] = ""
        return f"{self.request.path}?{query.urlencode()}" if query else self.request.path

    @property
    def here(self) -> str:
        """The address of what is shown now, without what says nothing."""
        place = {name: str(self.query[name]) for name in ("after", "before", "done") if self.query.get(name)}
        if self.view is None or self.view_changed:
            return self.url(**place)
        return self.address({"view": [str(self.view.pk)], **{k: [v] for k, v in place.items()}}, kept=True)

    @property
    def state(self) -> str:
        """What stands behind the ? of this list, for its forms."""
        return self.url().partition("?")[2]

    @property
    def held(self) -> list[tuple[str, str]]:
        """What the form of search and filters keeps as it is: view, tab, order, columns."""
        return [(n, str(self.query[n])) for n in ("view", "tab", "sort", "cols") if self.query.get(n)]

    @property
    def clear_url(self) -> str:
        """The list without search and filters, on the tab that is open."""
        return f"{self.request.path}?tab={self.tab.slug}" if self.tab else self.request.path

    # --- what its forms do ------------------------------------------------------------------------------------
    def arrange(self, request: HttpRequest) -> str:
        """Keep the chosen columns, for this person or, with a view open, in the address; where to look then."""
        order = request.POST.getlist("order")[:100]
        names = [name for name in order if name in set(request.POST.getlist("column"))]
        verb, _colon, moved = request.POST.get("move", "").partition(":")
        if verb in {"up", "down"} and moved in names:
            place = names.index(moved)
            other = place + (1 if verb == "down" else -1)
            if 0 <= other < len(names):
                names[place], names[other] = names[other], names[place]
        names = self._known(names) if names and "usual" not in request.POST else []
        if self.view is not None:
            kept = dict(arranged(self.query).lists())
            return self.address({**kept, "cols": [",".join(names or self._usual)]})
        mine = ListLayout.objects.filter(owner=self.user, screen=self.screen_name)
        if names and names != self._usual:
            ListLayout.objects.update_or_create(
                owner=self.user, screen=self.screen_name, defaults={"columns": names}
            )
        else:
            mine.delete()
        return self.without(["cols"])

    def keep_view(self, request: HttpRequest) -> str:
        """Keep what is shown under a name, as a new view or in place of the open own one; its address."""
        verb = request.POST.get("verb", "new")
        if verb != "new":
            return self._change_view(request, verb)
        if SavedView.objects.filter(owner=self.user, screen=self.screen_name).count() >= MOST_VIEWS:
            raise Refusal(_("You have %d views of this list. Delete one first.") % MOST_VIEWS)
        view = SavedView(owner=self.user, screen=self.screen_name)
        self._put_state(view)
        self._name(view, request)
        return f"{request.path}?view={view.pk}"

    def _change_view(self, request: HttpRequest, verb: str) -> str:
        view = self.view
        if view is None or not self.own_view:
            raise Http404
        if verb == "delete":
            view.delete()
            return request.path
        if verb == "replace":
            self._put_state(view)
            view.save()
        elif verb == "rename":
            self._name(view, request)
            return self.url()
        else:
            raise Http404
        return f"{request.path}?view={view.pk}"

    def _put_state(self, view: SavedView) -> None:
        view.query = arranged(self.query, less=["view", "cols"]).urlencode()
        view.columns = self.chosen
        if len(view.query) > MOST_QUERY:
            raise Refusal(_("This is more than a view can keep. Take some filters out."))

    def _name(self, view: SavedView, request: HttpRequest) -> None:
        view.name = " ".join(request.POST.get("name", "").replace("\x00", "").split())[:MOST_NAME]
        view.shared = bool(request.POST.get("shared"))
        if not view.name:
            raise Refusal(_("Give the view a name."), field="name")
        try:
            view.name.encode()
            with transaction.atomic():
                view.save()
        except UnicodeEncodeError as error:
            raise Refusal(_("Give the view another name."), field="name") from error
        except IntegrityError as error:
            raise Refusal(
                _(
                    "You have a view called “%s” already. Choose another name, or open that one and save it there."
                )
                % view.name
            ) from error
