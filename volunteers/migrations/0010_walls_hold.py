"""The boundary's checks read the portal's own tables, and nobody gets round them by writing a row anew.

Whoever may make a temporary table could give it the catalogue's name, and a check would have read that one. A code is
never given to another task, nor a task removed: decisions refer to it. An activity that is written open is looked at
like one that is opened. What a municipality names is its own, and a version is never written behind the last one.
"""

from django.db import migrations

CHECKS = """
CREATE FUNCTION boundary_keep_code() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'boundary_code: % is withdrawn, never removed or renamed', OLD.code USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER boundary_code_kept BEFORE UPDATE OF code ON volunteers_tasktype
    FOR EACH ROW WHEN (OLD.code IS DISTINCT FROM NEW.code) EXECUTE FUNCTION boundary_keep_code();
CREATE TRIGGER boundary_code_stays BEFORE DELETE ON volunteers_tasktype
    FOR EACH ROW EXECUTE FUNCTION boundary_keep_code();

CREATE CONSTRAINT TRIGGER activity_tasks_by_new_activity AFTER INSERT OR UPDATE OF id ON volunteers_activity
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.open) EXECUTE FUNCTION boundary_activity_opened();

CREATE OR REPLACE FUNCTION boundary_require_activity_owner(activity bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM volunteers_activity a JOIN volunteers_activitytask k ON k.activity_id = a.id
        WHERE a.id = activity AND a.open AND a.municipal_owner !~ '\\S'
            AND boundary_side(k.task_type_id, a.municipality_id) = 'shared'
    ) THEN
        RAISE EXCEPTION 'activity_owner_missing: activity % holds a shared task and names nobody responsible', activity
            USING ERRCODE = 'check_violation';
    END IF;
END $$;

-- For the tables where a municipality names one of its departments.
CREATE FUNCTION boundary_check_department() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.department_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM municipalities_department d
        WHERE d.id = NEW.department_id AND d.municipality_id = NEW.municipality_id
    ) THEN
        RAISE EXCEPTION 'another_municipality: department % is not theirs', NEW.department_id
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
-- For the tables where it says something of a task: a national one, or one of its own.
CREATE FUNCTION boundary_check_known() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM volunteers_tasktype t WHERE t.code = NEW.task_type_id AND t.municipality_id <> NEW.municipality_id
    ) THEN
        RAISE EXCEPTION 'another_municipality: task % is not theirs', NEW.task_type_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER boundary_department BEFORE INSERT OR UPDATE ON volunteers_localtask
    FOR EACH ROW EXECUTE FUNCTION boundary_check_department();
CREATE TRIGGER boundary_department BEFORE INSERT OR UPDATE ON volunteers_interface
    FOR EACH ROW EXECUTE FUNCTION boundary_check_department();
CREATE TRIGGER boundary_department BEFORE INSERT OR UPDATE ON municipalities_departmentmember
    FOR EACH ROW EXECUTE FUNCTION boundary_check_department();
CREATE TRIGGER boundary_known BEFORE INSERT OR UPDATE ON volunteers_localtask
    FOR EACH ROW EXECUTE FUNCTION boundary_check_known();
CREATE TRIGGER boundary_known BEFORE INSERT OR UPDATE ON volunteers_interface
    FOR EACH ROW EXECUTE FUNCTION boundary_check_known();

-- What held last year is what was written last year. The clocks of two servers may differ a little.
CREATE FUNCTION boundary_check_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM volunteers_tasktypeversion v WHERE v.task_type_id = NEW.task_type_id
            AND (v.number >= NEW.number OR v.effective_from > NEW.effective_from + interval '1 hour')
    ) THEN
        RAISE EXCEPTION 'boundary_version: % has a later version already', NEW.task_type_id
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER boundary_version_is_last BEFORE INSERT ON volunteers_tasktypeversion
    FOR EACH ROW EXECUTE FUNCTION boundary_check_version();
"""

NO_CHECKS = """
DROP TRIGGER boundary_version_is_last ON volunteers_tasktypeversion;
DROP FUNCTION boundary_check_version();
DROP TRIGGER boundary_known ON volunteers_interface;
DROP TRIGGER boundary_known ON volunteers_localtask;
DROP TRIGGER boundary_department ON municipalities_departmentmember;
DROP TRIGGER boundary_department ON volunteers_interface;
DROP TRIGGER boundary_department ON volunteers_localtask;
DROP FUNCTION boundary_check_known();
DROP FUNCTION boundary_check_department();
DROP TRIGGER activity_tasks_by_new_activity ON volunteers_activity;
DROP TRIGGER boundary_code_stays ON volunteers_tasktype;
DROP TRIGGER boundary_code_kept ON volunteers_tasktype;
DROP FUNCTION boundary_keep_code();
CREATE OR REPLACE FUNCTION boundary_require_activity_owner(activity bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM volunteers_activity a JOIN volunteers_activitytask k ON k.activity_id = a.id
        WHERE a.id = activity AND a.open AND a.municipal_owner = ''
            AND boundary_side(k.task_type_id, a.municipality_id) = 'shared'
    ) THEN
        RAISE EXCEPTION 'activity_owner_missing: activity % holds a shared task and names nobody responsible', activity
            USING ERRCODE = 'check_violation';
    END IF;
END $$;
"""

# Those of 0008 and 0009 that read a table, and those of above: 0008's other two only compare what they are given.
READING = (
    "boundary_side(varchar, int)",
    "boundary_check_type()",
    "boundary_check_local()",
    "boundary_refuse_forbidden(varchar, int)",
    "boundary_check_activity_task()",
    "boundary_require_activity_owner(bigint)",
    "boundary_activity_changed()",
    "boundary_activity_task_changed()",
    "boundary_is_forbidden(varchar, int)",
    "boundary_check_open_activity(bigint)",
    "boundary_activity_opened()",
    "boundary_open_task_changed()",
    "boundary_check_open_activities(varchar, int)",
    "boundary_tasktype_changed()",
    "boundary_localtask_changed()",
)
ADDED = ("boundary_keep_code()", "boundary_check_department()", "boundary_check_known()", "boundary_check_version()")


class Migration(migrations.Migration):
    dependencies = [("volunteers", "0009_open_activities"), ("municipalities", "0005_department")]

    operations = [
        migrations.RunSQL(CHECKS, NO_CHECKS),
        migrations.RunSQL(
            [f"ALTER FUNCTION {name} SET search_path = public, pg_temp" for name in (*READING, *ADDED)],
            [f"ALTER FUNCTION {name} RESET search_path" for name in READING],
        ),
    ]
