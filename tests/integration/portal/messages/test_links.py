"""A link opens one page for one party until it is used, taken back or over, and nothing can be made of it."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import RequestFactory

from portal.messages import links
from portal.messages.models import Link, LinkPurpose
from portal.messages.sending import send_next
from portal.municipalities.rls import scope
from tests.integration.portal.messages.conftest import NOON, make_household, make_volunteer, record, stored, write

pytestmark = pytest.mark.django_db


def make(party, purpose=LinkPurpose.PROPOSAL, *, subject=None, days=7):
    return links.make_link(
        party=party, purpose=purpose, subject=subject or party, now=NOON, days=days, record=record(party)
    )


def refused(token, now=NOON):
    with pytest.raises(links.LinkRefused) as refusal:
        links.open_link(token, now=now)
    return refusal.value.reason


def test_a_link_opens_for_its_party_and_leaves_no_municipality_in_force(odsherred, as_site):
    party = make_household(odsherred)
    link = make(party)
    with as_site():
        opened = links.open_link(links.token(link), now=NOON)
        assert scope() == (None, None)
        assert (opened.party, opened.municipality, opened.purpose) == (party, odsherred, "proposal")


def test_the_address_is_short_enough_for_an_sms(odsherred, settings):
    address = links.address(make(make_household(odsherred)))
    assert address.startswith(f"{settings.BASE_URL}/s/")
    assert len(address) - len(settings.BASE_URL) == 45


def test_no_row_holds_the_token(odsherred):
    party = make_household(odsherred)
    link = make(party)
    message = write(party, text="proposal_household", link=link)
    send_next(municipality=odsherred.pk, now=NOON)
    assert stored(message).state == "sent"
    assert "{link}" in stored(message).body
    with connection.cursor() as cursor:
        for table in ("portal_messages_message", "portal_messages_link", "audit_event"):
            cursor.execute(f"SELECT count(*) FROM {table} t WHERE t::text LIKE %s", [f"%{links.token(link)[-16:]}%"])
            assert cursor.fetchone() == (0,)


def test_the_address_stands_in_what_is_sent(odsherred, gateway):
    party = make_household(odsherred)
    link = make(party)
    write(party, text="proposal_household", link=link)
    send_next(municipality=odsherred.pk, now=NOON)
    assert links.address(link) in gateway.received[0]["message"]


@pytest.mark.parametrize("place", [0, 5, 23, 24, 25, 40])
def test_a_token_with_one_sign_changed_is_unknown(odsherred, place):
    token = links.token(make(make_household(odsherred)))
    wrong = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
    assert refused(wrong) == "unknown"


@pytest.mark.parametrize("token", ["", ".", "x" * 41, "é" * 41, "A" * 24 + "." + "A" * 16, "A" * 5000])
def test_what_is_no_token_is_unknown(token):
    assert refused(token) == "unknown"


def test_another_secret_opens_nothing(odsherred, settings):
    token = links.token(make(make_household(odsherred)))
    settings.SECRET_KEY = "another"
    assert refused(token) == "unknown"


def test_a_link_ends(odsherred):
    token = links.token(make(make_household(odsherred), days=7))
    assert links.open_link(token, now=NOON + timedelta(days=7) - timedelta(seconds=1))
    assert refused(token, NOON + timedelta(days=7)) == "expired"


@pytest.mark.parametrize("purpose", sorted(links.SINGLE_USE))
def test_after_the_answer_a_link_is_useless(odsherred, purpose):
    party = make_household(odsherred)
    link = make(party, purpose)
    links.use(link, now=NOON, record=record(party))
    assert refused(links.token(link)) == "used"
    with pytest.raises(links.LinkRefused):  # a double click
        links.use(link, now=NOON, record=record(party))


def test_a_link_that_shows_something_opens_again(odsherred):
    party = make_household(odsherred)
    link = make(party, LinkPurpose.MATCH)
    links.use(link, now=NOON, record=record(party))
    assert links.open_link(links.token(link), now=NOON)


def test_links_to_one_thing_are_taken_back_on_both_sides_of_a_border(odsherred, roskilde, as_site):
    household, volunteer = make_household(odsherred), make_volunteer(roskilde)
    both = [make(household, subject=household), make(volunteer, subject=household)]
    other = make(volunteer, subject=volunteer)
    with as_site(municipality=odsherred.pk):
        assert links.revoke(subject=household, now=NOON, record=record(household)) == 2
    assert [refused(links.token(link)) for link in both] == ["revoked", "revoked"]
    assert links.open_link(links.token(other), now=NOON)


def test_one_partys_link_is_taken_back_without_the_others(odsherred):
    household, volunteer = make_household(odsherred), make_volunteer(odsherred)
    one, other = make(household, subject=household), make(volunteer, subject=household)
    assert links.revoke(subject=household, now=NOON, record=record(household), party=household) == 1
    assert refused(links.token(one)) == "revoked"
    assert links.open_link(links.token(other), now=NOON)


def test_a_message_with_a_link_that_was_taken_back_is_not_sent(odsherred, gateway):
    party = make_household(odsherred)
    link = make(party)
    message = write(party, text="proposal_household", link=link)
    links.revoke(subject=party, now=NOON, record=record(party))
    assert send_next(municipality=odsherred.pk, now=NOON) == "stopped"
    assert (stored(message).state, gateway.received) == ("cancelled", [])


@pytest.mark.demand("F049")
def test_a_municipality_sees_no_link_of_another(odsherred, roskilde, as_site):
    make(make_household(roskilde))
    with as_site(municipality=odsherred.pk):
        assert not Link.objects.following("a test of the second wall").exists()


def test_one_address_guesses_so_often_and_another_is_not_touched_by_it():
    cache.clear()
    request = RequestFactory().get("/s/x/")
    assert not any(links.count_wrong(request) for _ in range(links.WRONG))
    assert links.count_wrong(request)
    assert not links.count_wrong(RequestFactory(REMOTE_ADDR="203.0.113.9").get("/s/x/"))


def test_one_link_opens_so_often_and_another_is_not_touched_by_it(odsherred):
    cache.clear()
    link, other = make(make_household(odsherred)), make(make_household(odsherred))
    for _ in range(links.OPENINGS):
        links.check_rate(link)
    with pytest.raises(links.LinkRefused) as refusal:
        links.check_rate(link)
    assert refusal.value.reason == links.TOO_OFTEN
    links.check_rate(other)
