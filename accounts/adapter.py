"""Accounts are made by an admin: nobody signs up from the login page."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    """allauth, with sign-up closed."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
