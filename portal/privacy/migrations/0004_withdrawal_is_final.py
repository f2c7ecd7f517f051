"""A withdrawn consent stays withdrawn, and a withdrawal is the only change that a consent ever sees."""

from django.db import migrations

CHECK = """
CREATE FUNCTION privacy_keep_withdrawal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.withdrawn_at IS NOT NULL AND NEW.withdrawn_at IS DISTINCT FROM OLD.withdrawn_at THEN
        RAISE EXCEPTION 'consent_withdrawn: a withdrawal is final' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER keep_withdrawal BEFORE UPDATE ON privacy_consent
    FOR EACH ROW EXECUTE FUNCTION privacy_keep_withdrawal();
"""

NO_CHECK = """
DROP TRIGGER keep_withdrawal ON privacy_consent;
DROP FUNCTION privacy_keep_withdrawal();
"""


class Migration(migrations.Migration):
    dependencies = [("privacy", "0003_two_accounts")]

    operations = [migrations.RunSQL(CHECK, NO_CHECK)]
