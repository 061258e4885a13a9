"""Settings under test: like production in everything that a test can tell apart."""

import os
import tempfile
from pathlib import Path

os.environ.setdefault("OVERSIGHT_VAR", str(Path(tempfile.gettempdir()) / f"oversight-test-{os.getuid()}"))

from .base import *

SECRET_KEY = "a-key-for-tests-only"  # noqa: S105 - protects nothing
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
# Cheap on purpose; the real hasher has its own test.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
DEMONSTRATION = True
SIGNING_KEY = "b3ZlcnNpZ2h0LXNpZ25pbmcta2V5LWZvci10ZXN0cyE="
