"""Writes on people and on what they have to do."""

from .people import create_user, sync_roles
from .tasks import add_task, change_task, finish_task, hand_over_task, remind, reopen_task

__all__ = [
    "add_task",
    "change_task",
    "create_user",
    "finish_task",
    "hand_over_task",
    "remind",
    "reopen_task",
    "sync_roles",
]
