"""The page of phones: on one's own machine only."""

import pytest

from portal.messages import links
from portal.messages.models import Link, LinkPurpose, Reply
from portal.messages.sending import send_next
from tests.integration.portal.messages.conftest import NOON, make_household, record, write

pytestmark = pytest.mark.django_db
PAGE = "/udvikling/sms/"


@pytest.fixture
def link(odsherred, settings):
    settings.DEBUG = True
    party = make_household(odsherred, phone="20304050", language="ar")
    link = links.make_link(
        party=party, purpose=LinkPurpose.PROPOSAL, subject=party, now=NOON, days=7, record=record(party)
    )
    write(party, text="proposal_household", link=link)
    send_next(municipality=odsherred.pk, now=NOON)
    return link


def test_it_shows_what_the_phone_would_and_its_link_can_be_followed(client, link):
    page = client.get(PAGE).content.decode()
    assert f'href="{links.address(link)}"' in page
    assert "20304050" in page
    assert 'lang="ar"' in page


def test_an_answer_goes_the_way_that_the_gateways_would(client, link, odsherred):
    assert client.post(PAGE, {"number": "20 30 40 50", "text": "ja"}).status_code == 302
    assert [(reply.text, reply.meaning) for reply in Reply.objects.within(odsherred)] == [("ja", "yes")]
    assert "ja" in client.get(PAGE).content.decode()


def test_a_message_whose_link_lies_in_another_municipality_is_shown_without_an_address(client, as_site, link, roskilde):
    Link.objects.following("all").update(municipality=roskilde)
    with as_site():
        page = client.get(PAGE)
    assert page.status_code == 200
    assert links.address(link) not in page.content.decode()


def test_an_answer_from_nowhere_is_asked_for_again(client, link):
    assert client.post(PAGE, {"number": "", "text": ""}).status_code == 200


@pytest.mark.parametrize(("debug", "gateway"), [(False, "development"), (True, "gatewayapi"), (True, "")])
def test_elsewhere_there_is_no_such_page(client, settings, db, debug, gateway):
    settings.DEBUG, settings.PORTAL_SMS_GATEWAY = debug, gateway
    assert client.get(PAGE).status_code == 404
    assert client.post(PAGE, {"number": "1", "text": "x"}).status_code == 404
