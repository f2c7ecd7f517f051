"""The database refuses a need with a task that is not volunteers' to take on (R02), whoever writes it.

A task of a forbidden side is refused in every need, published or not. A shared task in a published need demands a
responsible person; that is checked at the end of the transaction, when page and tasks are both written.
"""

from django.db import migrations

CHECKS = """
CREATE FUNCTION content_refuse_forbidden_task() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM volunteers_tasktype t
        WHERE t.code = NEW.task_type_id AND t.side IN ('authority', 'professional', 'not_in_portal')
    ) THEN
        RAISE EXCEPTION 'need_task_forbidden: % cannot be asked of volunteers', NEW.task_type_id
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION content_require_owner(page_id bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM content_needpage n
        JOIN wagtailcore_page p ON p.id = n.page_ptr_id AND p.live
        JOIN content_needtask k ON k.need_id = n.page_ptr_id
        JOIN volunteers_tasktype t ON t.code = k.task_type_id AND t.side = 'shared'
        WHERE n.page_ptr_id = page_id AND n.municipal_owner = ''
    ) THEN
        RAISE EXCEPTION 'need_owner_missing: need % holds a shared task and names nobody responsible', page_id
            USING ERRCODE = 'check_violation';
    END IF;
END $$;

CREATE FUNCTION content_needtask_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM content_require_owner(NEW.need_id); RETURN NULL; END $$;

CREATE FUNCTION content_needpage_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM content_require_owner(NEW.page_ptr_id); RETURN NULL; END $$;

CREATE FUNCTION content_page_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM content_require_owner(NEW.id); RETURN NULL; END $$;

CREATE TRIGGER need_task_forbidden BEFORE INSERT OR UPDATE ON content_needtask
    FOR EACH ROW EXECUTE FUNCTION content_refuse_forbidden_task();
CREATE CONSTRAINT TRIGGER need_owner_by_task AFTER INSERT OR UPDATE ON content_needtask
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION content_needtask_changed();
CREATE CONSTRAINT TRIGGER need_owner_by_need AFTER INSERT OR UPDATE ON content_needpage
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION content_needpage_changed();
CREATE CONSTRAINT TRIGGER need_owner_by_page AFTER UPDATE OF live ON wagtailcore_page
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.live) EXECUTE FUNCTION content_page_changed();
"""

NO_CHECKS = """
DROP TRIGGER need_owner_by_page ON wagtailcore_page;
DROP TRIGGER need_owner_by_need ON content_needpage;
DROP TRIGGER need_owner_by_task ON content_needtask;
DROP TRIGGER need_task_forbidden ON content_needtask;
DROP FUNCTION content_page_changed();
DROP FUNCTION content_needpage_changed();
DROP FUNCTION content_needtask_changed();
DROP FUNCTION content_require_owner(bigint);
DROP FUNCTION content_refuse_forbidden_task();
"""


class Migration(migrations.Migration):
    dependencies = [("content", "0001_initial"), ("volunteers", "0001_initial")]

    operations = [migrations.RunSQL(CHECKS, NO_CHECKS)]
