"""What readers are told of the sources of a legal basis."""

import pytest

from volunteers.boundary.sources import to_look_up


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("regionsyddanmark.dk; laesoe.dk; 004:2824", "regionsyddanmark.dk; laesoe.dk"),
        ("danskelove.dk/integrationsloven/12; 002:407 (outdated)", "danskelove.dk/integrationsloven/12"),
        ("002:842, 798; 000:537", ""),
        ("000:315-321", ""),
        ("", ""),
    ],
)
def test_a_line_of_the_reports_is_not_shown_to_those_who_do_not_have_them(source, told):
    assert to_look_up(source) == told
