"""Travelling times between postcodes, as a journey planner has told them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies: list[tuple[str, str]] = []

    operations = [
        migrations.CreateModel(
            name="TravelTime",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("from_postcode", models.CharField(max_length=4)),
                ("to_postcode", models.CharField(max_length=4)),
                ("minutes", models.PositiveSmallIntegerField(null=True)),
                ("fetched_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "travelling time",
                "verbose_name_plural": "travelling times",
                "indexes": [models.Index(fields=["fetched_at"], name="travel_time_fetched")],
                "constraints": [
                    models.UniqueConstraint(fields=("from_postcode", "to_postcode"), name="travel_time_once")
                ],
            },
        ),
    ]
