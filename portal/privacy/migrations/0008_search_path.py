"""The owner's functions look for tables in the schema first: nobody's temporary view stands in for one."""

from django.db import migrations

FUNCTIONS = ("municipalities_refuse_volunteer()", "privacy_refuse_employee()")


class Migration(migrations.Migration):
    dependencies = [("privacy", "0007_held_back")]

    operations = [
        migrations.RunSQL(
            [f"ALTER FUNCTION {name} SET search_path = public, pg_temp" for name in FUNCTIONS],
            [f"ALTER FUNCTION {name} SET search_path = public" for name in FUNCTIONS],
        )
    ]
