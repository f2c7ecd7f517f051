"""Words of messages and consents: versions that are only added to. Public, so no policy."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("languages", "0002_row_level_security"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Text",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=40)),
                ("language", models.CharField(max_length=10)),
                ("version", models.PositiveIntegerField()),
                ("subject", models.CharField(max_length=200, verbose_name="subject")),
                ("text", models.TextField(verbose_name="words")),
                (
                    "source",
                    models.CharField(choices=[("file", "File"), ("person", "Person")], max_length=10),
                ),
                ("reviewed_at", models.DateTimeField(blank=True, null=True)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "reviewed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "text",
                "verbose_name_plural": "texts",
                "constraints": [
                    models.UniqueConstraint(fields=("code", "language", "version"), name="text_version_once"),
                    models.CheckConstraint(
                        condition=models.Q(("version__gte", 1)), name="text_version_counts_from_one"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("source__in", ["file", "person"])), name="text_source_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reviewed_by", None), ("reviewed_at__isnull", False), _connector="OR"),
                        name="text_reviewed_when",
                    ),
                ],
            },
        ),
    ]
