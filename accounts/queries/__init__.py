"""Reads about people and their tasks."""

from .about import find_about, named
from .tasks import month_of, tasks_between, week_of

__all__ = ["find_about", "month_of", "named", "tasks_between", "week_of"]
