"""Places in activities. The database counts those that are taken, and lets nobody take one that is not there.

`volunteers_activity.taken` follows every change of a seat, in its transaction. It counts the seats of every
municipality, so the function runs as the tables' owner; a check on the activity refuses more than it has room for.
"""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

from portal.municipalities.rls import OWN_MUNICIPALITY, policy

COUNTING = """
CREATE FUNCTION matching_count_seat() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    -- A policy cannot ask this: the activity's own policy asks for seats.
    IF TG_OP = 'INSERT' AND NOT EXISTS (
        SELECT 1 FROM volunteers_activity a
        WHERE a.id = NEW.activity_id AND (a.open OR a.municipality_id = NEW.municipality_id)
    ) THEN
        RAISE EXCEPTION 'another municipality''s closed activity' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF TG_OP <> 'INSERT' THEN
        UPDATE volunteers_activity SET taken = taken - 1 WHERE id = OLD.activity_id AND OLD.left_at IS NULL;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        UPDATE volunteers_activity SET taken = taken + 1 WHERE id = NEW.activity_id AND NEW.left_at IS NULL;
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER count_seat AFTER INSERT OR DELETE OR UPDATE OF activity_id, left_at ON matching_seat
    FOR EACH ROW EXECUTE FUNCTION matching_count_seat();
"""

NOT_COUNTING = """
DROP TRIGGER count_seat ON matching_seat;
DROP FUNCTION matching_count_seat();
"""

# Whose household has a place there still sees an activity that a neighbour has closed.
SEATED = """
CREATE POLICY reading_while_seated ON volunteers_activity FOR SELECT
    USING (EXISTS (SELECT 1 FROM matching_seat s WHERE s.activity_id = volunteers_activity.id))
"""

# The policy of wishes decides what this finds: those of the municipality, and a household's own.
_WISH = "EXISTS (SELECT 1 FROM matching_request r WHERE r.id = request_id)"
_ITS_WISH = """
    EXISTS (
        SELECT 1 FROM matching_request r
        WHERE r.id = request_id AND r.municipality_id = matching_seat.municipality_id
    )
"""


class Migration(migrations.Migration):
    dependencies = [
        ("matching", "0006_draft"),
        ("volunteers", "0004_activity"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Seat",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("taken_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("language", models.CharField(max_length=10)),
                (
                    "given_how",
                    models.CharField(
                        choices=[
                            ("own_screen", "on their own screen"),
                            ("adviser_screen", "on the adviser's screen"),
                        ],
                        max_length=20,
                    ),
                ),
                ("left_at", models.DateTimeField(blank=True, null=True)),
                (
                    "activity",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="seats",
                        to="volunteers.activity",
                    ),
                ),
                (
                    "municipality",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="municipalities.municipality"
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="seats", to="matching.request"
                    ),
                ),
                (
                    "taken_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "place in an activity",
                "verbose_name_plural": "places in activities",
                "ordering": ["taken_at", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=Q(left_at=None),
                        fields=("request", "activity"),
                        name="one_live_seat_per_wish_and_activity",
                    ),
                    models.CheckConstraint(
                        condition=Q(given_how__in=["own_screen", "adviser_screen"]),
                        name="seat_given_how_known",
                    ),
                    models.CheckConstraint(
                        condition=Q(left_at=None) | Q(left_at__gte=F("taken_at")),
                        name="seat_left_after_it_was_taken",
                    ),
                ],
            },
        ),
        policy("matching_seat", f"{OWN_MUNICIPALITY} OR {_WISH}", write=f"{OWN_MUNICIPALITY} AND {_ITS_WISH}"),
        migrations.RunSQL(SEATED, "DROP POLICY reading_while_seated ON volunteers_activity"),
        migrations.RunSQL(COUNTING, NOT_COUNTING),
    ]
