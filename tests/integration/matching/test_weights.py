"""What counts in the score is a municipality's own choice: within bounds, version by version, each with its trail."""

import threading
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from matching.answers.weight_preview import preview
from matching.domain.weights import DEFAULT_WEIGHTS
from matching.models import Proposal, WeightSet
from matching.services.weights import ChosenMeanwhile, NothingChanged, choose_weights
from matching.weights import PARTS, by_part, history, weights_in_force, weights_of_version
from matching.words.points import score_table
from portal.audit.models import Event
from portal.audit.record import SYSTEM, Actor, Record
from portal.municipalities.models import Role
from portal.municipalities.rls import in_force
from tests import factories
from tests.integration.matching.conftest import signed_in

pytestmark = pytest.mark.django_db

NEARNESS = {"distance": 50, "language": 10, "times": 15, "children": 5, "interests": 0, "background": 5}
NEARNESS |= {"waiting": 10, "load": 5}
LANGUAGE = NEARNESS | {"distance": 10, "language": 50}
STANDARD = {part: round(weight * 100) for part, weight in by_part(DEFAULT_WEIGHTS).items()}


def choose(municipality, per_cents, *, based_on=None, note="Her bor folk langt fra hinanden", by=SYSTEM):
    return choose_weights(
        municipality=municipality.code,
        values={part: Decimal(per_cent) / 100 for part, per_cent in per_cents.items()},
        note=note,
        based_on=based_on,
        now=timezone.now(),
        record=Record(by, municipality.code),
    )


def page(client, url, data=None):
    with translation.override("en"):
        address = "/en" + url.removeprefix("/en")
        return client.get(address) if data is None else client.post(address, data)


def typed(per_cents, *, based_on="", note="Afstand betyder mest her", **more):
    return {**per_cents, "based_on": based_on, "note": note, **more}


@pytest.fixture
def office(administrator):
    """The administrator's browser."""
    return signed_in(administrator)


# --- Choosing -------------------------------------------------------------------------------------------------------


def test_a_municipality_that_has_chosen_nothing_scores_with_the_portals_standard(odsherred):
    assert weights_in_force(odsherred.code) == (DEFAULT_WEIGHTS, None)


def test_each_choice_is_the_next_version_and_the_latest_is_in_force(odsherred, roskilde):
    choose(odsherred, NEARNESS)
    choose(odsherred, LANGUAGE, based_on=1)
    weights, version = weights_in_force(odsherred.code)
    assert (version, weights.language) == (2, 0.5)
    assert weights_of_version(odsherred.code, 1).distance == 0.5
    assert weights_of_version(odsherred.code, None) == DEFAULT_WEIGHTS
    assert weights_in_force(roskilde.code) == (DEFAULT_WEIGHTS, None)
    assert choose(roskilde, LANGUAGE).version == 1


def test_a_choice_is_in_the_trail_with_what_changed_before_and_after(odsherred, administrator):
    choose(odsherred, STANDARD | {"distance": 30, "language": 20}, by=Actor.of(administrator))
    event = Event.objects.get(action="weights.chosen")
    assert (event.actor_id, event.municipality_id) == (administrator.pk, odsherred.code)
    assert event.details == {
        "version": 1,
        "before": {"distance": 0.25, "language": 0.25},
        "after": {"distance": 0.3, "language": 0.2},
    }


@pytest.mark.parametrize(
    "wrong", [{"interests": 11, "distance": 19}, {"language": 9, "distance": 41}, {"distance": 24}, {"distance": 26}]
)
def test_the_service_refuses_weights_outside_their_bounds_or_that_do_not_add_up(odsherred, wrong):
    with pytest.raises(ValueError, match="must"):
        choose(odsherred, STANDARD | wrong)
    assert not WeightSet.objects.within(odsherred).exists()


@pytest.mark.parametrize(
    ("wrong", "constraint"),
    [
        ({"interests": 11, "distance": 19}, "weight_interests_within_bounds"),
        ({"language": 9, "distance": 41}, "weight_language_within_bounds"),
        ({"distance": 24}, "weights_add_up_to_one"),
    ],
)
def test_the_database_refuses_them_too(odsherred, wrong, constraint):
    values = {part: Decimal(per_cent) / 100 for part, per_cent in (STANDARD | wrong).items()}
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        WeightSet.objects.create(municipality=odsherred, version=1, note="x", **values)


def test_the_same_weights_again_are_no_new_version(odsherred):
    with pytest.raises(NothingChanged):
        choose(odsherred, STANDARD)


def test_a_choice_that_looked_at_an_older_version_is_not_made(odsherred):
    choose(odsherred, NEARNESS)
    with pytest.raises(ChosenMeanwhile) as refusal:
        choose(odsherred, LANGUAGE, based_on=None)
    assert refusal.value.version == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_who_save_at_the_same_moment_one_is_told():
    municipality, outcomes, barrier = factories.make_municipality(), [], threading.Barrier(2)

    def save(per_cents):
        try:
            with in_force(municipality=municipality.code):
                barrier.wait()
                outcomes.append(choose(municipality, per_cents).version)
        except ChosenMeanwhile as refusal:
            outcomes.append(refusal)
        finally:
            connection.close()

    people = [threading.Thread(target=save, args=[per_cents]) for per_cents in (NEARNESS, LANGUAGE)]
    for person in people:
        person.start()
    for person in people:
        person.join(timeout=20)
    assert sorted(str(outcome) for outcome in outcomes) == ["1", "version 1 is in force"]


# --- Who may see and change -----------------------------------------------------------------------------------------


def test_the_sites_role_reads_the_own_municipalitys_weights_only_and_changes_none(as_site, odsherred, roskilde):
    choose(odsherred, NEARNESS)
    choose(roskilde, LANGUAGE)
    with as_site(municipality=odsherred.code):
        rows = WeightSet.objects.following("a forgotten filter")
        assert [row.municipality_id for row in rows] == [odsherred.code]
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            rows.update(note="another reason")
    with (
        as_site(municipality=odsherred.code),
        pytest.raises(DatabaseError, match="row-level security"),
        transaction.atomic(),
    ):
        choose(roskilde, NEARNESS)


def test_when_an_employees_account_is_erased_the_version_stays_without_the_name(as_site, odsherred, administrator):
    choose(odsherred, NEARNESS, by=Actor.of(administrator))
    with as_site(municipality=odsherred.code):
        administrator.delete()
    (version,) = history(odsherred)
    assert (version.number, version.weights.distance, version.chosen_by) == (1, 0.5, "")


def test_an_adviser_looks_and_does_not_choose(staff, staff_url, odsherred):
    response = page(staff, staff_url("weights"))
    assert response.status_code == 200
    assert response.context["form"] is None
    assert page(staff, staff_url("weights"), typed(NEARNESS)).status_code == 404
    assert weights_in_force(odsherred.code)[1] is None


def test_it_is_no_page_for_other_roles_and_other_municipalities(odsherred, roskilde, staff_url):
    for municipality, role in ((odsherred, Role.EDITOR), (roskilde, Role.ADMINISTRATOR)):
        client = signed_in(factories.make_member(municipality, role))
        assert client.get(staff_url("weights")).status_code == 404
        assert client.post(staff_url("weights"), typed(NEARNESS)).status_code == 404


# --- The page -------------------------------------------------------------------------------------------------------


def test_the_administrator_chooses_and_everybody_reads_who_when_why_and_what(office, staff, staff_url, administrator):
    assert page(office, staff_url("weights"), typed(NEARNESS)).status_code == 302
    text = page(staff, staff_url("weights")).content.decode()
    for told in ("Version 1", administrator.name, "Afstand betyder mest her", "Distance: 50%, before 25%"):
        assert told in text
    assert 'aria-label="In force now, in per cent: Distance 50, ' in text


def test_weights_that_do_not_add_up_come_back_as_typed(office, staff_url, odsherred):
    response = page(office, staff_url("weights"), typed(STANDARD | {"distance": 22}, note="Kortere ture"))
    text = response.content.decode()
    assert response.status_code == 422
    assert "The weights add up to 97 per cent; they must add up to 100." in text
    assert 'value="22"' in text
    assert "Kortere ture" in text
    assert weights_in_force(odsherred.code)[1] is None


def test_who_saves_on_top_of_somebody_elses_choice_is_told_and_may_save_again(office, staff_url, odsherred):
    choose(odsherred, LANGUAGE)
    response = page(office, staff_url("weights"), typed(NEARNESS))
    assert response.status_code == 409
    assert "somebody else chose version 1" in response.content.decode()
    again = {name: response.context["form"][name].value() for name in (*PARTS, "note", "based_on")}
    assert page(office, staff_url("weights"), again).status_code == 302
    assert weights_in_force(odsherred.code)[1] == 2


def test_an_earlier_version_is_used_again_as_a_new_one(office, staff_url, odsherred):
    choose(odsherred, NEARNESS)
    choose(odsherred, LANGUAGE, based_on=1)
    form = page(office, staff_url("weights") + "?fra=1").context["form"]
    filled = {name: form[name].value() for name in (*PARTS, "note", "based_on")}
    assert (filled["distance"], filled["note"]) == (50, "Back to version 1")
    page(office, staff_url("weights"), filled)
    versions = history(odsherred)
    assert [version.number for version in versions] == [3, 2, 1]
    assert versions[0].weights == versions[2].weights
    assert page(office, staff_url("weights") + "?fra=9").status_code == 404
    assert page(office, staff_url("weights") + "?fra=standard").context["form"]["distance"].value() == 25


def test_the_number_of_queries_does_not_grow_with_the_versions(office, staff_url, odsherred):
    counts = []
    for version, per_cents in enumerate((NEARNESS, LANGUAGE, NEARNESS, LANGUAGE)):
        choose(odsherred, per_cents, based_on=version or None)
        with CaptureQueriesContext(connection) as queries:
            page(office, staff_url("weights"))
        counts.append(len(queries))
    assert counts[1] == counts[-1] <= 20


# --- What they do ---------------------------------------------------------------------------------------------------


@pytest.fixture
def near_or_fluent(odsherred):
    """A household with two to choose from: one next door who speaks some, one in another town who speaks well."""
    household = factories.make_household(odsherred, languages={"kmr": 4}, postcode="4500")
    near = factories.make_volunteer(odsherred, display_name="Inge", languages={"kmr": 2, "da": 4}, postcode="4500")
    fluent = factories.make_volunteer(odsherred, display_name="Bodil", languages={"kmr": 4, "da": 4}, postcode="4540")
    return household.requests.get(), near, fluent


@pytest.mark.demand("F026")
def test_suggestions_follow_the_municipalitys_weights(odsherred, near_or_fluent):
    wish, near, fluent = near_or_fluent
    with in_force(municipality=odsherred.code):
        choose(odsherred, NEARNESS)
        assert _first(wish) == near
        choose(odsherred, LANGUAGE, based_on=1)
        assert _first(wish) == fluent


def _first(wish):
    return factories.answer_for(wish).found[0].offer.volunteer


def test_a_proposal_keeps_the_version_and_is_explained_by_it_after_the_weights_have_changed(
    staff, staff_url, odsherred, near_or_fluent, adviser
):
    wish, near, _ = near_or_fluent
    choose(odsherred, NEARNESS)
    proposal = factories.make_proposal(wish, near, by=adviser)
    choose(odsherred, LANGUAGE, based_on=1)
    stored = Proposal.objects.within(odsherred).get(pk=proposal.pk)
    response = page(staff, staff_url("proposal", proposal.pk))
    table = response.context["score_table"]
    assert stored.weights_version == 1
    assert {row.part: row.weight for row in table.rows}["distance"] == 0.5
    assert sum(row.points for row in table.rows) == table.total == round(stored.score * 100)
    assert 'vaegte/#version-1">version 1</a>' in response.content.decode()


def test_a_proposal_with_the_standard_weights_says_so(staff, staff_url, proposal):
    text = page(staff, staff_url("proposal", proposal.pk)).content.decode()
    assert "the portal's standard weights" in text


def test_the_parts_of_each_suggestion_add_up_to_its_points(staff, staff_url, near_or_fluent):
    wish, *volunteers = near_or_fluent
    for volunteer in volunteers:
        response = page(staff, staff_url("pair", wish.pk, volunteer.offers.get().pk))
        table = score_table(
            response.context["candidate"].parts.contributions(),
            {part.name: part.weight for part in response.context["candidate"].parts},
        )
        assert sum(row.points for row in table.rows) == table.total
        assert f">{table.total}<" in response.content.decode()


# --- Looking before choosing ----------------------------------------------------------------------------------------


def test_a_preview_counts_the_wishes_that_would_get_another_first_suggestion(odsherred, near_or_fluent):
    wish, near, fluent = near_or_fluent
    with in_force(municipality=odsherred.code):
        choose(odsherred, NEARNESS)
        choose(odsherred, LANGUAGE, based_on=1)
        found = preview(odsherred.code, weights_of_version(odsherred.code, 1), now=timezone.now())
    assert (found.compared, found.other_first, found.example) == (1, 1, wish.pk)
    offers = [volunteer.offers.get().pk for volunteer in (near, fluent)]
    assert [(place.offer_id, place.before, place.after) for place in found.places] == [
        (offers[0], 2, 1),
        (offers[1], 1, 2),
    ]


def test_trying_weights_out_saves_nothing_and_shows_the_administrator_no_names(
    office, staff_url, odsherred, near_or_fluent
):
    choose(odsherred, LANGUAGE)
    trial = typed(NEARNESS, note="", based_on="1", proev="ja")
    response = page(office, staff_url("weights"), trial)
    text = response.content.decode()
    assert response.status_code == 200
    assert "Nothing is saved yet." in text
    assert "1 would get another first suggestion" in text
    for name in ("Inge", "Bodil", near_or_fluent[0].household.display_name):
        assert name not in text
    assert weights_in_force(odsherred.code)[1] == 1


def test_an_administrator_who_is_an_adviser_too_sees_whose_places_they_are(
    office, administrator, staff_url, odsherred, near_or_fluent
):
    factories.make_member(odsherred, Role.ADVISER, administrator)
    text = page(office, staff_url("weights"), typed(NEARNESS, note="", proev="ja")).content.decode()
    for name in ("Inge", "Bodil", near_or_fluent[0].household.display_name):
        assert name in text


def test_a_preview_without_anybody_who_waits_says_so(office, staff_url):
    text = page(office, staff_url("weights"), typed(NEARNESS, note="", proev="ja")).content.decode()
    assert "there is nothing to compare" in text
