"""Settings of the real service. Everything secret comes from the environment, or it does not start."""

import os

from django.core.exceptions import ImproperlyConfigured

from .base import *


def _required(name: str, why: str) -> str:
    value = os.environ.get(name, "")
    if not value:
        raise ImproperlyConfigured(f"Set {name}: {why}")
    return value


if os.environ.get("OVERSIGHT_DEMO"):
    raise ImproperlyConfigured(
        "OVERSIGHT_DEMO lets anyone pick a role without a password, so it cannot be used with production "
        "settings. Unset it."
    )

SECRET_KEY = _required("SECRET_KEY", "it signs sessions and must be the same on every server process.")
ALLOWED_HOSTS = _required(
    "OVERSIGHT_HOSTS", "host names the service answers to, separated by spaces."
).split()
SITE = os.environ.get("OVERSIGHT_SITE", f"https://{ALLOWED_HOSTS[0]}").rstrip("/")
SIGNING_KEY = _required("OVERSIGHT_SIGNING_KEY", "it signs checkpoints of the record.")
_required("DATABASE_URL", "the database that holds the record.")

SECURE_SSL_REDIRECT = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = os.environ.get("EMAIL_HOST", "localhost")
DEFAULT_FROM_EMAIL = os.environ.get("DEFAULT_FROM_EMAIL", DEFAULT_FROM_EMAIL)
