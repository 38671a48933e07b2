"""Pages of tasks."""

from .tasks import (
    TaskAdd,
    TaskCalendar,
    TaskChange,
    TaskDetail,
    TaskFinish,
    TaskHandOver,
    TaskList,
    TaskReopen,
)

__all__ = [
    "TaskAdd",
    "TaskCalendar",
    "TaskChange",
    "TaskDetail",
    "TaskFinish",
    "TaskHandOver",
    "TaskList",
    "TaskReopen",
]
