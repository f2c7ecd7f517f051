"""How often times were suggested, how often a calendar entry changed, and that an interpreter is booked."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("matching", "0010_move_household"),
    ]

    operations = [
        migrations.AddField(
            model_name="meeting",
            name="interpreter_booked",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="meeting",
            name="rounds",
            field=models.PositiveSmallIntegerField(db_default=1, default=1),
        ),
        migrations.AddField(
            model_name="meeting",
            name="sequence",
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
    ]
