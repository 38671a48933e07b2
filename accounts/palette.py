"""What people do about themselves, in the command palette."""

from django.utils.translation import gettext_lazy as _

from core.palette import Command

COMMANDS = [
    Command(_("Notifications"), "bell", "core:notification_list"),
    Command(_("Jobs"), "queue-list", "core:job_list", words=_("long work imports exports")),
    Command(_("Change password"), "key", "account_change_password"),
    Command(_("Two-factor login"), "shield-check", "mfa_index", words=_("security code")),
    Command(_("Log out"), "arrow-right-start-on-rectangle", "account_logout"),
]
