"""A municipality sees its own rows only: in the code and, where the code forgets, in the database."""

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction

from matching.models import Household, Match, Proposal, Request
from portal.audit.models import Event
from portal.audit.record import SYSTEM, Record
from portal.municipalities.grants import AppendOnly
from portal.municipalities.models import Membership
from portal.municipalities.rls import in_force, scope, set_scope
from portal.municipalities.scoping import ScopedModel, ScopedQuerySet, Unscoped
from portal.privacy.models import ContactDetails, Party
from tests import factories
from volunteers.models import Offer, Volunteer

pytestmark = pytest.mark.django_db

SCOPED = [Household, Request, Proposal, Match, Volunteer, Offer, Party, Membership]


@pytest.mark.parametrize("model", SCOPED)
def test_a_read_that_names_no_municipality_raises(model):
    with pytest.raises(Unscoped):
        list(model.objects.all())


@pytest.mark.parametrize(
    "read",
    [
        lambda rows: rows.count(),
        lambda rows: rows.exists(),
        lambda rows: rows.first(),
        lambda rows: rows.update(display_name="x"),
        lambda rows: rows.delete(),
        lambda rows: list(rows.iterator()),
        lambda rows: list(rows.values_list("pk")),
        lambda rows: rows.aggregate(),
        lambda rows: list(Request.objects.within(306).filter(household__in=rows)),
    ],
)
def test_every_way_to_run_a_query_is_guarded(read):
    with pytest.raises(Unscoped):
        read(Household.objects.filter(adults=2))


def test_a_scoped_read_gives_the_rows_of_that_municipality_only(odsherred, roskilde):
    ours = factories.make_household(odsherred)
    factories.make_household(roskilde, postcode="4000")
    assert list(Household.objects.within(odsherred)) == [ours]


@pytest.mark.demand("F049")
def test_the_sites_role_sees_no_row_when_no_municipality_is_in_force(as_site, odsherred):
    factories.make_household(odsherred)
    with as_site():
        assert not Household.objects.following("a test of the second wall").exists()


@pytest.mark.demand("F049")
def test_the_sites_role_sees_only_rows_of_the_municipality_in_force(as_site, odsherred, roskilde):
    ours = factories.make_household(odsherred)
    factories.make_household(roskilde, postcode="4000")
    with as_site(municipality=odsherred.code):
        assert [row.pk for row in Household.objects.following("a forgotten filter")] == [ours.pk]


def test_the_sites_role_cannot_write_into_another_municipality(as_site, odsherred, roskilde):
    household = factories.make_household(odsherred)
    with (
        as_site(municipality=roskilde.code),
        pytest.raises(DatabaseError, match="row-level security"),
        transaction.atomic(),
    ):
        Request.objects.create(municipality=odsherred, household=household, kind="company")


def test_the_sites_role_cannot_bypass_row_level_security(settings):
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = %s", [settings.SITE_ROLE])
        assert cursor.fetchone() == (False, False)


def test_every_table_that_belongs_to_a_municipality_has_row_level_security():
    tables = {
        model._meta.db_table
        for model in apps.get_models()
        if issubclass(model, ScopedModel) or isinstance(model._default_manager.all(), ScopedQuerySet)
    }
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relrowsecurity AND relkind = 'r'")
        protected = {row[0] for row in cursor.fetchall()}
    assert tables - protected == set()
    assert len(tables) >= 12


def test_a_volunteer_sees_their_own_rows_and_nobody_elses(as_site, odsherred):
    mine, other = factories.make_volunteer(odsherred), factories.make_volunteer(odsherred)
    with as_site(user=mine.party.user_id):
        seen = Volunteer.objects.following("own pages")
        assert [row.pk for row in seen] == [mine.pk]
        assert other.pk not in Offer.objects.following("own pages").values_list("volunteer_id", flat=True)
        assert ContactDetails.objects.following("own pages").get().party_id == mine.party_id


def test_a_volunteer_sees_no_household_even_with_a_proposal(as_site, odsherred):
    proposal = factories.make_proposal()
    with as_site(user=proposal.volunteer.party.user_id):
        assert Proposal.objects.following("own pages").get() == proposal
        assert not Household.objects.following("own pages").exists()
        assert not Request.objects.following("own pages").exists()


def test_widening_the_scope_for_a_step_gives_back_the_earlier_one(odsherred):
    with transaction.atomic():
        set_scope(municipality=None, user=7)
        with in_force(municipality=odsherred.code, user=7):
            assert scope() == (odsherred.code, 7)
        assert scope() == (None, 7)


def test_an_error_inside_the_wider_scope_gives_back_the_earlier_one(odsherred):
    with transaction.atomic():
        set_scope(municipality=None, user=7)
        with pytest.raises(ValueError, match="oops"), in_force(municipality=odsherred.code, user=7):
            raise ValueError("oops")
        assert scope() == (None, 7)


@pytest.mark.demand("F049")
@pytest.mark.parametrize(
    "statement", ["UPDATE audit_event SET action = 'x'", "DELETE FROM audit_event", "TRUNCATE audit_event"]
)
def test_the_database_refuses_the_site_to_change_the_audit_trail(as_site, odsherred, statement):
    Record(SYSTEM, odsherred.code).write("test.event", odsherred)
    with (
        as_site(municipality=odsherred.code),
        connection.cursor() as cursor,
        pytest.raises(DatabaseError, match="permission denied"),
        transaction.atomic(),
    ):
        cursor.execute(statement)


def test_every_append_only_table_refuses_changes_beyond_the_columns_named(settings):
    for model in (m for m in apps.get_models() if issubclass(m, AppendOnly)):
        table = model._meta.db_table
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT array_agg(column_name::text) FROM information_schema.column_privileges "
                "WHERE table_name = %s AND grantee = %s AND privilege_type = 'UPDATE'",
                [table, settings.SITE_ROLE],
            )
            assert set(cursor.fetchone()[0] or ()) == set(model.CHANGEABLE), table
            cursor.execute("SELECT has_table_privilege(%s, %s, 'DELETE')", [settings.SITE_ROLE, table])
            assert cursor.fetchone() == (False,), table


def test_the_trail_of_one_municipality_is_not_anothers_to_read(as_site, odsherred, roskilde):
    Record(SYSTEM, odsherred.code).write("test.event", odsherred)
    with as_site(municipality=roskilde.code):
        assert not Event.objects.exists()
    with as_site(municipality=odsherred.code):
        assert Event.objects.count() == 1
