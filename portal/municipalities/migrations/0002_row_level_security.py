"""Who sees which memberships."""

from django.db import migrations

from portal.municipalities.rls import OWN_MUNICIPALITY, USER, policy


class Migration(migrations.Migration):
    dependencies = [
        ("municipalities", "0001_initial"),
    ]

    operations = [
        policy("municipalities_membership", f"{OWN_MUNICIPALITY} OR user_id = {USER}", write=OWN_MUNICIPALITY),
    ]
