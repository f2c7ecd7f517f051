"""The database judges a need's tasks by the side that holds in its municipality, and at every change of that side.

A draft too holds no task that volunteers cannot be asked to do there, nor another municipality's own type. At the end
of the transaction a live need has no forbidden task, and somebody responsible for a shared one: whoever made it live,
moved it, or gave the task another side (`boundary_side` stands in volunteers/migrations/0008).
"""

from django.db import migrations

CHECKS = """
CREATE OR REPLACE FUNCTION content_refuse_forbidden_task() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    here int := (SELECT n.municipality_id FROM content_needpage n WHERE n.page_ptr_id = NEW.need_id);
BEGIN
    IF boundary_is_forbidden(NEW.task_type_id, here) THEN
        RAISE EXCEPTION 'need_task_forbidden: % cannot be asked of volunteers', NEW.task_type_id
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION content_require_owner(page_id bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    broken record;
BEGIN
    PERFORM boundary_wait(false);
    SELECT k.task_type_id AS task, boundary_is_forbidden(k.task_type_id, n.municipality_id) AS forbidden INTO broken
        FROM content_needpage n
        JOIN wagtailcore_page p ON p.id = n.page_ptr_id AND p.live
        JOIN content_needtask k ON k.need_id = n.page_ptr_id
        WHERE n.page_ptr_id = page_id AND (
            boundary_is_forbidden(k.task_type_id, n.municipality_id)
            OR (n.municipal_owner = '' AND boundary_side(k.task_type_id, n.municipality_id) = 'shared')
        )
        ORDER BY forbidden DESC, task LIMIT 1;
    IF broken.forbidden THEN
        RAISE EXCEPTION 'need_task_forbidden: need % is live with %, which cannot be asked of volunteers',
            page_id, broken.task USING ERRCODE = 'check_violation';
    ELSIF broken.task IS NOT NULL THEN
        RAISE EXCEPTION 'need_owner_missing: need % holds a shared task and names nobody responsible', page_id
            USING ERRCODE = 'check_violation';
    END IF;
END $$;

CREATE FUNCTION content_needpage_moved() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    forbidden varchar := (
        SELECT k.task_type_id FROM content_needtask k
        WHERE k.need_id = NEW.page_ptr_id AND boundary_is_forbidden(k.task_type_id, NEW.municipality_id) LIMIT 1
    );
BEGIN
    IF forbidden IS NOT NULL THEN
        RAISE EXCEPTION 'need_task_forbidden: % cannot be asked of volunteers there', forbidden
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER need_tasks_by_place AFTER UPDATE OF municipality_id ON content_needpage
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (OLD.municipality_id IS DISTINCT FROM NEW.municipality_id)
    EXECUTE FUNCTION content_needpage_moved();

-- Every live need with the task or a kind of it; `here` is NULL where the side has changed for everybody.
CREATE FUNCTION content_check_live_needs(task varchar, here int) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM boundary_wait(true);
    PERFORM content_require_owner(n.page_ptr_id) FROM content_needpage n
    WHERE (here IS NULL OR n.municipality_id = here) AND EXISTS (
        SELECT 1 FROM content_needtask k JOIN volunteers_tasktype t ON t.code = k.task_type_id
        WHERE k.need_id = n.page_ptr_id AND (t.code = task OR t.kind_of_id = task)
    );
END $$;
CREATE FUNCTION content_tasktype_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM content_check_live_needs(NEW.code, NULL); RETURN NULL; END $$;
CREATE FUNCTION content_localtask_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM content_check_live_needs(NEW.task_type_id, NEW.municipality_id); RETURN NULL; END $$;
CREATE CONSTRAINT TRIGGER live_needs_by_type AFTER UPDATE OF side, kind_of_id, municipality_id ON volunteers_tasktype
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN ((OLD.side, OLD.kind_of_id, OLD.municipality_id) IS DISTINCT FROM (NEW.side, NEW.kind_of_id, NEW.municipality_id))
    EXECUTE FUNCTION content_tasktype_changed();
CREATE CONSTRAINT TRIGGER live_needs_by_local AFTER INSERT OR UPDATE ON volunteers_localtask
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION content_localtask_changed();
"""

# The two functions that 0002 made, as they were there.
AS_BEFORE = """
DROP TRIGGER live_needs_by_local ON volunteers_localtask;
DROP TRIGGER live_needs_by_type ON volunteers_tasktype;
DROP FUNCTION content_localtask_changed();
DROP FUNCTION content_tasktype_changed();
DROP FUNCTION content_check_live_needs(varchar, int);
DROP TRIGGER need_tasks_by_place ON content_needpage;
DROP FUNCTION content_needpage_moved();

CREATE OR REPLACE FUNCTION content_require_owner(page_id bigint) RETURNS void LANGUAGE plpgsql AS $$
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

CREATE OR REPLACE FUNCTION content_refuse_forbidden_task() RETURNS trigger LANGUAGE plpgsql AS $$
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
"""


class Migration(migrations.Migration):
    dependencies = [("content", "0002_boundary"), ("volunteers", "0009_open_activities")]

    operations = [migrations.RunSQL(CHECKS, AS_BEFORE)]
