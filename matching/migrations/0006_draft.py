"""Drafts of proposals for all who wait. A draft is its municipality's alone; nobody in it has heard of it."""

import django.db.models.deletion
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models

from portal.municipalities.rls import OWN_MUNICIPALITY, policy

# A suggestion is written into a draft of the municipality's own.
_ITS_DRAFT = f"""
    {OWN_MUNICIPALITY} AND EXISTS (
        SELECT 1 FROM matching_draft d
        WHERE d.id = draft_id AND d.municipality_id = matching_draftpair.municipality_id
    )
"""


class Migration(migrations.Migration):
    dependencies = [
        ("matching", "0005_weights"),
        ("volunteers", "0003_ruled_out_and_neighbours"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Draft",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("making", "being made"),
                            ("open", "ready for review"),
                            ("sent", "sent"),
                            ("discarded", "discarded"),
                            ("failed", "could not be made"),
                        ],
                        default="making",
                        max_length=10,
                    ),
                ),
                (
                    "source",
                    models.CharField(choices=[("daily", "the daily run"), ("adviser", "an adviser")], max_length=10),
                ),
                ("for_day", models.DateField(blank=True, null=True)),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                ("cardinality_first", models.BooleanField(default=False)),
                ("waiting", models.PositiveIntegerField(default=0)),
                ("looked_at", models.PositiveIntegerField(default=0)),
                ("matched", models.PositiveIntegerField(default=0)),
                ("without", models.PositiveIntegerField(default=0)),
                ("total", models.FloatField(default=0)),
                ("weights_version", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("prices", models.JSONField(default=dict)),
                ("left", models.JSONField(default=list)),
                ("bad_offers", models.JSONField(default=list)),
                ("problem", models.CharField(blank=True, max_length=60)),
                (
                    "made_by",
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
                "verbose_name": "draft",
                "verbose_name_plural": "drafts",
                "ordering": ["-made_at"],
            },
        ),
        migrations.CreateModel(
            name="DraftPair",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("score", models.FloatField()),
                ("km", models.FloatField()),
                ("parts", models.JSONField()),
                ("reasons", models.JSONField()),
                (
                    "decision",
                    models.CharField(
                        choices=[
                            ("suggested", "not decided"),
                            ("accepted", "accepted"),
                            ("pinned", "kept"),
                            ("dropped", "dropped"),
                            ("sent", "sent as a proposal"),
                            ("failed", "could not be sent"),
                        ],
                        default="suggested",
                        max_length=10,
                    ),
                ),
                ("obstacles", models.JSONField(default=list)),
                (
                    "draft",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="pairs", to="matching.draft"
                    ),
                ),
                (
                    "municipality",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="municipalities.municipality"
                    ),
                ),
                (
                    "offer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="volunteers.offer"
                    ),
                ),
                (
                    "proposal",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="matching.proposal",
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="matching.request"
                    ),
                ),
                (
                    "volunteer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="volunteers.volunteer"
                    ),
                ),
            ],
            options={
                "verbose_name": "suggestion",
                "verbose_name_plural": "suggestions",
                "ordering": ["request__created_at", "request_id"],
            },
        ),
        migrations.AddConstraint(
            model_name="draft",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "making")), fields=("municipality",), name="one_draft_being_made"
            ),
        ),
        migrations.AddConstraint(
            model_name="draft",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "open")), fields=("municipality",), name="one_open_draft"
            ),
        ),
        migrations.AddConstraint(
            model_name="draft",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "failed"), _negated=True),
                fields=("municipality", "for_day"),
                name="one_daily_draft_a_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="draft",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["making", "open", "sent", "discarded", "failed"])),
                name="draft_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="draft",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("for_day__isnull", False), ("source", "daily")),
                    models.Q(("for_day", None), ("source", "adviser")),
                    _connector="OR",
                ),
                name="draft_source_and_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="draft",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("finished_at", None), ("state", "making")),
                    models.Q(models.Q(("state", "making"), _negated=True), ("finished_at__isnull", False)),
                    _connector="OR",
                ),
                name="draft_finished_when_made",
            ),
        ),
        migrations.AddConstraint(
            model_name="draftpair",
            constraint=models.UniqueConstraint(
                condition=models.Q(("decision__in", ["dropped", "failed"]), _negated=True),
                fields=("draft", "request"),
                name="one_suggestion_per_request",
            ),
        ),
        migrations.AddConstraint(
            model_name="draftpair",
            constraint=models.UniqueConstraint(fields=("draft", "request", "offer"), name="pair_once_in_a_draft"),
        ),
        migrations.AddConstraint(
            model_name="draftpair",
            constraint=models.CheckConstraint(
                condition=models.Q(("decision__in", ["suggested", "accepted", "pinned", "dropped", "sent", "failed"])),
                name="decision_known",
            ),
        ),
        policy("matching_draft", OWN_MUNICIPALITY),
        policy("matching_draftpair", OWN_MUNICIPALITY, write=_ITS_DRAFT),
    ]
