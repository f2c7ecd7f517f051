"""The weights of a municipality's score, version by version; and which version a proposal was scored with."""

from decimal import Decimal

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models
from django.db.models import F

import portal.privacy.freetext
from portal.municipalities.rls import OWN_MUNICIPALITY, policy


class Migration(migrations.Migration):
    dependencies = [
        ("matching", "0004_offer_rows"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="proposal",
            name="weights_version",
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.CreateModel(
            name="WeightSet",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveSmallIntegerField()),
                ("distance", models.DecimalField(decimal_places=2, max_digits=3)),
                ("language", models.DecimalField(decimal_places=2, max_digits=3)),
                ("times", models.DecimalField(decimal_places=2, max_digits=3)),
                ("children", models.DecimalField(decimal_places=2, max_digits=3)),
                ("interests", models.DecimalField(decimal_places=2, max_digits=3)),
                ("background", models.DecimalField(decimal_places=2, max_digits=3)),
                ("waiting", models.DecimalField(decimal_places=2, max_digits=3)),
                ("load", models.DecimalField(decimal_places=2, max_digits=3)),
                ("note", models.CharField(max_length=200, validators=[portal.privacy.freetext.refuse_cpr])),
                ("chosen_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "chosen_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "municipality",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="municipalities.municipality"
                    ),
                ),
            ],
            options={
                "verbose_name": "weights of the score",
                "verbose_name_plural": "weights of the score",
                "ordering": ["-version"],
                "constraints": [
                    models.UniqueConstraint(fields=("municipality", "version"), name="weight_version_once"),
                    models.CheckConstraint(condition=models.Q(("version__gte", 1)), name="weight_version_from_one"),
                    models.CheckConstraint(
                        condition=models.Q(("distance__gte", Decimal("0.05")), ("distance__lte", Decimal("0.5"))),
                        name="weight_distance_within_bounds",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("language__gte", Decimal("0.1")), ("language__lte", Decimal("0.5"))),
                        name="weight_language_within_bounds",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("times__gte", Decimal("0.05")), ("times__lte", Decimal("0.4"))),
                        name="weight_times_within_bounds",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("children__gte", Decimal("0.0")), ("children__lte", Decimal("0.3"))),
                        name="weight_children_within_bounds",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("interests__gte", Decimal("0.0")), ("interests__lte", Decimal("0.1"))),
                        name="weight_interests_within_bounds",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("background__gte", Decimal("0.0")), ("background__lte", Decimal("0.3"))),
                        name="weight_background_within_bounds",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("waiting__gte", Decimal("0.05")), ("waiting__lte", Decimal("0.4"))),
                        name="weight_waiting_within_bounds",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("load__gte", Decimal("0.0")), ("load__lte", Decimal("0.2"))),
                        name="weight_load_within_bounds",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "distance",
                                Decimal(1)
                                - F("language")
                                - F("times")
                                - F("children")
                                - F("interests")
                                - F("background")
                                - F("waiting")
                                - F("load"),
                            )
                        ),
                        name="weights_add_up_to_one",
                    ),
                ],
            },
        ),
        policy("matching_weightset", OWN_MUNICIPALITY),
    ]
