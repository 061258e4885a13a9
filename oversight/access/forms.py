"""Shape of what people enter about their account and about who acts for a party."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator

from oversight.access.rules import Role
from oversight.kernel.plain_text import one_line
from oversight.parties.queries import PartyRef

_NEW_PASSWORD = "At least 12 characters. Three random words make a good one."  # noqa: S105 - a hint
_CODE = "6 digits from your authenticator app, or one of your recovery codes"
_DAY_FORMATS = ["%d/%m/%Y", "%Y-%m-%d", "%d %B %Y"]
_EARLIEST = date(2000, 1, 1)
_LATEST = date(2099, 12, 31)


def _say(form: forms.BaseForm, name: str, label: str, missing: str, hint: str = "") -> None:
    field = form.fields[name]
    field.label = label
    field.help_text = hint
    field.error_messages["required"] = missing


class SignInForm(account.LoginForm):  # type: ignore[misc]  # allauth has no types
    """Email address and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, "login", "Email address", "Enter your email address")
        _say(self, "password", "Password", "Enter your password")


class ChangePasswordForm(account.ChangePasswordForm):  # type: ignore[misc]  # allauth has no types
    """The present password and a new one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, "oldpassword", "Present password", "Enter your present password")
        _say(self, "password1", "New password", "Enter a new password", _NEW_PASSWORD)
        _say(self, "password2", "New password again", "Enter the new password again")


class SetPasswordForm(account.SetPasswordForm):  # type: ignore[misc]  # allauth has no types
    """A first password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, "password1", "New password", "Enter a new password", _NEW_PASSWORD)
        _say(self, "password2", "New password again", "Enter the new password again")


class NewPasswordForm(account.ResetPasswordKeyForm):  # type: ignore[misc]  # allauth has no types
    """A new password, after following the link in a mail."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, "password1", "New password", "Enter a new password", _NEW_PASSWORD)
        _say(self, "password2", "New password again", "Enter the new password again")


class ForgottenPasswordForm(account.ResetPasswordForm):  # type: ignore[misc]  # allauth has no types
    """The address to which the link goes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, "email", "Email address", "Enter your email address")


class ConfirmPasswordForm(account.ReauthenticateForm):  # type: ignore[misc]  # allauth has no types
    """The password once more, before something delicate."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, "password", "Password", "Enter your password")


class SecondStepForm(mfa.AuthenticateForm):  # type: ignore[misc]  # allauth has no types
    """The code of the second step of signing in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, "code", "Code", "Enter a code", _CODE)


class ConfirmCodeForm(mfa.ReauthenticateForm):  # type: ignore[misc]  # allauth has no types
    """A code once more, before something delicate."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, "code", "Code", "Enter a code", _CODE)


class TurnOnForm(totp.ActivateTOTPForm):  # type: ignore[misc]  # allauth has no types
    """The first code of a new authenticator app."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(
            self, "code", "Code", "Enter the code that the app shows", "6 digits from your authenticator app"
        )


def day_field(label: str, missing: str, hint: str = "") -> forms.DateField:
    """Make the field of a day: 16/3/2026, 2026-03-16 or 16 March 2026."""
    return forms.DateField(
        label=label,
        help_text=hint,
        input_formats=_DAY_FORMATS,
        widget=forms.DateInput(format="%d/%m/%Y"),
        validators=[
            MinValueValidator(_EARLIEST, "Enter a day in 2000 or later"),
            MaxValueValidator(_LATEST, "Enter a day before 2100"),
        ],
        error_messages={"required": missing, "invalid": "Enter a real day, for example 16/3/2026"},
    )


class FindPersonForm(forms.Form):
    """Whom to show of the people."""

    text = forms.CharField(label="Name or email address", required=False, max_length=400)

    def clean_text(self) -> str:
        """Refuse what cannot be part of a name."""
        return _one_line(self.cleaned_data["text"], longest=200)


def _one_line(text: str, *, longest: int) -> str:
    try:
        return one_line(text, longest=longest)
    except ValueError as error:
        raise ValidationError(str(error)) from error


class MemberForm(forms.Form):
    """Someone who shall act for a party in a role."""

    party = forms.ChoiceField(
        label="Party",
        error_messages={"required": "Choose the party", "invalid_choice": "Choose a party from the list"},
    )
    name = forms.CharField(
        label="Full name",
        max_length=400,
        error_messages={"required": "Enter their full name"},
    )
    email = forms.EmailField(
        label="Email address",
        help_text="They sign in with it",
        max_length=254,
        error_messages={
            "required": "Enter their email address",
            "invalid": "Enter an email address in the form name@example.gov.uk",
        },
    )
    role = forms.ChoiceField(
        label="Role",
        error_messages={"required": "Choose the role", "invalid_choice": "Choose a role from the list"},
    )
    from_day = day_field("First day", "Enter the first day on which they act")

    def __init__(self, *args: Any, parties: Sequence[PartyRef], roles: Sequence[Role], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered: list[tuple[str, str]] = [(ref.code, ref.name) for ref in parties]
        for name, choices in (("party", offered), ("role", [(role.id, role.title) for role in roles])):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices if len(choices) == 1 else [("", "Choose one"), *choices]

    def clean_name(self) -> str:
        """Refuse what would deceive or break a page."""
        return _one_line(self.cleaned_data["name"], longest=120)


class EndForm(forms.Form):
    """The last day on which someone acts for a party."""

    until_day = day_field("Last day", "Enter the last day on which they act")
    seen_until = forms.DateField(required=False, input_formats=["%Y-%m-%d"], widget=forms.HiddenInput)
