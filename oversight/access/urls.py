"""Addresses of signing in, of one's account, of the people of a party and of the access table."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from django.urls import URLPattern, path, re_path

from oversight.access import forms
from oversight.access.sign_in import ConfirmCode, ConfirmPassword, with_password
from oversight.access.views import account as ours
from oversight.access.views import people, table
from oversight.kernel.declaring import own_account, own_account_form, public, public_form

urlpatterns: list[URLPattern] = [
    path("how-oversight-works/access", table.access, name="access-table"),
    path("sign-in", ours.sign_in, name="sign-in"),
    path("people", people.people, name="people"),
    path("people/add", people.add_person, name="add-person"),
    path("people/<int:membership_id>/end", people.end_person, name="end-person"),
    path("account", ours.your_account, name="your-account"),
    path("account/acting-as", ours.acting_as, name="acting-as"),
    path(
        "account/sign-in",
        public_form(account.LoginView.as_view(form_class=forms.SignInForm)),
        name="account_login",
    ),
    path("account/sign-out", own_account_form(account.logout), name="account_logout"),
    path("account/closed", public(account.account_inactive), name="account_inactive"),
    path(
        "account/confirm",
        own_account_form(ConfirmPassword.as_view(form_class=forms.ConfirmPasswordForm)),
        name="account_reauthenticate",
    ),
    path(
        "account/password/change",
        own_account_form(account.PasswordChangeView.as_view(form_class=forms.ChangePasswordForm)),
        name="account_change_password",
    ),
    path(
        "account/password/set",
        own_account_form(account.PasswordSetView.as_view(form_class=forms.SetPasswordForm)),
        name="account_set_password",
    ),
    path(
        "account/password/forgotten",
        public_form(account.PasswordResetView.as_view(form_class=forms.ForgottenPasswordForm)),
        name="account_reset_password",
    ),
    path(
        "account/password/forgotten/sent",
        public(account.password_reset_done),
        name="account_reset_password_done",
    ),
    re_path(
        r"^account/password/new/(?P<uidb36>[0-9A-Za-z]{1,13})-(?P<key>[0-9A-Za-z:_-]{1,200})$",
        public_form(account.PasswordResetFromKeyView.as_view(form_class=forms.NewPasswordForm)),
        name="account_reset_password_from_key",
    ),
    path(
        "account/password/new/done",
        public(account.password_reset_from_key_done),
        name="account_reset_password_from_key_done",
    ),
    path("account/two-step", own_account(mfa.index), name="mfa_index"),
    path(
        "account/two-step/code",
        public_form(mfa.AuthenticateView.as_view(form_class=forms.SecondStepForm)),
        name="mfa_authenticate",
    ),
    path(
        "account/two-step/confirm",
        own_account_form(ConfirmCode.as_view(form_class=forms.ConfirmCodeForm)),
        name="mfa_reauthenticate",
    ),
    path(
        "account/two-step/app/on",
        own_account_form(with_password(totp.ActivateTOTPView.as_view(form_class=forms.TurnOnForm))),
        name="mfa_activate_totp",
    ),
    path(
        "account/two-step/app/off",
        own_account_form(with_password(totp.deactivate_totp)),
        name="mfa_deactivate_totp",
    ),
    path(
        "account/two-step/recovery-codes",
        ours.recovery_codes,
        name="mfa_view_recovery_codes",
    ),
    path(
        "account/two-step/recovery-codes/new",
        own_account_form(with_password(recovery.generate_recovery_codes)),
        name="mfa_generate_recovery_codes",
    ),
]
