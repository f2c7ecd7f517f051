"""Anyone's act is written; the municipality reads its own trail, a person what they did themselves."""

from django.db import migrations

from portal.municipalities.rls import OWN_MUNICIPALITY, USER


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0001_initial"),
        ("municipalities", "0002_row_level_security"),
    ]

    operations = [
        migrations.RunSQL(
            sql=[
                "ALTER TABLE audit_event ENABLE ROW LEVEL SECURITY",
                f"CREATE POLICY reading ON audit_event FOR SELECT USING ({OWN_MUNICIPALITY} OR actor_id = {USER})",
                "CREATE POLICY writing ON audit_event FOR INSERT WITH CHECK (true)",
            ],
            reverse_sql=[
                "DROP POLICY reading ON audit_event",
                "DROP POLICY writing ON audit_event",
                "ALTER TABLE audit_event DISABLE ROW LEVEL SECURITY",
            ],
        )
    ]
