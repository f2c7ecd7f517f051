"""The boundary in the database: whoever writes, and whichever way, nothing goes round the law's side of a task.

The catalogue is public. The national part is written by an operator alone (a superuser in force), a municipality's own
part under that municipality. A side of a municipality's own is the law's or a stricter one. An activity holds no task
that volunteers cannot be asked to do, and one that is shared names who is responsible.
"""

from django.db import migrations

from portal.municipalities.rls import MUNICIPALITY, OWN_MUNICIPALITY, USER, policy

_OPERATOR = f"EXISTS (SELECT 1 FROM accounts_user u WHERE u.id = {USER} AND u.is_superuser AND u.is_active)"
_OWN_TYPE = f"(municipality_id IS NOT NULL AND {OWN_MUNICIPALITY}) OR (municipality_id IS NULL AND {_OPERATOR})"
_ITS_TYPE = f"""
    EXISTS (
        SELECT 1 FROM volunteers_tasktype t WHERE t.code = task_type_id AND (
            (t.municipality_id IS NOT NULL AND t.{OWN_MUNICIPALITY}) OR (t.municipality_id IS NULL AND {_OPERATOR})
        )
    )
"""
_ITS_ACTIVITY = """
    EXISTS (
        SELECT 1 FROM volunteers_activity a
        WHERE a.id = activity_id AND a.municipality_id = volunteers_activitytask.municipality_id
    )
"""

SIDES = """
CREATE FUNCTION boundary_rank(side varchar) RETURNS int LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE side WHEN 'shared' THEN 1 WHEN 'authority' THEN 2 WHEN 'professional' THEN 2 WHEN 'not_in_portal' THEN 3
        ELSE 0 END
$$;

CREATE FUNCTION boundary_may_replace(side varchar, law varchar) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT side = law OR boundary_rank(side) > boundary_rank(law)
$$;

-- The side that holds in a municipality: the law's, or a stricter one of its own. NULL for a type that is not known
-- there, be it another municipality's or none at all.
CREATE FUNCTION boundary_side(task varchar, municipality int) RETURNS varchar LANGUAGE sql STABLE AS $$
    SELECT s.side FROM (
        SELECT t.side FROM volunteers_tasktype t
            WHERE t.code = task AND (t.municipality_id IS NULL OR t.municipality_id = municipality)
        UNION ALL
        SELECT p.side FROM volunteers_tasktype t JOIN volunteers_tasktype p ON p.code = t.kind_of_id
            WHERE t.code = task AND t.municipality_id = municipality
        UNION ALL
        SELECT l.side FROM volunteers_localtask l
            JOIN volunteers_tasktype t ON t.code = l.task_type_id
                AND (t.municipality_id IS NULL OR t.municipality_id = municipality)
            WHERE l.task_type_id = task AND l.municipality_id = municipality AND l.side <> ''
    ) s
    ORDER BY boundary_rank(s.side) DESC LIMIT 1
$$;

CREATE FUNCTION boundary_check_type() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.municipality_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM volunteers_tasktype p
        WHERE p.code = NEW.kind_of_id AND p.municipality_id IS NULL AND boundary_may_replace(NEW.side, p.side)
    ) THEN
        RAISE EXCEPTION 'boundary_laxer: % is laxer than the law, or a kind of nothing national', NEW.code
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER boundary_type BEFORE INSERT OR UPDATE OF side, kind_of_id, municipality_id ON volunteers_tasktype
    FOR EACH ROW EXECUTE FUNCTION boundary_check_type();

CREATE FUNCTION boundary_check_local() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.side <> '' AND NOT EXISTS (
        SELECT 1 FROM volunteers_tasktype t
        WHERE t.code = NEW.task_type_id AND boundary_may_replace(NEW.side, t.side)
    ) THEN
        RAISE EXCEPTION 'boundary_laxer: % is laxer than the law', NEW.task_type_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER boundary_local BEFORE INSERT OR UPDATE ON volunteers_localtask
    FOR EACH ROW EXECUTE FUNCTION boundary_check_local();

-- For every table with rows that volunteers are asked to do: the row's type, under the row's municipality.
CREATE FUNCTION boundary_refuse_forbidden(task varchar, municipality int) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    side varchar := boundary_side(task, municipality);
BEGIN
    IF side IS NULL OR side IN ('authority', 'professional', 'not_in_portal') THEN
        RAISE EXCEPTION 'task_forbidden: % cannot be asked of volunteers', task USING ERRCODE = 'check_violation';
    END IF;
END $$;

CREATE FUNCTION boundary_check_activity_task() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM boundary_refuse_forbidden(NEW.task_type_id, NEW.municipality_id);
    RETURN NEW;
END $$;
CREATE TRIGGER boundary_activity_task BEFORE INSERT OR UPDATE ON volunteers_activitytask
    FOR EACH ROW EXECUTE FUNCTION boundary_check_activity_task();

CREATE FUNCTION boundary_require_activity_owner(activity bigint) RETURNS void LANGUAGE plpgsql AS $$
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
CREATE FUNCTION boundary_activity_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM boundary_require_activity_owner(NEW.id); RETURN NULL; END $$;
CREATE FUNCTION boundary_activity_task_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM boundary_require_activity_owner(NEW.activity_id); RETURN NULL; END $$;
CREATE CONSTRAINT TRIGGER activity_owner_by_task AFTER INSERT OR UPDATE ON volunteers_activitytask
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION boundary_activity_task_changed();
CREATE CONSTRAINT TRIGGER activity_owner_by_activity AFTER UPDATE OF open, municipal_owner ON volunteers_activity
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION boundary_activity_changed();
"""

NO_SIDES = """
DROP TRIGGER activity_owner_by_activity ON volunteers_activity;
DROP TRIGGER activity_owner_by_task ON volunteers_activitytask;
DROP TRIGGER boundary_activity_task ON volunteers_activitytask;
DROP TRIGGER boundary_local ON volunteers_localtask;
DROP TRIGGER boundary_type ON volunteers_tasktype;
DROP FUNCTION boundary_activity_task_changed();
DROP FUNCTION boundary_activity_changed();
DROP FUNCTION boundary_require_activity_owner(bigint);
DROP FUNCTION boundary_check_activity_task();
DROP FUNCTION boundary_refuse_forbidden(varchar, int);
DROP FUNCTION boundary_check_local();
DROP FUNCTION boundary_check_type();
DROP FUNCTION boundary_side(varchar, int);
DROP FUNCTION boundary_may_replace(varchar, varchar);
DROP FUNCTION boundary_rank(varchar);
"""

# Anybody may ask, so anybody adds a line; a municipality reads its own, which name nobody.
_ENTRY_ADDED = f"municipality_id IS NULL OR {OWN_MUNICIPALITY} OR kind = 'asked' OR {MUNICIPALITY} IS NULL"


class Migration(migrations.Migration):
    dependencies = [
        ("volunteers", "0007_catalogue"),
        ("accounts", "0001_initial"),
        ("municipalities", "0005_department"),
    ]

    operations = [
        migrations.RunSQL(SIDES, NO_SIDES),
        policy("volunteers_tasktype", "true", write=_OWN_TYPE),
        policy("volunteers_tasktypetext", "true", write=_ITS_TYPE),
        policy("volunteers_tasktypeversion", "true", write=_ITS_TYPE),
        policy("volunteers_localtask", "true", write=OWN_MUNICIPALITY),
        policy("volunteers_interface", OWN_MUNICIPALITY),
        policy("volunteers_activitytask", "true", write=f"{OWN_MUNICIPALITY} AND {_ITS_ACTIVITY}"),
        policy("volunteers_boundaryentry", OWN_MUNICIPALITY, write=_ENTRY_ADDED),
    ]
