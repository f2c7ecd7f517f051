"""A border between two municipalities is open when both have said so, each for itself."""

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from portal.audit.models import Event
from portal.audit.record import SYSTEM, Record
from portal.municipalities.borders import borders_of, close_border, open_border, opened_around
from portal.municipalities.models import OpenBorder
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def lejre(db):
    return factories.make_municipality(factories.LEJRE)


def opens(municipality, neighbour):
    record = Record(SYSTEM, municipality.code)
    return open_border(municipality=municipality, neighbour=neighbour, now=timezone.now(), record=record)


def closes(municipality, neighbour):
    return close_border(municipality=municipality, neighbour=neighbour, record=Record(SYSTEM, municipality.code))


def test_a_border_is_open_when_both_have_said_so(odsherred, roskilde):
    opens(odsherred, roskilde)
    assert not borders_of(odsherred.code).open
    assert borders_of(roskilde.code).opened_by_them == {odsherred.code}

    opens(roskilde, odsherred)
    assert borders_of(odsherred.code).open == {roskilde.code}
    assert borders_of(roskilde.code).open == {odsherred.code}


def test_either_side_closes_it_alone(odsherred, roskilde):
    opens(odsherred, roskilde)
    opens(roskilde, odsherred)

    closes(roskilde, odsherred)

    assert not borders_of(odsherred.code).open
    assert borders_of(odsherred.code).opened_by_us == {roskilde.code}


def test_what_is_said_twice_is_said_once_and_in_the_trail_once(odsherred, roskilde):
    assert opens(odsherred, roskilde) is True
    assert opens(odsherred, roskilde) is False
    assert closes(odsherred, roskilde) is True
    assert closes(odsherred, roskilde) is False

    lines = Event.objects.filter(municipality_id=odsherred.code).order_by("at")
    assert [(line.action, line.details) for line in lines] == [
        ("border.opened", {"neighbour": roskilde.code}),
        ("border.closed", {"neighbour": roskilde.code}),
    ]


def test_around_a_municipality_both_directions_are_told_and_nothing_of_others(odsherred, roskilde, lejre):
    opens(odsherred, lejre)
    opens(lejre, odsherred)
    opens(roskilde, odsherred)
    opens(roskilde, lejre)

    around = opened_around(odsherred.code)

    assert around == {(odsherred.code, lejre.code), (lejre.code, odsherred.code), (roskilde.code, odsherred.code)}


def test_a_municipality_has_no_border_with_itself(odsherred):
    with pytest.raises(ValueError, match="itself"):
        opens(odsherred, odsherred)


def test_everybody_may_know_which_borders_are_open(as_site, odsherred, roskilde, lejre):
    opens(odsherred, roskilde)
    with as_site():
        assert opened_around(roskilde.code) == {(odsherred.code, roskilde.code)}


def test_the_database_lets_no_municipality_open_in_anothers_name(as_site, odsherred, roskilde):
    with (
        as_site(municipality=roskilde.code),
        pytest.raises(DatabaseError, match="row-level security"),
        transaction.atomic(),
    ):
        opens(odsherred, roskilde)
    with as_site(municipality=roskilde.code):
        assert opens(roskilde, odsherred)


def test_the_database_lets_no_municipality_close_in_anothers_name(as_site, odsherred, roskilde):
    opens(odsherred, roskilde)
    with as_site(municipality=roskilde.code):
        assert closes(odsherred, roskilde) is False
        assert OpenBorder.objects.within(odsherred).delete()[0] == 0
    assert OpenBorder.objects.within(odsherred).exists()
