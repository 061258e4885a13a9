"""What tests of signing in need."""

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def _tries_are_counted_afresh():
    cache.clear()
    yield
    cache.clear()
