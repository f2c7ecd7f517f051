"""A volunteer signs up online."""

import pytest
from django.core import mail
from django.urls import reverse

from portal.accounts.models import User
from portal.audit.models import Event
from portal.privacy.models import ContactDetails
from tests import factories
from tests.integration.volunteers.walk import ANSWERS, START, confirm, post, steps_before_last, walk
from volunteers.lifecycle import VolunteerState
from volunteers.models import Offer, Volunteer
from volunteers.services import CODE_OF_CONDUCT, CONFIDENTIALITY
from volunteers.views.sign_up import STEPS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("odsherred")]


def only_volunteer() -> Volunteer:
    return Volunteer.objects.following("a look at the result").get()


def form_of(client, step):
    return client.get(f"{START}{step}/").context["form"]


def test_four_plain_posts_make_a_volunteer_who_waits_for_the_code(client):
    response = walk(client)

    assert response.url == reverse("account_email_verification_sent")
    volunteer = only_volunteer()
    assert volunteer.state == VolunteerState.AWAITING_EMAIL
    assert volunteer.municipality_id == volunteer.home_municipality_id == factories.ODSHERRED
    assert (volunteer.display_name, volunteer.postcode) == ("Karen", "4500")
    assert volunteer.slots == ["tue-evening", "sat-morning"]
    details = ContactDetails.objects.following("a look").get()
    assert (details.name, details.phone, details.email) == (
        "Karen Østergaard",
        "55 50 12 34",
        "karen@example.org",
    )
    kinds = Offer.objects.following("a look").values_list("kind", flat=True)
    assert set(kinds) == {"contact_family", "language_practice"}
    assert {row.language: row.level for row in volunteer.party.spoken_languages.all()} == {"da": 4}


def test_the_right_code_logs_in_activates_and_leads_home(client):
    walk(client)
    response = confirm(client)

    assert response.status_code == 302
    assert response.url == reverse("volunteer_home")
    assert only_volunteer().state == VolunteerState.ACTIVE
    assert int(client.session["_auth_user_id"]) == User.objects.get(email="karen@example.org").pk


@pytest.mark.demand("F094")
def test_it_is_four_steps_with_at_most_twelve_answers_required_and_no_report_afterwards(client):
    required = [f"{step}.{name}" for step, form in STEPS for name, field in form().fields.items() if field.required]
    assert len(STEPS) <= 4
    assert len(required) <= 12, required
    assert "You write no reports" in client.get("/en" + reverse("code_of_conduct")).content.decode()


@pytest.mark.parametrize(("step", "number"), [("hvad", 1), ("jer", 2), ("tider", 3)])
def test_each_step_says_how_far_one_has_come(client, step, number):
    steps_before_last(client)
    assert f"Step {number} of 4" in client.get(f"/en{START}{step}/").content.decode()


def test_the_accepted_texts_are_stored_with_version_and_time(client):
    walk(client)
    volunteer = only_volunteer()
    assert (volunteer.code_version, volunteer.confidentiality_version) == (CODE_OF_CONDUCT, CONFIDENTIALITY)
    assert volunteer.code_accepted_at
    assert volunteer.confidentiality_accepted_at


@pytest.mark.parametrize("text", ["accept_code", "accept_confidentiality"])
def test_nobody_becomes_a_volunteer_without_accepting_both_texts(client, text):
    response = walk(client, kontakt={text: None})
    assert text in response.context["form"].errors
    assert not Volunteer.objects.following("a look").exists()


def test_the_steps_of_the_way_are_in_the_audit_trail(client):
    walk(client)
    confirm(client)
    actions = Event.objects.about(only_volunteer()).values_list("action", flat=True)
    assert list(actions) == ["volunteer.signed_up", "volunteer.email_confirmed"]


def test_a_step_with_an_error_keeps_what_was_typed(client):
    client.get(START, follow=True)
    response = post(client, "hvad", place="4500", kinds=None)
    assert response.status_code == 200
    assert 'value="4500"' in response.content.decode()
    assert "kinds" in response.context["form"].errors


def test_going_back_halfway_keeps_what_was_typed_and_does_not_complain_later(client):
    steps_before_last(client)
    client.post(
        f"{START}kontakt/",
        {
            "sign_up_wizard-current_step": "kontakt",
            "kontakt-name": "Karen Østergaard",
            "wizard_goto_step": "tider",
        },
    )
    assert form_of(client, "tider")["slots"].value() == ANSWERS["tider"]["slots"]
    form = form_of(client, "kontakt")
    assert form["name"].value() == "Karen Østergaard"
    assert not form.errors


def test_reloading_a_step_shows_it_again_as_it_was(client):
    steps_before_last(client)
    assert form_of(client, "jer")["age_band"].value() == "40-59"
    assert form_of(client, "jer")["age_band"].value() == "40-59"


def test_a_step_that_comes_too_early_leads_to_the_first_unfinished_one(client):
    client.get(START, follow=True)
    assert client.get(f"{START}tider/").url == f"{START}hvad/"
    post(client, "hvad")
    assert client.get(f"{START}kontakt/").url == f"{START}jer/"
    assert client.get(f"{START}done/").url == f"{START}jer/"


def test_two_tabs_in_different_steps_do_not_disturb_each_other(client):
    steps_before_last(client)
    post(client, "jer", age_band="60-plus")
    response = post(client, "kontakt")
    assert response.status_code == 302
    assert only_volunteer().age_band == "60-plus"


def test_an_unknown_step_leads_to_the_first(client):
    assert client.get(f"{START}noget-andet/").url == f"{START}hvad/"


def test_the_last_step_sent_again_makes_no_second_volunteer(client):
    walk(client)
    again = post(client, "kontakt")
    assert again.url == reverse("account_email_verification_sent")
    assert Volunteer.objects.following("a look").count() == 1
    assert len(mail.outbox) == 1
    assert confirm(client).url == reverse("volunteer_home")


def test_the_back_button_after_signing_up_gets_a_clear_answer(client):
    walk(client)
    page = client.get(f"/en{START}kontakt/")
    assert "You have signed up" in page.content.decode()


def test_somebody_else_can_sign_up_on_the_same_phone_afterwards(client):
    walk(client)
    client.get(f"{START}?forfra=1", follow=True)
    walk(client, kontakt={"email": "naboen@example.org"})
    assert Volunteer.objects.following("a look").count() == 2


# --- Who signs up ---


def test_a_family_tells_how_old_its_children_are(client):
    walk(client, jer={"household_type": "family", "children": ["3-6", "7-9"]})
    volunteer = only_volunteer()
    assert (volunteer.household_type, volunteer.children) == ("family", ["3-6", "7-9"])


def test_a_family_without_ages_of_children_is_asked_for_them(client):
    client.get(START, follow=True)
    post(client, "hvad")
    response = post(client, "jer", household_type="family")
    assert list(response.context["form"].errors) == ["children"]


def test_who_signs_up_alone_is_not_asked_about_children(client):
    walk(client, jer={"children": ["3-6"]})
    assert only_volunteer().children == []


def test_danish_is_there_from_the_start_and_other_languages_can_be_added(client):
    client.get(START, follow=True)
    post(client, "hvad")
    assert form_of(client, "jer").initial["languages"] == {"da": 4}
    walk(client, jer={"languages_1_language": "kmr", "languages_1_level": "3"})
    spoken = only_volunteer().party.spoken_languages.all()
    assert {row.language: row.level for row in spoken} == {"da": 4, "kmr": 3}


@pytest.mark.demand("F032")
@pytest.mark.demand("F033")
def test_somebody_who_came_as_a_newcomer_can_say_so_and_be_a_peer_mentor(client):
    walk(client, hvad={"kinds": ["peer_mentor"]}, jer={"came_as_newcomer": "on"})
    assert only_volunteer().came_as_newcomer
    assert Offer.objects.following("a look").get().kind == "peer_mentor"


@pytest.mark.demand("F036")
def test_a_colleague_can_offer_to_be_a_buddy_at_the_workplace(client):
    walk(client, hvad={"kinds": ["workplace_buddy"]})
    assert Offer.objects.following("a look").get().kind == "workplace_buddy"


def test_under_18_only_the_kinds_for_minors_go_and_the_rest_stays_typed(client):
    client.get(f"/en{START}", follow=True)
    post(client, "hvad", kinds=["company", "homework_help"])
    response = client.post(
        f"/en{START}jer/",
        {
            "sign_up_wizard-current_step": "jer",
            **{f"jer-{k}": v for k, v in {**ANSWERS["jer"], "age_band": "under-18"}.items()},
        },
    )
    error = response.context["form"].errors["age_band"][0]
    assert "Company and Come along to an activity" in error
    assert "Homework help" in error
    assert response.context["form"]["household_type"].value() == "single"


def test_under_18_with_allowed_kinds_goes_through(client):
    walk(client, hvad={"kinds": ["company", "activity"]}, jer={"age_band": "under-18"})
    assert only_volunteer().age_band == "under-18"


def test_under_18_cannot_add_another_kind_by_going_back_to_step_one(client):
    steps_before_last(client, hvad={"kinds": ["company"]}, jer={"age_band": "under-18"})
    post(client, "hvad", kinds=["company", "mentor"])
    response = post(client, "kontakt")
    assert response.url == f"{START}jer/"
    assert "age_band" in form_of(client, "jer").errors
    assert not Volunteer.objects.following("a look").exists()


# --- Where ---


def test_an_unknown_postcode_gets_an_answer_in_words(client):
    client.get(START, follow=True)
    response = post(client, "hvad", place="4599")
    assert "4599" in response.context["form"].errors["place"][0]


def test_a_postcode_in_several_municipalities_asks_which_one(client, roskilde):
    client.get(START, follow=True)
    response = post(client, "hvad", place="4000")
    form = response.context["form"]
    assert "home" in form.errors
    assert {code for code, _ in form.fields["home"].choices} >= {factories.ROSKILDE, factories.LEJRE}
    assert post(client, "hvad", place="4000", home=str(factories.ROSKILDE)).url == f"{START}jer/"


def test_who_lives_where_the_municipality_has_not_joined_is_told_and_may_wait(client):
    answers = {"place": "6950"}
    client.get(START, follow=True)
    response = post(client, "hvad", **answers)
    assert "Ringkøbing-Skjern Kommune" in response.context["form"].errors["helps_in"][0]

    walk(client, hvad={**answers, "helps_in": str(factories.RINGKOEBING_SKJERN)})
    confirm(client)

    assert only_volunteer().state == VolunteerState.WAITING_FOR_MUNICIPALITY
    assert only_volunteer().municipality_id == factories.RINGKOEBING_SKJERN


def test_those_who_waited_are_active_and_told_when_their_municipality_joins(client, django_capture_on_commit_callbacks):
    place = {"place": "6950", "helps_in": str(factories.RINGKOEBING_SKJERN)}
    walk(client, hvad=place)
    confirm(client)
    mail.outbox.clear()

    with django_capture_on_commit_callbacks(execute=True):
        factories.make_municipality(factories.RINGKOEBING_SKJERN)

    assert only_volunteer().state == VolunteerState.ACTIVE
    assert "volunteer.municipality_joined" in Event.objects.about(only_volunteer()).values_list("action", flat=True)
    (message,) = mail.outbox
    assert message.to == ["karen@example.org"]
    assert "Ringkøbing-Skjern" in message.subject + message.body


def test_or_they_may_help_in_a_neighbour_that_has_joined(client):
    answers = {"place": "4000", "home": str(factories.LEJRE)}
    client.get(START, follow=True)
    factories.make_municipality(factories.ROSKILDE)
    form = post(client, "hvad", **answers).context["form"]
    offered = [code for code, _ in form.fields["helps_in"].choices]
    assert offered[:2] == [factories.LEJRE, factories.ROSKILDE]

    walk(client, hvad={**answers, "helps_in": str(factories.ROSKILDE)})
    volunteer = only_volunteer()
    assert (volunteer.home_municipality_id, volunteer.municipality_id) == (
        factories.LEJRE,
        factories.ROSKILDE,
    )


def test_coming_from_a_need_is_remembered_and_preselects_its_kind(client):
    client.get(f"{START}?behov=12&hjaelp=mentor", follow=True)
    assert form_of(client, "hvad")["kinds"].value() == ["mentor"]
    walk(client)
    assert only_volunteer().signed_up_from == "need:12"


@pytest.mark.parametrize("query", ["behov=x&hjaelp=y", "behov=99999999999999", "hjaelp=<script>"])
def test_a_broken_link_from_a_need_does_no_harm(client, query):
    assert client.get(f"{START}?{query}", follow=True).status_code == 200
    walk(client)
    assert only_volunteer().signed_up_from == ""


# --- What is typed ---


@pytest.mark.parametrize(
    ("field", "value"), [("name", "Karen 010190-1234"), ("phone", "ring til mig"), ("email", "karen")]
)
def test_what_cannot_be_right_is_refused_in_words(client, field, value):
    response = walk(client, kontakt={field: value})
    assert field in response.context["form"].errors
    assert response.context["form"]["phone"].value() == (value if field == "phone" else "55 50 12 34")
