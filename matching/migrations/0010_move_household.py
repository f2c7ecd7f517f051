"""A household goes to another municipality with its consent, to the adviser whom it names, and in no other way.

Whose row a household is can be changed by nobody through the policies. The one function that does it asks for itself:
who acts, whether the move waits, and whether the consent is in force. What goes on goes along: the household's wishes
and its live matches, with the proposals that they came from. What is over stays where it was.
"""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from portal.municipalities.rls import MUNICIPALITY, OWN_MUNICIPALITY, USER, policy

_MOVING = f"{OWN_MUNICIPALITY} OR to_municipality_id = {MUNICIPALITY}"
_ITS_HOUSEHOLD = """
    EXISTS (
        SELECT 1 FROM matching_household h WHERE h.id = household_id AND h.municipality_id = {table}.municipality_id
    )
"""
# Only the municipality that the household leaves asks; the other one answers.
_ASKING = f"{OWN_MUNICIPALITY} AND {_ITS_HOUSEHOLD.format(table='matching_householdmove')}"

WALLS = [
    "DROP POLICY adding ON matching_householdmove",
    "DROP POLICY removing ON matching_householdmove",
    f"CREATE POLICY adding ON matching_householdmove FOR INSERT WITH CHECK ({_ASKING})",
    f"CREATE POLICY removing ON matching_householdmove FOR DELETE USING ({OWN_MUNICIPALITY})",
]
WALLS_BEFORE = [
    "DROP POLICY adding ON matching_householdmove",
    "DROP POLICY removing ON matching_householdmove",
    f"CREATE POLICY adding ON matching_householdmove FOR INSERT WITH CHECK ({_MOVING})",
    f"CREATE POLICY removing ON matching_householdmove FOR DELETE USING ({_MOVING})",
]

# Of an employee elsewhere nothing is told but that the address is an adviser's.
ADVISER = """
CREATE FUNCTION matching_adviser_at(wanted integer, address text) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT u.id FROM accounts_user u
    JOIN municipalities_membership m ON m.user_id = u.id
    JOIN municipalities_municipality k ON k.code = m.municipality_id
    WHERE lower(u.email) = lower(address) AND u.is_active
      AND m.municipality_id = wanted AND m.role = 'adviser' AND k.joined_on IS NOT NULL
$$;
"""

# The matches that go on, each with what hangs on it. The children's own municipality follows the match's.
MOVE = f"""
CREATE FUNCTION matching_move_household(wanted uuid, new_postcode text, new_latitude float8, new_longitude float8)
RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    moving matching_householdmove;
    home matching_household;
BEGIN
    SELECT * INTO moving FROM matching_householdmove WHERE id = wanted FOR UPDATE;
    IF moving.id IS NULL OR moving.state <> 'asked' THEN
        RAISE EXCEPTION 'move_over: nothing waits for an answer' USING ERRCODE = 'check_violation';
    END IF;
    IF moving.adviser_id IS DISTINCT FROM {USER} OR moving.to_municipality_id IS DISTINCT FROM {MUNICIPALITY}
       OR NOT EXISTS (
           SELECT 1 FROM municipalities_membership m
           WHERE m.user_id = moving.adviser_id AND m.municipality_id = moving.to_municipality_id AND m.role = 'adviser'
       ) THEN
        RAISE EXCEPTION 'move_not_yours: only the named adviser takes a household over'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    SELECT * INTO home FROM matching_household WHERE id = moving.household_id FOR UPDATE;
    IF home.municipality_id <> moving.municipality_id OR home.state <> 'active' THEN
        RAISE EXCEPTION 'move_over: the household is not there any more' USING ERRCODE = 'check_violation';
    END IF;
    PERFORM 1 FROM privacy_consent c
        WHERE c.id = moving.consent_id AND c.party_id = home.party_id AND c.purpose = 'move'
          AND c.adviser_id = moving.adviser_id AND c.withdrawn_at IS NULL AND c.paused_at IS NULL
          AND c.expires_at > now()
        FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'move_without_consent: the household has taken its yes back' USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (
        SELECT 1 FROM matching_proposal p JOIN matching_request r ON r.id = p.request_id
        WHERE r.household_id = home.id AND p.state IN ('proposed', 'volunteer_yes', 'household_yes')
    ) THEN
        RAISE EXCEPTION 'move_over: a proposal awaits answers' USING ERRCODE = 'check_violation';
    END IF;
    UPDATE privacy_party SET municipality_id = moving.to_municipality_id WHERE id = home.party_id;
    UPDATE matching_household
        SET municipality_id = moving.to_municipality_id, adviser_id = moving.adviser_id, postcode = new_postcode,
            latitude = new_latitude, longitude = new_longitude
        WHERE id = home.id;
    UPDATE matching_request SET municipality_id = moving.to_municipality_id WHERE household_id = home.id;
    UPDATE matching_proposal SET municipality_id = moving.to_municipality_id
        WHERE id IN (SELECT proposal_id FROM matching_match WHERE household_id = home.id AND ended_at IS NULL);
    UPDATE matching_meeting c SET municipality_id = moving.to_municipality_id
        FROM matching_match m WHERE m.id = c.match_id AND m.household_id = home.id AND m.ended_at IS NULL;
    UPDATE matching_checkin c SET municipality_id = moving.to_municipality_id
        FROM matching_match m WHERE m.id = c.match_id AND m.household_id = home.id AND m.ended_at IS NULL;
    UPDATE matching_followup c SET municipality_id = moving.to_municipality_id
        FROM matching_match m WHERE m.id = c.match_id AND m.household_id = home.id AND m.ended_at IS NULL;
    UPDATE matching_concern c SET municipality_id = moving.to_municipality_id
        FROM matching_match m WHERE m.id = c.match_id AND m.household_id = home.id AND m.ended_at IS NULL;
    UPDATE matching_match SET municipality_id = moving.to_municipality_id
        WHERE household_id = home.id AND ended_at IS NULL;
    UPDATE portal_messages_message SET municipality_id = moving.to_municipality_id
        WHERE party_id = home.party_id AND state = 'queued';
    UPDATE portal_messages_link SET municipality_id = moving.to_municipality_id
        WHERE party_id = home.party_id AND revoked_at IS NULL;
    RETURN home.id;
END $$;
"""

UNDO = """
DROP FUNCTION matching_move_household(uuid, text, float8, float8);
DROP FUNCTION matching_adviser_at(integer, text);
"""


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("matching", "0009_life_of_a_match_policies"),
        ("municipalities", "0004_concern_contact"),
        ("portal_messages", "0004_walls"),
        ("privacy", "0007_held_back"),
        ("volunteers", "0006_paused_until"),
    ]

    operations = [
        migrations.AddField(
            model_name="householdmove",
            name="card",
            field=models.JSONField(db_default={}, default=dict),
        ),
        migrations.CreateModel(
            name="Call",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "side",
                    models.CharField(
                        choices=[("volunteer", "the volunteer"), ("household", "the household")], max_length=12
                    ),
                ),
                ("since", models.DateTimeField(default=django.utils.timezone.now)),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                (
                    "done_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "household",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="calls", to="matching.household"
                    ),
                ),
                (
                    "municipality",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="municipalities.municipality"
                    ),
                ),
                (
                    "volunteer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="calls", to="volunteers.volunteer"
                    ),
                ),
            ],
            options={
                "verbose_name": "call to make",
                "verbose_name_plural": "calls to make",
                "ordering": ["since", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("done_at", None)),
                        fields=("household", "volunteer", "side"),
                        name="one_open_call_per_pair",
                    )
                ],
            },
        ),
        policy(
            "matching_call",
            OWN_MUNICIPALITY,
            write=f"{OWN_MUNICIPALITY} AND {_ITS_HOUSEHOLD.format(table='matching_call')}",
        ),
        migrations.RunSQL(WALLS, WALLS_BEFORE),
        migrations.RunSQL(ADVISER + MOVE, UNDO),
    ]
