"""An employee who is erased is taken off the versions that they wrote, whoever erases them.

The site may change no other column of a version (`portal.municipalities.grants`), and this one to nobody only.
"""

from django.db import migrations

FORGET = """
    DROP POLICY changing ON volunteers_tasktypeversion;
    CREATE POLICY changing ON volunteers_tasktypeversion FOR UPDATE USING (true) WITH CHECK (written_by_id IS NULL);
"""


class Migration(migrations.Migration):
    dependencies = [("volunteers", "0010_walls_hold")]

    operations = [migrations.RunSQL(FORGET, migrations.RunSQL.noop)]
