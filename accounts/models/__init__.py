"""People who log in, and what they have to do."""

from .people import Team, User, UserManager
from .task import Task

__all__ = ["Task", "Team", "User", "UserManager"]
