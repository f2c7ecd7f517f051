"""An open activity holds no task that volunteers cannot be asked to do: not after it is opened again, and not after
the task has got another side. Looked at when the transaction ends, so that a service may close it first.
"""

from django.db import migrations

CHECKS = """
-- Whether volunteers cannot be asked for a task in a municipality; so too for one that is not known there.
CREATE FUNCTION boundary_is_forbidden(task varchar, municipality int) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT COALESCE(boundary_side(task, municipality), 'authority') IN ('authority', 'professional', 'not_in_portal')
$$;

-- Who changes a side and who publishes at the same moment: one waits until the other has ended, and then looks. Those
-- who only publish do not wait for each other.
CREATE FUNCTION boundary_wait(changing boolean) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF changing THEN
        PERFORM pg_advisory_xact_lock(hashtext('boundary: sides'));
    ELSE
        PERFORM pg_advisory_xact_lock_shared(hashtext('boundary: sides'));
    END IF;
END $$;

CREATE FUNCTION boundary_check_open_activity(activity bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    forbidden varchar;
BEGIN
    PERFORM boundary_wait(false);
    forbidden := (
        SELECT k.task_type_id FROM volunteers_activity a JOIN volunteers_activitytask k ON k.activity_id = a.id
        WHERE a.id = activity AND a.open AND boundary_is_forbidden(k.task_type_id, a.municipality_id) LIMIT 1
    );
    IF forbidden IS NOT NULL THEN
        RAISE EXCEPTION 'activity_task_forbidden: activity % is open with %, which cannot be asked of volunteers',
            activity, forbidden USING ERRCODE = 'check_violation';
    END IF;
    PERFORM boundary_require_activity_owner(activity);
END $$;

CREATE FUNCTION boundary_activity_opened() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM boundary_check_open_activity(NEW.id); RETURN NULL; END $$;
CREATE FUNCTION boundary_open_task_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM boundary_check_open_activity(NEW.activity_id); RETURN NULL; END $$;
CREATE CONSTRAINT TRIGGER activity_tasks_by_task AFTER INSERT OR UPDATE ON volunteers_activitytask
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION boundary_open_task_changed();
CREATE CONSTRAINT TRIGGER activity_tasks_by_activity AFTER UPDATE OF open, municipality_id ON volunteers_activity
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.open) EXECUTE FUNCTION boundary_activity_opened();

-- Every open activity with the task or a kind of it; `here` is NULL where the side has changed for everybody.
CREATE FUNCTION boundary_check_open_activities(task varchar, here int) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM boundary_wait(true);
    PERFORM boundary_check_open_activity(a.id) FROM volunteers_activity a
    WHERE a.open AND (here IS NULL OR a.municipality_id = here) AND EXISTS (
        SELECT 1 FROM volunteers_activitytask k JOIN volunteers_tasktype t ON t.code = k.task_type_id
        WHERE k.activity_id = a.id AND (t.code = task OR t.kind_of_id = task)
    );
END $$;
CREATE FUNCTION boundary_tasktype_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM boundary_check_open_activities(NEW.code, NULL); RETURN NULL; END $$;
CREATE FUNCTION boundary_localtask_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM boundary_check_open_activities(NEW.task_type_id, NEW.municipality_id); RETURN NULL; END $$;
CREATE CONSTRAINT TRIGGER open_activities_by_type
    AFTER UPDATE OF side, kind_of_id, municipality_id ON volunteers_tasktype
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN ((OLD.side, OLD.kind_of_id, OLD.municipality_id) IS DISTINCT FROM (NEW.side, NEW.kind_of_id, NEW.municipality_id))
    EXECUTE FUNCTION boundary_tasktype_changed();
CREATE CONSTRAINT TRIGGER open_activities_by_local AFTER INSERT OR UPDATE ON volunteers_localtask
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION boundary_localtask_changed();
"""

NO_CHECKS = """
DROP TRIGGER open_activities_by_local ON volunteers_localtask;
DROP TRIGGER open_activities_by_type ON volunteers_tasktype;
DROP FUNCTION boundary_localtask_changed();
DROP FUNCTION boundary_tasktype_changed();
DROP FUNCTION boundary_check_open_activities(varchar, int);
DROP TRIGGER activity_tasks_by_activity ON volunteers_activity;
DROP TRIGGER activity_tasks_by_task ON volunteers_activitytask;
DROP FUNCTION boundary_open_task_changed();
DROP FUNCTION boundary_activity_opened();
DROP FUNCTION boundary_check_open_activity(bigint);
DROP FUNCTION boundary_wait(boolean);
DROP FUNCTION boundary_is_forbidden(varchar, int);
"""


class Migration(migrations.Migration):
    dependencies = [("volunteers", "0008_boundary_walls")]

    operations = [migrations.RunSQL(CHECKS, NO_CHECKS)]
