"""“I ended up doing it anyway”: one tap, thanks, and nothing that leads back to who told it."""

from datetime import date, datetime
from html import unescape

import pytest
from django.core.cache import cache
from django.db import DatabaseError
from django.urls import reverse
from django.utils import timezone, translation

from portal.audit.models import Event
from portal.municipalities.models import DepartmentKind, Role
from tests import boundary_factories, factories
from volunteers.boundary.entries import BoundaryEntry, EntryKind, Place
from volunteers.boundary.here import task_here
from volunteers.boundary.local import LocalTask
from volunteers.boundary.verdict import Side
from volunteers.services.boundary_entries import note_done_anyway

pytestmark = pytest.mark.django_db
CODE = "letters_digital_post"


@pytest.fixture
def volunteer(odsherred):
    return factories.make_volunteer(odsherred)


@pytest.fixture
def signed_in(client, volunteer):
    client.force_login(volunteer.party.user)
    return client


def address(name, *args, language="en"):
    with translation.override(language):
        return reverse(name, args=args)


def look(client, **query):
    return unescape(client.get(address("done_anyway"), query).content.decode())


def tell(client, code=CODE):
    return client.post(address("done_anyway"), {"opgave": code})


@pytest.mark.demand("F064")
def test_one_tap_is_counted_thanked_for_and_seen_by_management(signed_in, client, odsherred):
    assert "Yes, I ended up doing this" in look(signed_in, opgave=CODE)
    thanks = unescape(tell(signed_in).content.decode())
    assert "Thank you for telling" in thanks and "Nothing says that it was you" in thanks
    client.force_login(factories.make_member(odsherred, Role.ADMINISTRATOR))
    report = unescape(client.get(address("pressure", "odsherred")).content.decode())
    assert task_here(CODE, odsherred).task_type.name in report


def test_only_the_task_the_municipality_and_the_day_are_kept(signed_in, odsherred):
    tell(signed_in)
    (entry,) = BoundaryEntry.objects.all()
    kept = {field.name: getattr(entry, field.attname) for field in BoundaryEntry._meta.fields if field.name != "id"}
    assert kept == {
        "municipality": odsherred.pk,
        "day": timezone.localdate(),
        "kind": EntryKind.DONE_ANYWAY,
        "place": Place.PAGE,
        "task_type": CODE,
        "side": "shared",
        "answer": "",
        "language": "",
    }
    assert isinstance(entry.day, date) and not isinstance(entry.day, datetime)


def test_no_line_in_the_trail_and_nothing_in_the_session_tells_who_it_was(signed_in):
    before, session = Event.objects.count(), dict(signed_in.session)
    tell(signed_in)
    assert Event.objects.count() == before
    assert dict(signed_in.session) == session


def test_the_thanks_have_no_address_of_their_own(signed_in):
    assert tell(signed_in).status_code == 200


def test_a_second_tap_is_the_same_report_and_another_task_is_another(signed_in):
    for code in (CODE, CODE, "mitid_bank"):
        tell(signed_in, code)
    assert sorted(BoundaryEntry.objects.values_list("task_type", flat=True)) == [CODE, "mitid_bank"]
    cache.clear()
    tell(signed_in)
    assert BoundaryEntry.objects.count() == 3


def test_next_time_somebody_takes_it(client, odsherred):
    boundary_factories.make_department(odsherred, kind=DepartmentKind.BENEFITS, name="Ydelse", phone="59 66 60 11")
    match = factories.make_match(municipality=odsherred)
    client.force_login(match.volunteer.party.user)
    thanks = unescape(tell(client, "cash_benefit").content.decode())
    assert f"{address('volunteer_hand_over', match.pk)}?opgave=cash_benefit" in thanks
    assert "59666011" in thanks
    assert f'href="{address("done_anyway")}?opgave=cash_benefit"' not in thanks


def test_it_is_reached_from_the_answer_and_from_the_match(client, odsherred):
    match = factories.make_match(municipality=odsherred)
    client.force_login(match.volunteer.party.user)
    answer = client.get(address("may_i"), {"opgave": "cash_benefit"}).content.decode()
    assert f'href="{address("done_anyway")}?opgave=cash_benefit"' in answer
    of_match = client.get(address("volunteer_match", match.pk)).content.decode()
    assert f'href="{address("done_anyway")}"' in of_match


def test_a_task_is_found_by_a_few_words_or_in_the_list(signed_in):
    way = f'href="{address("done_anyway")}?opgave='
    assert f'{way}medical_interpreting"' in look(signed_in, q="can I interpret at the doctor's").split('id="list"')[0]
    shown = look(signed_in, q="zzzz qqqq").split('id="list"')
    assert "Nothing fits that well" in shown[0]
    assert f'{way}cash_benefit"' in shown[1]


def test_what_is_a_volunteers_own_and_what_is_everybodys_duty_is_no_report(signed_in):
    for code in ("homework_help", "notification_citizen", "no-such-task", ""):
        assert tell(signed_in, code).status_code == 404
    assert BoundaryEntry.objects.count() == 0
    assert "opgave=romantic" not in look(signed_in)


def test_what_belongs_nowhere_can_be_told_without_being_suggested(signed_in):
    assert "Yes, I ended up doing this" in look(signed_in, opgave="family_money")
    assert "You may always say no" in tell(signed_in, "family_money").content.decode()


def test_the_municipalitys_stricter_side_counts(signed_in, odsherred):
    assert tell(signed_in, "shopping_driving").status_code == 404
    LocalTask.objects.create(municipality=odsherred, task_type_id="shopping_driving", side=Side.AUTHORITY)
    assert tell(signed_in, "shopping_driving").status_code == 200
    assert BoundaryEntry.objects.get().side == Side.AUTHORITY


def test_a_cpr_number_is_refused_in_the_search(signed_in):
    shown = look(signed_in, q="tolke for 010190-1234")
    assert "data-error-summary" in shown and "010190-1234" in shown


def test_only_a_volunteer_tells(client, odsherred):
    assert client.get(address("done_anyway")).status_code == 302
    client.force_login(factories.make_member(odsherred))
    assert client.get(address("done_anyway")).status_code == 404
    assert tell(client).status_code == 404


def test_the_site_writes_it_as_the_volunteer_and_the_volunteer_reads_no_entries(volunteer, odsherred, as_site):
    with as_site(user=volunteer.party.user_id):
        note_done_anyway(municipality=odsherred, here=task_here(CODE, odsherred), now=timezone.now())
        assert BoundaryEntry.objects.count() == 0
    assert BoundaryEntry.objects.count() == 1


def test_nobody_changes_or_removes_an_entry(volunteer, odsherred, as_site):
    entry = note_done_anyway(municipality=odsherred, here=task_here(CODE, odsherred), now=timezone.now())
    with pytest.raises(DatabaseError), as_site(municipality=odsherred.pk):
        BoundaryEntry.objects.filter(pk=entry.pk).delete()


@pytest.mark.parametrize("language", ["da", "en", "uk", "ar"])
def test_it_is_there_in_every_language_of_the_pages(signed_in, language):
    for query in ({}, {"opgave": CODE}):
        assert signed_in.get(address("done_anyway", language=language), query).status_code == 200
