"""Languages are seen by those who may see the party."""

from django.db import migrations

from portal.municipalities.rls import policy


class Migration(migrations.Migration):
    dependencies = [
        ("languages", "0001_initial"),
        ("privacy", "0002_row_level_security"),
    ]

    operations = [
        policy(
            "languages_spokenlanguage",
            "EXISTS (SELECT 1 FROM privacy_party p WHERE p.id = party_id)",
        ),
    ]
