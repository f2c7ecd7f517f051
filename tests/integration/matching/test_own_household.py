"""A newcomer household sees and changes its own wishes, with an account that its adviser gave it."""

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.urls import reverse

from matching.models import Request
from portal.accounts.models import User
from portal.audit.models import Event
from portal.messages.models import Message
from portal.municipalities.models import Role
from tests import factories
from tests.integration.matching.conftest import HOUSEHOLDS, signed_in
from tests.integration.portal.accounts.codes import code_in, to

pytestmark = pytest.mark.django_db

EMAIL = HOUSEHOLDS["email"]
EVENING = ["mon-evening"]
PAGE = "/mine-oensker/"


@pytest.fixture
def household(odsherred, adviser):
    return factories.make_household(
        odsherred, contact=HOUSEHOLDS, wishes=("contact_family", "mentor"), display_name="Familien D", adviser=adviser
    )


@pytest.fixture
def give(staff, staff_url):
    """The adviser gives a household access, through the button."""

    def press(household):
        return staff.post(staff_url("household_invite", household.pk), follow=True)

    return press


def log_in_by_code(email=EMAIL, address="account_request_login_code"):
    """A browser in which somebody has asked for a code, read it in the mail and typed it."""
    client = Client()
    client.post(reverse(address), {"email": email})
    client.post(reverse("account_confirm_login_code"), {"code": code_in(to(mail.outbox, email))})
    return client


def account_of(household):
    household.party.refresh_from_db()
    return household.party.user


def states(household):
    rows = Request.objects.following("a look at the result").filter(household=household)
    return dict(rows.values_list("kind", "state"))


def trail(action):
    return Event.objects.filter(action=action)


def change(client, wishes, slots=EVENING):
    return client.post(PAGE, {"wishes": list(wishes), "slots": list(slots)}, follow=True)


def texts(page):
    return [str(message) for message in page.context["messages"]]


@pytest.mark.demand("F047")
def test_a_newcomer_is_given_access_logs_in_by_code_and_changes_the_own_wishes(give, household):
    give(household)
    newcomer = log_in_by_code()

    home = newcomer.get(reverse("my_page"), follow=True)
    page = change(newcomer, ["contact_family", "company"])

    assert home.redirect_chain == [(PAGE, 302)]
    assert [wish.kind for wish, _ in home.context["wishes"]] == ["contact_family", "mentor"]
    assert page.redirect_chain == [(PAGE, 302)]
    assert states(household) == {"contact_family": "open", "mentor": "closed", "company": "open"}
    household.refresh_from_db()
    assert household.slots == EVENING


def test_the_first_code_confirms_the_address(give, household):
    give(household)
    address = EmailAddress.objects.get(email=EMAIL)
    assert not address.verified

    log_in_by_code()

    address.refresh_from_db()
    assert address.verified


def test_the_trail_says_who_gave_access_and_that_the_newcomer_changed_the_wishes(give, household, adviser):
    give(household)
    change(log_in_by_code(), ["contact_family", "company"])

    assert trail("household.access_given").get().actor_id == adviser.pk
    own = account_of(household).pk
    assert {trail("request.opened").get().actor_id, trail("request.close").get().actor_id} == {own}
    assert trail("household.changed").get().details == {"fields": ["slots"]}
    assert EMAIL not in str([event.details for event in Event.objects.all()])


def test_the_household_reads_in_its_own_language_how_to_log_in(give, household, settings):
    household.party.language = "uk"
    household.party.save()

    give(household)

    message = Message.objects.following("a look at the result").get(text="access")
    assert (message.language, message.party_id) == ("uk", household.party_id)
    assert f"{settings.BASE_URL}/uk/konto/" in message.body
    assert EMAIL in message.body


def test_my_page_opens_in_the_households_language(give, household):
    household.party.language = "ar"
    household.party.save()
    give(household)

    page = log_in_by_code().get("/min-side/", follow=True)

    assert page.redirect_chain == [("/ar" + PAGE, 302)]
    assert '<html lang="ar" dir="rtl"' in page.content.decode()


@pytest.mark.parametrize("language", ["", "/en", "/uk", "/ar"])
def test_the_page_opens_in_every_interface_language(give, household, language):
    give(household)
    assert signed_in(account_of(household)).get(language + PAGE).status_code == 200


def test_the_page_names_the_one_adviser(give, household, adviser):
    give(household)
    page = signed_in(account_of(household)).get(PAGE).content.decode()
    assert "Lisbeth Rådgiver" in page
    assert adviser.email in page


def test_pressing_twice_gives_one_account_and_one_mail(give, household):
    give(household)
    again = give(household)

    assert User.objects.filter(email=EMAIL).count() == 1
    assert trail("household.access_given").count() == 1
    assert Message.objects.following("a look at the result").filter(text="access").count() == 1
    assert again.status_code == 200


@pytest.mark.parametrize("elsewhere", [False, True])
def test_a_work_account_is_never_a_households(give, household, odsherred, elsewhere):
    municipality = factories.make_municipality(factories.ROSKILDE) if elsewhere else odsherred
    factories.make_member(municipality, Role.EDITOR, factories.make_user(EMAIL))

    page = give(household)

    assert account_of(household) is None
    assert any("arbejdskonto" in text for text in texts(page))
    assert not trail("household.access_given").exists()


def test_another_households_account_is_not_given_twice_even_across_municipalities(give, household, roskilde):
    other = factories.make_household(roskilde, postcode="4000", contact={"email": EMAIL})
    other.party.user = factories.make_user(EMAIL)
    other.party.save()

    page = give(household)

    assert account_of(household) is None
    assert any("anden husstand" in text for text in texts(page))


def test_without_an_address_no_access_is_given(give, household):
    household.party.contact_details.email = ""
    household.party.contact_details.save()
    page = give(household)
    assert account_of(household) is None
    assert any("ingen e-mailadresse" in text for text in texts(page))


def test_an_address_somebody_typed_without_confirming_it_is_not_theirs(give, household):
    stranger = factories.make_user("fremmed@example.org")
    EmailAddress.objects.create(user=stranger, email=EMAIL, verified=False, primary=False)

    give(household)

    assert account_of(household).email == EMAIL
    assert account_of(household) != stranger


def test_access_goes_to_the_address_of_that_moment(give, household):
    household.party.contact_details.email = "nyt@example.org"
    household.party.contact_details.save()
    give(household)
    assert account_of(household).email == "nyt@example.org"


def test_access_that_is_ended_opens_nothing_more_and_can_be_given_again(give, household, staff, staff_url):
    give(household)
    newcomer = log_in_by_code()

    staff.post(staff_url("household_access_end", household.pk))

    assert newcomer.get(PAGE).status_code == 404
    assert change(newcomer, ["company"]).status_code == 404
    assert trail("household.access_ended").count() == 1
    give(household)
    assert newcomer.get(PAGE).status_code == 200


@pytest.mark.demand("F047")
def test_an_account_sees_and_changes_only_its_own_household(give, household, odsherred):
    other = factories.make_household(
        odsherred, contact={"email": "anden@example.org"}, wishes=("activity",), display_name="Familien Anden"
    )
    give(household)
    give(other)
    newcomer = log_in_by_code()

    page = change(newcomer, [])

    assert "Familien Anden" not in page.content.decode()
    assert states(other) == {"activity": "open"}
    assert set(states(household).values()) == {"closed"}


def test_without_an_account_one_is_sent_to_log_in(client):
    assert client.get(PAGE).url.startswith("/konto/login/")
    assert client.post(PAGE, {"wishes": ["company"]}).url.startswith("/konto/login/")


def test_an_account_without_a_household_finds_no_page(staff):
    assert staff.get(PAGE).status_code == 404


def test_a_wish_under_way_goes_on_and_the_page_says_so(give, household, volunteer):
    factories.make_proposal(household.requests.get(kind="contact_family"), volunteer)
    give(household)

    page = change(log_in_by_code(), ["mentor"])

    assert states(household) == {"contact_family": "proposed", "mentor": "open"}
    assert any("fortsætter" in text for text in texts(page))
    assert volunteer.display_name not in page.content.decode()


def test_without_a_free_time_nothing_is_saved_and_what_was_chosen_stays(give, household):
    give(household)
    page = change(signed_in(account_of(household)), ["company"], slots=[])
    assert page.status_code == 422
    assert page.context["form"]["wishes"].value() == ["company"]
    assert "company" not in states(household)


def test_the_same_form_sent_twice_opens_each_wish_once(give, household):
    give(household)
    newcomer = signed_in(account_of(household))
    change(newcomer, ["company"])
    change(newcomer, ["company"])
    assert trail("request.opened").count() == 1


@pytest.mark.demand("F034")
def test_a_volunteer_who_is_a_newcomer_too_has_both_in_one_account(give, household, odsherred):
    user = factories.make_user(EMAIL)
    factories.make_volunteer(odsherred, user=user)

    give(household)
    newcomer = log_in_by_code()
    home = newcomer.get(reverse("my_page"), follow=True)
    page = change(newcomer, ["contact_family", "mentor", "company"])

    assert account_of(household) == user
    assert home.redirect_chain == [(reverse("volunteer_home"), 302)]
    assert f'href="{PAGE}"' in home.content.decode()
    assert f'href="{reverse("volunteer_home")}"' in page.content.decode()
    assert states(household)["company"] == "open"


def test_a_volunteer_who_is_no_newcomer_sees_no_link_to_own_wishes(helper):
    assert PAGE not in helper.get(reverse("volunteer_home")).content.decode()


def test_the_adviser_sees_the_button_or_the_address_that_has_access(give, household, staff, staff_url):
    before = staff.get(household.get_absolute_url()).content.decode()
    after = give(household).content.decode()
    invite, end = (f'action="{staff_url(view, household.pk)}"' for view in ("household_invite", "household_access_end"))
    assert invite in before
    assert end not in before
    assert invite not in after
    assert end in after
