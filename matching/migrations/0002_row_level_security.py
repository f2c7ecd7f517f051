"""A household is its municipality's and its own; a proposal or match is also the volunteer's."""

from django.db import migrations

from portal.municipalities.rls import OWN_MUNICIPALITY, USER, policy

_OWN_PARTY = f"EXISTS (SELECT 1 FROM privacy_party p WHERE p.id = party_id AND p.user_id = {USER})"
# The policies of the tables named here decide what these find.
_HOUSEHOLD = "EXISTS (SELECT 1 FROM matching_household h WHERE h.id = household_id)"
# A wish is written with its household, and belongs to the household's municipality.
_ITS_HOUSEHOLD = """
    EXISTS (
        SELECT 1 FROM matching_household h
        WHERE h.id = household_id AND h.municipality_id = matching_request.municipality_id
    )
"""
_VOLUNTEER = "EXISTS (SELECT 1 FROM volunteers_volunteer v WHERE v.id = volunteer_id)"


class Migration(migrations.Migration):
    dependencies = [
        ("matching", "0001_initial"),
        ("volunteers", "0002_row_level_security"),
    ]

    operations = [
        policy("matching_household", f"{OWN_MUNICIPALITY} OR {_OWN_PARTY}"),
        policy("matching_request", f"{OWN_MUNICIPALITY} OR {_HOUSEHOLD}", write=_ITS_HOUSEHOLD),
        policy("matching_proposal", f"{OWN_MUNICIPALITY} OR {_VOLUNTEER}", write=OWN_MUNICIPALITY),
        policy("matching_match", f"{OWN_MUNICIPALITY} OR {_VOLUNTEER}", write=OWN_MUNICIPALITY),
    ]
