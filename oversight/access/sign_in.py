"""Signing in with an email address and a password, for people whom a party has added; nobody signs up."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class ClosedSignUp(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Nobody makes an account for themselves: a member of a party is added by that party."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 - allauth's signature
        """Say that there is no signing up."""
        return False

    def set_password(self, user: Any, password: str) -> None:
        """Keep a new password, and change nothing else of the person."""
        user.set_password(password)
        user.save(update_fields=["password"])
