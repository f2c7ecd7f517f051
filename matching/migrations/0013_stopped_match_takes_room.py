"""A match whose contact is closed for now may be opened again: until it has ended, the volunteer's room is taken."""

from importlib import import_module

from django.db import migrations

_VIEW = import_module("matching.migrations.0004_offer_rows").FACTS.replace("CREATE VIEW", "CREATE OR REPLACE VIEW")
_BEFORE = "m.offer_id = o.id AND m.state IN ('active', 'paused')"
_AFTER = "m.offer_id = o.id AND m.state IN ('active', 'paused', 'stopped')"


class Migration(migrations.Migration):
    dependencies = [("matching", "0012_stopped_pairs")]

    operations = [
        migrations.RunSQL(_VIEW.replace(_BEFORE, _AFTER), _VIEW),
        migrations.RunSQL("SELECT matching_write_all_offer_rows()", migrations.RunSQL.noop),
    ]
