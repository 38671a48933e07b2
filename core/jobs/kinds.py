"""What kinds of long work there are. Each app declares its own in `<app>/jobs.py`."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from django.apps import apps
from django.utils.module_loading import module_has_submodule

from core.models import Job

if TYPE_CHECKING:
    from .running import Run

Steps: TypeAlias = "Generator[None, None, str]"
"""What a runner gives: a stop after every step, and in the end a sentence on what came of it."""
Runner: TypeAlias = "Callable[[Run], Steps]"


class Kind(NamedTuple):
    """One kind of work. Whoever asked must still hold `permissions` while it runs and to fetch what it made."""

    name: str
    runner: Runner
    permissions: tuple[str, ...]
    ended: Callable[[Job], Any] | None
    guard: Callable[[Job], bool] | None

    def still_allows(self, job: Job) -> bool:
        """Whether whoever asked for this job may have it done, and fetch what it made, now."""
        return self.allows(job.by) and (self.guard is None or self.guard(job))

    def allows(self, user: Any) -> bool:
        """Whether this person may have it done, now."""
        return user is not None and user.is_active and user.has_perms(self.permissions)


_kinds: dict[str, Kind] = {}


def job_kind(
    name: str,
    *,
    permission: str | Sequence[str] = (),
    ended: Callable[[Job], Any] | None = None,
    guard: Callable[[Job], bool] | None = None,
) -> Callable[[Runner], Runner]:
    """Declare a kind of work; see `core.jobs`.

    `ended(job)` is called in the transaction that ends a job, however it ends: done, failed or cancelled (`job.state`,
    `job.sentence`). `guard(job)` is for rights that no fixed permission names: False refuses the work and its result.
    """

    def declare(runner: Runner) -> Runner:
        permissions = (permission,) if isinstance(permission, str) else tuple(permission)
        _kinds[name] = Kind(name, runner, permissions, ended, guard)
        return runner

    return declare


def kind_of(name: str) -> Kind | None:
    """A kind by its name; None for work that no app does any more."""
    _find()
    return _kinds.get(name)


@cache
def _find() -> None:
    for config in apps.get_app_configs():
        if config.name != "core" and module_has_submodule(config.module, "jobs"):
            import_module(f"{config.name}.jobs")
