"""Signing in with an email address and a password, for people whom a party has added; nobody signs up.

The pages are those of django-allauth with our forms, words and templates. A page of it that has no address in
``urls`` does not exist here.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from allauth.account import views as account
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.reauthentication import STATE_SESSION_KEY
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base import views as mfa
from django.contrib import messages
from django.http import HttpRequest, HttpResponse

from oversight.kernel.refusals import Refused

_TOLD: Final = {
    "account/messages/password_changed.txt": "Your password is changed.",
    "account/messages/password_set.txt": "Your password is set.",
    "mfa/messages/totp_activated.txt": "Two-step verification is on.",
    "mfa/messages/totp_deactivated.txt": "Two-step verification is off.",
    "mfa/messages/recovery_codes_generated.txt": "You have new recovery codes.",
}


class ClosedSignUp(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Nobody makes an account for themselves: a member of a party is added by that party."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": "This account is closed. Ask whoever manages the people of your party.",
        "email_password_mismatch": "Email address or password is incorrect",
        "enter_current_password": "Your present password is incorrect",
        "incorrect_code": "The code is incorrect. Enter the one that the app shows now",
        "incorrect_password": "Password is incorrect",
        "too_many_login_attempts": "There were too many tries. Wait 5 minutes and try again",
        "rate_limited": "There were too many tries. Wait 5 minutes and try again",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 - allauth's signature
        """Say that there is no signing up."""
        return False

    def set_password(self, user: Any, password: str) -> None:
        """Keep a new password, and change nothing else of the person."""
        user.set_password(password)
        user.save(update_fields=["password"])

    def format_email_subject(self, subject: str) -> str:
        """Give the subject of a mail as it is written."""
        return subject

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        *_rest: Any,
        **_more: Any,
    ) -> None:
        """Tell what was done in our words; signing in and out need none."""
        told = _TOLD.get(message_template or "")
        if told:
            messages.add_message(request, level, told)


class MfaWords(DefaultMFAAdapter):  # type: ignore[misc]  # allauth has no types
    """The same for two-step verification."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": "The code is incorrect. Enter the one that the app shows now",
    }


def with_password(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Keep from a view people who have no password to confirm: those of a demonstration."""

    @wraps(view)
    def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_anonymous or not request.user.has_usable_password():
            raise Refused(
                "permission_no_password",
                "Two-step verification protects a password, and you signed in without one.",
                "Set a password first, on the page of your account.",
            )
        return view(request, *args, **kwargs)

    return asked


class _ComesBack:
    """After confirming who one is, go back to the page and send it anew, instead of replaying what was sent.

    A replayed request would not pass the gate of ``access``.
    """

    request: HttpRequest

    def form_valid(self, form: Any) -> HttpResponse:
        self.request.session.pop(STATE_SESSION_KEY, None)
        return super().form_valid(form)  # type: ignore[misc,no-any-return]  # allauth's view


class ConfirmPassword(_ComesBack, account.ReauthenticateView):  # type: ignore[misc]
    """Ask for the password once more, before something delicate."""


class ConfirmCode(_ComesBack, mfa.ReauthenticateView):  # type: ignore[misc]
    """Ask for a code once more, before something delicate."""
