"""How things stand in a municipality at this moment: one statement that sees one snapshot."""

import json
from datetime import date, datetime
from typing import NamedTuple

from django.db import connection

from matching.domain.codes import SERVED_KINDS
from matching.domain.types import Context
from matching.domain.weights import BOUNDS, DEFAULT_WEIGHTS, Weights
from matching.engine.travel import minutes_as_of
from volunteers.choices import KINDS_FOR_MINORS, KINDS_WITH_CHILDREN


class Standing(NamedTuple):
    """What the statement saw."""

    municipality: int
    in_force: int | None
    """The municipality in force: what row-level security let the statement see."""
    snapshot: str
    """Which transactions it saw, as PostgreSQL writes it (pg_snapshot)."""
    own: int | None
    """This transaction's own number, if it has one: a snapshot may show it as if it were over."""
    has_changed: bool
    """Whether this very transaction has changed an offer: that may be rolled back yet."""
    changed: tuple[int, ...]
    """Offers that have changed since an earlier snapshot."""
    everything: bool
    """More has changed than single offers: a border was opened or closed, or all rows were written anew."""
    neighbours: tuple[int, ...]
    """Municipalities whose border with this one is open from both sides."""
    has_activities: bool
    """Whether there is an open café or another activity, here or across an open border."""
    earlier: frozenset[tuple[int, int]]
    """Household and volunteer where one said no, whose match has ended, or who are the same person."""
    weights: Weights
    weights_version: int | None
    """None where the municipality has chosen no weights."""
    travel_times_of: datetime | None
    """When the newest travelling time came, None where there are none."""


# A transaction's number is compared with an earlier snapshot: a counter would pass by what was numbered early and
# committed late. Whom a household met before is told by a function of the tables' owner, for the municipality in force:
# somebody who came as a newcomer and volunteers too is not proposed to their own household, and whose account it is may
# be another municipality's to know.
STATEMENT = """
    SELECT
        NULLIF(current_setting('portal.municipality', true), '')::int,
        pg_current_snapshot()::text,
        pg_current_xact_id_if_assigned()::text::bigint,
        EXISTS (
            SELECT 1 FROM matching_offerchange
            WHERE municipality_id = %(here)s AND transaction = pg_current_xact_id_if_assigned()::text::bigint
        ),
        ARRAY(
            SELECT DISTINCT offer_id FROM matching_offerchange
            WHERE %(since)s <> '' AND municipality_id = %(here)s
              AND transaction >= pg_snapshot_xmin(NULLIF(%(since)s, '')::pg_snapshot)::text::bigint
              AND (
                  transaction = %(own)s
                  OR NOT pg_visible_in_snapshot(transaction::text::xid8, NULLIF(%(since)s, '')::pg_snapshot)
              )
        ),
        neighbours.codes,
        EXISTS (
            SELECT 1 FROM volunteers_activity
            WHERE open AND municipality_id = ANY (%(here)s::int || neighbours.codes)
        ),
        (
            SELECT jsonb_agg(jsonb_build_array(household, volunteer))
            FROM matching_earlier_pairs(%(household)s::bigint)
        ),
        (
            SELECT to_jsonb(w) FROM matching_weightset w
            WHERE w.municipality_id = %(here)s ORDER BY w.version DESC LIMIT 1
        ),
        (SELECT max(fetched_at) FROM places_traveltime)
    FROM (
        SELECT ARRAY(
            SELECT ours.neighbour_id::int FROM municipalities_openborder ours
            JOIN municipalities_openborder theirs
              ON theirs.municipality_id = ours.neighbour_id AND theirs.neighbour_id = ours.municipality_id
            WHERE ours.municipality_id = %(here)s ORDER BY 1
        ) AS codes
    ) neighbours
"""


def standing(municipality: int, *, since: str = "", own: int | None = None, household: int | None = None) -> Standing:
    """Return how things stand; to be called with the municipality in force.

    With `since` and `own` (of an earlier standing) also what has changed; with `household` the earlier pairs of that
    one only.
    """
    asked: dict[str, str | int | None] = {"here": municipality, "since": since, "own": own, "household": household}
    with connection.cursor() as cursor:
        cursor.execute(STATEMENT, asked)
        in_force, snapshot, own, has_changed, changed, neighbours, activities, earlier, weights, travel_times_of = (
            cursor.fetchone()
        )
    # Django leaves JSON to its own fields; here it comes as text.
    earlier, weights = json.loads(earlier or "[]"), json.loads(weights or "null")
    return Standing(
        municipality=municipality,
        in_force=in_force,
        snapshot=snapshot,
        own=own,
        has_changed=has_changed,
        changed=tuple(sorted(offer for offer in changed if offer is not None)),
        everything=None in changed,
        neighbours=tuple(neighbours),
        has_activities=activities,
        earlier=frozenset((household, volunteer) for household, volunteer in earlier),
        weights=Weights(**{part: float(weights[part]) for part in BOUNDS}) if weights else DEFAULT_WEIGHTS,
        weights_version=weights["version"] if weights else None,
        travel_times_of=travel_times_of,
    )


def context_of(stands: Standing, *, today: date) -> Context:
    """Return the rules in force."""
    here = stands.municipality
    return Context(
        today=today,
        kinds=SERVED_KINDS,
        certificate_kinds=KINDS_WITH_CHILDREN,
        minor_kinds=KINDS_FOR_MINORS,
        excluded_pairs=stands.earlier,
        opened_neighbours=frozenset(pair for there in stands.neighbours for pair in ((here, there), (there, here))),
        weights=stands.weights,
        minutes=minutes_as_of(stands.travel_times_of),
    )
