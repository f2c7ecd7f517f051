"""A PostgreSQL database of its own with a synthetic country in it, dropped when it is no longer needed.

It lies on the private server for tests (or the one that DATABASE_URL names), a copy of the migrated template that
the tests use too. Volunteers, offers, languages, checks and consents come in by COPY with the triggers off; then
the database writes all offer rows itself, as it does after a migration.
"""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta
from io import StringIO
from random import Random
from uuid import UUID

import psycopg2

from benchmarks.synthetic import TODAY, Country
from matching.domain.types import OfferFacts, RequestFacts
from portal.places.register import residential

#: Number of a household's party: above those of all volunteers.
HOUSEHOLD_PARTIES = 10_000_000
NOW = datetime.combine(TODAY, time(8), UTC)
FILLED = (
    "privacy_party",
    "languages_spokenlanguage",
    "privacy_consent",
    "volunteers_volunteer",
    "volunteers_offer",
    "volunteers_certificatecheck",
    "matching_household",
    "matching_request",
    "municipalities_openborder",
)

VOLUNTEER_COLUMNS = (
    "id, municipality_id, party_id, display_name, home_municipality_id, postcode, latitude, longitude,"
    " household_type, age_band, gender, children, slots, max_km, interests, transport, came_as_newcomer, smokes,"
    " has_pets, gender_wish, no_smoke, no_pets, not_same_background, also_in, state, code_version,"
    " code_accepted_at, confidentiality_version, confidentiality_accepted_at, signed_up_at, signed_up_from"
)
HOUSEHOLD_COLUMNS = (
    "id, municipality_id, party_id, display_name, postcode, latitude, longitude, adults, children, danish_module,"
    " wants_danish_practice, interpreter_booked, slots, max_km, gender_wish, age_wish, background_wish, no_smoke,"
    " no_pets, genders, smokes, has_pets, interests, registered_at"
)

Row = tuple[object, ...]


@contextmanager
def scratch() -> Iterator[None]:
    """Connect Django to a new migrated database until the block ends. To be entered once in a process."""
    from portal import database

    database.prepare_environment("test")
    os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings.test"
    import django

    django.setup()
    from tests.databases import Databases

    databases = Databases()
    try:
        databases.connect_django_to(databases.main)
        yield
    finally:
        from django.db import connections

        connections.close_all()
        databases.close()


def fill(land: Country, households_of: int) -> list[int]:
    """Write the country's offers, and one municipality's households; return the keys of their requests."""
    from django.db import connection, transaction

    requests = [request for request in land.requests if request.municipality == households_of]
    with transaction.atomic(), connection.cursor() as cursor:
        for table in FILLED:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for table, columns, rows in (*_offers(land.offer_facts()), *_requests(requests), _borders(land)):
            cursor.copy_expert(f"COPY {table} ({columns}) FROM STDIN", _file(rows))
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in FILLED:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        cursor.execute("SELECT matching_write_all_offer_rows()")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return [request.id for request in requests]


def change_volunteers(municipality: int, count: int, random: Random) -> int:
    """Let so many volunteers travel another distance, in a transaction of another connection; return how many did.

    The database's triggers write their offers' rows. Volunteers without such a row are left alone.
    """
    from django.db import connection

    with psycopg2.connect(**connection.get_connection_params()) as other, other.cursor() as cursor:
        cursor.execute("SELECT volunteer_id FROM matching_offerrow WHERE municipality_id = %s", [municipality])
        there = sorted(key for (key,) in cursor.fetchall())
        chosen = random.sample(there, min(count, len(there)))
        cursor.execute("UPDATE volunteers_volunteer SET max_km = max_km %% 50 + 1 WHERE id = ANY(%s)", [chosen])
    other.close()
    return len(chosen)


def _file(rows: Iterable[Row]) -> StringIO:
    return StringIO("".join("\t".join(map(_text, row)) + "\n" for row in rows))


def _text(value: object) -> str:
    """Return a value as COPY's text format has it."""
    if value is None:
        return r"\N"
    if isinstance(value, frozenset):
        return "{" + ",".join(map(str, sorted(value))) + "}"
    return str(value)


Table = tuple[str, str, list[Row]]


def _offers(offers: Sequence[OfferFacts]) -> Iterator[Table]:
    """Yield tables, columns and rows: a volunteer and a party for each offer, all with the same number."""
    code = {(place.latitude, place.longitude): place.code for place in residential()}
    yield _parties([(one.volunteer_id, one.municipality, "volunteer") for one in offers])
    yield _languages([(one.volunteer_id, one.languages) for one in offers])
    yield _consents([one.volunteer_id for one in offers if one.consent])
    yield (
        "volunteers_volunteer",
        VOLUNTEER_COLUMNS,
        [
            (
                *(one.volunteer_id, one.municipality, one.volunteer_id, f"Frivillig {one.volunteer_id}"),
                *(one.municipality, code[one.latitude, one.longitude], one.latitude, one.longitude),
                *("family" if one.children else "single", one.age_band, one.gender, one.children, one.slots),
                *(int(one.max_km), one.interests, "{}", one.came_as_newcomer, one.smokes, one.has_pets),
                *(one.gender_wish, one.no_smoke, one.no_pets, one.not_same_background, one.also_in),
                _state(one),
                *("2026-11", NOW, "2026-11", NOW, NOW, ""),
            )
            for one in offers
        ],
    )
    yield (
        "volunteers_offer",
        "id, municipality_id, volunteer_id, kind, capacity, open",
        [(one.id, one.municipality, one.volunteer_id, one.kind, one.capacity, True) for one in offers],
    )
    yield (
        "volunteers_certificatecheck",
        "municipality_id, volunteer_id, obtained_on, organisation, renew_by, recorded_at",
        [
            (one.municipality, one.volunteer_id, until - timedelta(days=700), "Kommunen", until, NOW)
            for one in offers
            if (until := one.certificate_until)
        ],
    )


def _state(offer: OfferFacts) -> str:
    if not offer.verified:
        return "awaiting_email"
    return "paused" if offer.paused else "active"


def _requests(requests: Sequence[RequestFacts]) -> Iterator[Table]:
    code = {(place.latitude, place.longitude): place.code for place in residential()}
    party = {one.id: HOUSEHOLD_PARTIES + one.id for one in requests}
    yield _parties([(party[one.id], one.municipality, "household") for one in requests])
    yield _languages([(party[one.id], one.languages) for one in requests])
    yield _consents([party[one.id] for one in requests if one.consent])
    yield (
        "matching_household",
        HOUSEHOLD_COLUMNS,
        [
            (
                *(one.household_id, one.municipality, party[one.id], f"Familie {one.household_id}"),
                *(code[one.latitude, one.longitude], one.latitude, one.longitude, 2, one.children, "none"),
                *(one.wants_danish_practice, one.interpreter_booked, one.slots),
                *(None if one.max_km is None else int(one.max_km), one.gender_wish, one.age_wish),
                *(one.background_wish, one.no_smoke, one.no_pets, one.genders, one.smokes, one.has_pets),
                *(one.interests, NOW),
            )
            for one in requests
        ],
    )
    yield (
        "matching_request",
        "id, municipality_id, household_id, kind, state, created_at",
        [
            (one.id, one.municipality, one.household_id, one.kind, "open", NOW - timedelta(days=one.waiting_days))
            for one in requests
        ],
    )


def _parties(rows: Iterable[tuple[int, int, str]]) -> Table:
    columns = "id, municipality_id, kind, language, created_at"
    return "privacy_party", columns, [(*row, "da", NOW) for row in rows]


def _languages(rows: Iterable[tuple[int, Mapping[str, int]]]) -> Table:
    known: list[Row] = [(party, code, level) for party, languages in rows for code, level in languages.items()]
    return "languages_spokenlanguage", "party_id, language, level", known


def _consents(parties: Iterable[int]) -> Table:
    columns = "id, party_id, fields, purpose, language, given_how, given_at, expires_at"
    how = ("{}", "matching", "da", "own_screen", NOW, NOW + timedelta(days=3650))
    return "privacy_consent", columns, [(UUID(int=party), party, *how) for party in parties]


def _borders(land: Country) -> Table:
    rows: list[Row] = [(here, there, NOW) for here, there in sorted(land.context.opened_neighbours)]
    return "municipalities_openborder", "municipality_id, neighbour_id, opened_at", rows
