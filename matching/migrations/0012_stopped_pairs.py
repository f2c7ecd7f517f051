"""Two whose contact was closed are not suggested to each other for another wish either."""

from django.db import migrations

from portal.municipalities.rls import MUNICIPALITY

FUNCTION = """
CREATE OR REPLACE FUNCTION matching_earlier_pairs(wanted bigint) RETURNS TABLE (household bigint, volunteer bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    here int := {here};
BEGIN
    IF wanted IS NULL THEN
        RETURN QUERY SELECT r.household_id, p.volunteer_id
            FROM matching_proposal p JOIN matching_request r ON r.id = p.request_id
            WHERE p.municipality_id = here AND p.state = 'declined';
        RETURN QUERY SELECT m.household_id, m.volunteer_id FROM matching_match m
            WHERE m.municipality_id = here AND {over};
    ELSE
        RETURN QUERY SELECT r.household_id, p.volunteer_id
            FROM matching_request r JOIN matching_proposal p ON p.request_id = r.id
            WHERE r.household_id = wanted AND p.municipality_id = here AND p.state = 'declined';
        RETURN QUERY SELECT m.household_id, m.volunteer_id FROM matching_match m
            WHERE m.household_id = wanted AND m.municipality_id = here AND {over};
    END IF;
    RETURN QUERY SELECT * FROM matching_themselves(wanted);
END
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("matching", "0011_meeting_rounds")]

    operations = [
        migrations.RunSQL(
            FUNCTION.format(here=MUNICIPALITY, over="(m.ended_at IS NOT NULL OR m.state = 'stopped')"),
            FUNCTION.format(here=MUNICIPALITY, over="m.ended_at IS NOT NULL"),
        ),
    ]
