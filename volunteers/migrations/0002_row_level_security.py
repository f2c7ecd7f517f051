"""A volunteer sees their own rows, the municipality its volunteers."""

from django.db import migrations

from portal.municipalities.rls import OWN_MUNICIPALITY, USER, policy

_OWN_PARTY = f"EXISTS (SELECT 1 FROM privacy_party p WHERE p.id = party_id AND p.user_id = {USER})"
# The volunteer's own policy decides what this finds.
_VOLUNTEER = "EXISTS (SELECT 1 FROM volunteers_volunteer v WHERE v.id = volunteer_id)"


class Migration(migrations.Migration):
    dependencies = [
        ("volunteers", "0001_initial"),
        ("privacy", "0002_row_level_security"),
    ]

    operations = [
        policy("volunteers_volunteer", f"{OWN_MUNICIPALITY} OR {_OWN_PARTY}"),
        policy("volunteers_offer", f"{OWN_MUNICIPALITY} OR {_VOLUNTEER}"),
        policy("volunteers_certificatecheck", f"{OWN_MUNICIPALITY} OR {_VOLUNTEER}", write=OWN_MUNICIPALITY),
    ]
