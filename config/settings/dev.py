"""One machine, for trying the service out: secrets are made on first run and kept in ``var/``."""

import os

from config.secrets import kept_secret

from .base import *

SECRET_KEY = os.environ.get("SECRET_KEY") or kept_secret(VAR / "secret-key")
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", *os.environ.get("OVERSIGHT_HOSTS", "").split()]
DEMONSTRATION = os.environ.get("OVERSIGHT_DEMO") == "1"
