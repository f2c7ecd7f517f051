"""A draft in the browser: readable on the phone, decided with the keyboard, sent without JavaScript."""

import pytest
from django.utils import timezone

from matching.drafting.rows import pairs_of
from matching.models import Draft, Household, Proposal
from portal.accounts.models import User
from portal.municipalities.models import Municipality
from tests import factories
from tests.browser.conftest import DESKTOP
from tests.integration.matching.drafting import choose, make, town


@pytest.fixture
def odsherred(transactional_db) -> Municipality:
    return factories.make_municipality(factories.ODSHERRED)


@pytest.fixture
def adviser(odsherred) -> User:
    return factories.make_member(odsherred, user=factories.make_user(name="Lisbeth Rådgiver"))


@pytest.fixture
def draft(odsherred, adviser) -> Draft:
    """Four suggestions, one of them accepted, one kept and one dropped; and three wishes without any."""
    town(odsherred, households=6, volunteers=4)
    factories.make_household(odsherred, languages={"ti": 4})
    Household.objects.within(odsherred).update(adviser=adviser)
    made = make(odsherred)
    households = [pair.request.household for pair in pairs_of(made).select_related("request__household")]
    for event, household in zip(("accept", "pin", "drop"), households, strict=False):
        choose(made, event, household)
    return made


def base(municipality: Municipality) -> str:
    return f"/kommune/{municipality.slug}/udkast/"


@pytest.mark.demand("F105")
def test_every_page_of_a_draft_is_accessible_on_phone_and_desktop(person, look, odsherred, adviser, draft):
    staff = person(DESKTOP, user=adviser)
    pages = {
        "drafts": "",
        "draft": f"{draft.pk}/",
        "draft-send": f"{draft.pk}/send/",
        "draft-discard": f"{draft.pk}/kasser/",
    }
    for name, address in pages.items():
        assert staff.goto(base(odsherred) + address).status == 200
        look(staff, name)
    Draft.objects.within(odsherred).update(state="making", finished_at=None, waiting=250, looked_at=100)
    staff.goto(f"{base(odsherred)}{draft.pk}/")
    look(staff, "draft-being-made")


def test_the_page_of_a_draft_that_is_being_made_shows_it_when_it_is_ready(person, odsherred, adviser, draft):
    Draft.objects.within(odsherred).update(state="making", finished_at=None, waiting=250, looked_at=100)
    staff = person(DESKTOP, user=adviser, policy=True)
    staff.goto(f"{base(odsherred)}{draft.pk}/")
    Draft.objects.within(odsherred).update(state="open", finished_at=timezone.now())
    staff.wait_for_selector("#pairs")
    assert staff.locator("[hx-get]").count() == 0


def test_a_draft_is_made_reviewed_and_sent_by_keyboard_and_without_javascript(person, odsherred, adviser):
    town(odsherred, households=3, volunteers=3)
    staff = person(user=adviser, javascript=False)
    staff.goto(base(odsherred))
    staff.press("form[action$='/udkast/ny/'] button", "Enter")
    staff.press("button[value=drop] >> nth=0", "Enter")
    staff.press("button[value=pin] >> nth=0", "Enter")
    staff.press("form[action$='/accepter/'] button", "Enter")
    staff.press("a[href$='/send/']", "Enter")
    assert "2" in staff.inner_text("main form button")
    assert not Proposal.objects.within(odsherred).exists()
    staff.press("main form button", "Enter")
    staff.wait_for_selector("#sent")
    assert Proposal.objects.within(odsherred).count() == 2
