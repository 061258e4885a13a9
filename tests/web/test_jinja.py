"""What pages say by the names that every template knows."""

import pytest
from django.template import engines
from django.urls import NoReverseMatch, get_script_prefix, set_script_prefix


def address(written: str) -> str:
    return engines["jinja2"].from_string("{{ " + written + " }}").render({})


@pytest.fixture
def below():
    before = get_script_prefix()
    yield set_script_prefix
    set_script_prefix(before)


def test_an_address_is_the_same_each_time():
    assert [address("url('report', 'HMIP-1')") for _ in range(2)] == [
        address("url('report', reference='HMIP-1')")
    ] * 2
    assert address("url('report', 'HMIP-2')") != address("url('report', 'HMIP-1')")
    assert address("url('intelligence-item', 7)") == address("url('intelligence-item', '7')")


def test_an_address_begins_where_the_service_is_offered(below):
    at_root = address("url('home')")
    below("/oversight/")

    assert address("url('home')") == f"/oversight{at_root}"


def test_a_page_that_does_not_exist_has_no_address():
    for _ in range(2):
        with pytest.raises(NoReverseMatch):
            address("url('no-such-page')")
