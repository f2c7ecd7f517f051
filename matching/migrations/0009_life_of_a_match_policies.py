"""A meeting and a check-in are the municipality's and the volunteer's; a concern is the municipality's alone.

The match's own policy decides whether a volunteer finds it. What a volunteer or a household says is written by a
service that puts the household's municipality in force.
"""

from django.db import migrations

from portal.municipalities.rls import MUNICIPALITY, OWN_MUNICIPALITY, policy

_MATCH = "EXISTS (SELECT 1 FROM matching_match m WHERE m.id = match_id)"
# A row about a match or a household belongs to that one's municipality: nothing is slipped under another's.
_ITS_MATCH = """
    EXISTS (SELECT 1 FROM matching_match m WHERE m.id = match_id AND m.municipality_id = {table}.municipality_id)
"""
_ITS_HOUSEHOLD = """
    EXISTS (
        SELECT 1 FROM matching_household h WHERE h.id = household_id AND h.municipality_id = {table}.municipality_id
    )
"""
_WITH_VOLUNTEER = f"{OWN_MUNICIPALITY} OR {_MATCH}"
_MOVING = f"{OWN_MUNICIPALITY} OR to_municipality_id = {MUNICIPALITY}"


def _write(table: str, belongs: str = _ITS_MATCH) -> str:
    return f"{OWN_MUNICIPALITY} AND {belongs.format(table=table)}"


class Migration(migrations.Migration):
    dependencies = [
        ("matching", "0008_life_of_a_match"),
    ]

    operations = [
        policy("matching_meetingplace", OWN_MUNICIPALITY),
        policy("matching_meeting", _WITH_VOLUNTEER, write=_write("matching_meeting")),
        policy("matching_checkin", _WITH_VOLUNTEER, write=_write("matching_checkin")),
        policy("matching_followup", OWN_MUNICIPALITY, write=_write("matching_followup")),
        policy("matching_concern", OWN_MUNICIPALITY, write=_write("matching_concern")),
        policy("matching_adviserchange", OWN_MUNICIPALITY, write=_write("matching_adviserchange", _ITS_HOUSEHOLD)),
        # Who takes a household over is named in the row: only its answer is written from the other side.
        policy("matching_householdmove", _MOVING),
    ]
