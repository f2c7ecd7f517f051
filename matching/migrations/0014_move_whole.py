"""A move takes along all that waits for somebody, and what two have been through with each other is remembered there.

It does not happen while a concern about the household waits: the coordinator who is to call would lose sight of it. A
pair is told apart by its household, wherever the two met. And a municipality with a call to make sees who it is about.
"""

from importlib import import_module

from django.db import migrations

from portal.municipalities.rls import MUNICIPALITY, OWN_MUNICIPALITY

MOVE = import_module("matching.migrations.0010_move_household").MOVE.replace(
    "CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"
)
_PAIRS = import_module("matching.migrations.0012_stopped_pairs").FUNCTION
PAIRS_BEFORE = _PAIRS.format(here=MUNICIPALITY, over="(m.ended_at IS NOT NULL OR m.state = 'stopped')")

NO_CONCERN = """
    IF EXISTS (
        SELECT 1 FROM matching_concern c JOIN matching_match m ON m.id = c.match_id
        WHERE m.household_id = home.id AND c.state <> 'closed'
    ) THEN
        RAISE EXCEPTION 'move_concern: somebody is still to be called' USING ERRCODE = 'check_violation';
    END IF;
    UPDATE privacy_party SET municipality_id"""

# What waits goes along, with the way back that it carries; what has been sent stays where its receipt comes in.
MESSAGES_BEFORE = MOVE[MOVE.index("    UPDATE portal_messages_message") : MOVE.index("    RETURN home.id")]
MESSAGES = """
    UPDATE portal_messages_link l SET municipality_id = moving.to_municipality_id
        WHERE l.party_id = home.party_id AND (
            l.revoked_at IS NULL OR EXISTS (
                SELECT 1 FROM portal_messages_message m WHERE m.link_id = l.id AND m.state IN ('queued', 'failed')
            )
        );
    UPDATE portal_messages_message SET municipality_id = moving.to_municipality_id
        WHERE party_id = home.party_id AND state IN ('queued', 'failed');
    UPDATE portal_messages_reply SET municipality_id = moving.to_municipality_id
        WHERE party_id = home.party_id AND handled_at IS NULL;
    UPDATE portal_messages_numberroute SET municipality_code = moving.to_municipality_id
        WHERE party_id = home.party_id;
    UPDATE matching_call SET municipality_id = moving.to_municipality_id
        WHERE household_id = home.id AND done_at IS NULL;
"""
MOVE_WHOLE = MOVE.replace("\n    UPDATE privacy_party SET municipality_id", NO_CONCERN).replace(
    MESSAGES_BEFORE, MESSAGES
)

PAIRS = f"""
CREATE OR REPLACE FUNCTION matching_earlier_pairs(wanted bigint) RETURNS TABLE (household bigint, volunteer bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    here int := {MUNICIPALITY};
BEGIN
    IF wanted IS NULL THEN
        RETURN QUERY SELECT r.household_id, p.volunteer_id
            FROM matching_household h
            JOIN matching_request r ON r.household_id = h.id JOIN matching_proposal p ON p.request_id = r.id
            WHERE h.municipality_id = here AND p.state = 'declined';
        RETURN QUERY SELECT m.household_id, m.volunteer_id
            FROM matching_household h JOIN matching_match m ON m.household_id = h.id
            WHERE h.municipality_id = here AND (m.ended_at IS NOT NULL OR m.state = 'stopped');
    ELSIF EXISTS (SELECT 1 FROM matching_household h WHERE h.id = wanted AND h.municipality_id = here) THEN
        RETURN QUERY SELECT r.household_id, p.volunteer_id
            FROM matching_request r JOIN matching_proposal p ON p.request_id = r.id
            WHERE r.household_id = wanted AND p.state = 'declined';
        RETURN QUERY SELECT m.household_id, m.volunteer_id FROM matching_match m
            WHERE m.household_id = wanted AND (m.ended_at IS NOT NULL OR m.state = 'stopped');
    END IF;
    RETURN QUERY SELECT * FROM matching_themselves(wanted);
END
$$;
"""

SEEN_BEFORE = import_module("matching.migrations.0004_offer_rows").ACROSS
SEEN_BEFORE = SEEN_BEFORE[: SEEN_BEFORE.index("CREATE FUNCTION matching_themselves")].replace(
    "CREATE", "CREATE OR REPLACE"
)
SEEN = SEEN_BEFORE.replace(
    "\n$$;",
    f"""
        OR EXISTS (
            SELECT 1 FROM matching_call c
            WHERE c.volunteer_id = volunteer AND c.{OWN_MUNICIPALITY} AND c.done_at IS NULL
        )
$$;""",
)


class Migration(migrations.Migration):
    dependencies = [
        ("matching", "0013_stopped_match_takes_room"),
        ("portal_messages", "0004_walls"),
    ]

    operations = [
        migrations.RunSQL([MOVE_WHOLE, PAIRS, SEEN], [SEEN_BEFORE, PAIRS_BEFORE, MOVE]),
    ]
