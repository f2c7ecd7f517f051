"""The outbox is the municipality's."""

from django.db import migrations

from portal.municipalities.rls import OWN_MUNICIPALITY, policy


class Migration(migrations.Migration):
    dependencies = [
        ("portal_messages", "0001_initial"),
        ("municipalities", "0002_row_level_security"),
    ]

    operations = [
        policy("portal_messages_message", OWN_MUNICIPALITY),
    ]
