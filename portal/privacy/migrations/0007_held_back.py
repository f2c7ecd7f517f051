"""What is held back is not shown: the policy asks for it too, whoever forgot to. And a withdrawal stays final."""

from django.db import migrations

from portal.municipalities.rls import MUNICIPALITY, USER

# An adviser speaks for a household, and may be of another municipality than the volunteer.
UNDER_CONSENT = f"""
    EXISTS (
        SELECT 1 FROM privacy_consent c JOIN privacy_party r ON r.id = c.recipient_id
        WHERE c.party_id = privacy_contactdetails.party_id
          AND (r.user_id = {USER} OR r.kind = 'household' AND r.municipality_id = {MUNICIPALITY})
          AND c.withdrawn_at IS NULL AND c.paused_at IS NULL AND c.expires_at > now()
    )
"""
OWN_PARTY = "EXISTS (SELECT 1 FROM privacy_party p WHERE p.id = party_id)"

CHECK = """
CREATE OR REPLACE FUNCTION privacy_keep_withdrawal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.withdrawn_at IS NOT NULL
       AND (NEW.withdrawn_at IS DISTINCT FROM OLD.withdrawn_at OR NEW.paused_at IS DISTINCT FROM OLD.paused_at) THEN
        RAISE EXCEPTION 'consent_withdrawn: a withdrawal is final' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("privacy", "0006_ledger")]

    operations = [
        migrations.RunSQL(
            f"ALTER POLICY reading ON privacy_contactdetails USING ({OWN_PARTY} OR {UNDER_CONSENT})",
            migrations.RunSQL.noop,
        ),
        migrations.RunSQL(CHECK, migrations.RunSQL.noop),
    ]
