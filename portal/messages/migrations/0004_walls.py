"""What was sent before is sent; the walls around links and replies; and where messages about one thing lie.

A proposal may reach across a border: its messages and links then belong to two municipalities, and what takes them back
is asked in one of them. And who sends must know where there is something to send. The three functions look past row-level
security and tell nothing but the municipalities' codes.
"""

from django.db import migrations

from portal.municipalities.rls import OWN_MUNICIPALITY, policy

SENT = "UPDATE portal_messages_message SET state = 'sent' WHERE sent_at IS NOT NULL"

WHERE_THEY_LIE = """
CREATE FUNCTION portal_messages_about(wanted text) RETURNS SETOF integer
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT DISTINCT municipality_id::integer FROM portal_messages_message
    WHERE about = wanted AND about <> '' AND state = 'queued'
$$;

CREATE FUNCTION portal_messages_links_to(kind text, wanted text) RETURNS SETOF integer
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT DISTINCT municipality_id::integer FROM portal_messages_link
    WHERE subject_type = kind AND subject_id = wanted AND revoked_at IS NULL
$$;

CREATE FUNCTION portal_messages_link_lies(wanted uuid) RETURNS integer
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT municipality_id::integer FROM portal_messages_link WHERE id = wanted
$$;

CREATE FUNCTION portal_messages_on_their_way() RETURNS SETOF integer
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT DISTINCT municipality_id::integer FROM portal_messages_message WHERE state IN ('queued', 'sending')
$$;
"""

NOWHERE = """
DROP FUNCTION portal_messages_on_their_way();
DROP FUNCTION portal_messages_about(text);
DROP FUNCTION portal_messages_links_to(text, text);
"""


class Migration(migrations.Migration):
    dependencies = [("portal_messages", "0003_lives_links_and_replies")]

    operations = [
        migrations.RunSQL(SENT, migrations.RunSQL.noop),
        policy("portal_messages_link", OWN_MUNICIPALITY),
        policy("portal_messages_reply", OWN_MUNICIPALITY),
        migrations.RunSQL(WHERE_THEY_LIE, NOWHERE),
    ]
