"""A municipal employee who also volunteers uses two accounts (001:369): the database refuses to mix them in one.

The functions look past row-level security, since the other row may belong to another municipality.
"""

from django.db import migrations

CHECKS = """
CREATE FUNCTION municipalities_refuse_volunteer() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM privacy_party p WHERE p.user_id = NEW.user_id AND p.kind = 'volunteer') THEN
        RAISE EXCEPTION 'two_accounts: this account is a volunteer''s' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION privacy_refuse_employee() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
    IF NEW.kind = 'volunteer' AND NEW.user_id IS NOT NULL
       AND EXISTS (SELECT 1 FROM municipalities_membership m WHERE m.user_id = NEW.user_id) THEN
        RAISE EXCEPTION 'two_accounts: this account is an employee''s' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER two_accounts BEFORE INSERT OR UPDATE OF user_id ON municipalities_membership
    FOR EACH ROW EXECUTE FUNCTION municipalities_refuse_volunteer();
CREATE TRIGGER two_accounts BEFORE INSERT OR UPDATE OF user_id, kind ON privacy_party
    FOR EACH ROW EXECUTE FUNCTION privacy_refuse_employee();
"""

NO_CHECKS = """
DROP TRIGGER two_accounts ON privacy_party;
DROP TRIGGER two_accounts ON municipalities_membership;
DROP FUNCTION privacy_refuse_employee();
DROP FUNCTION municipalities_refuse_volunteer();
"""


class Migration(migrations.Migration):
    dependencies = [("privacy", "0002_row_level_security")]

    operations = [migrations.RunSQL(CHECKS, NO_CHECKS)]
