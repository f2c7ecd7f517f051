"""A live need names a task, and no way of writing the page makes it live unseen; the checks read the portal's tables.

A need without any task would say in free words what the register would have stopped. A page that is written anew, or
that gets the number of a need, is looked at like one that is published. And as in volunteers/migrations/0010 no
temporary table with the name of one of the portal's is read instead; so too in the checks of agreements and receptions.
"""

from django.db import migrations

CHECKS = """
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
            OR (n.municipal_owner !~ '\\S' AND boundary_side(k.task_type_id, n.municipality_id) = 'shared')
        )
        ORDER BY forbidden DESC, task LIMIT 1;
    IF broken.forbidden THEN
        RAISE EXCEPTION 'need_task_forbidden: need % is live with %, which cannot be asked of volunteers',
            page_id, broken.task USING ERRCODE = 'check_violation';
    ELSIF broken.task IS NOT NULL THEN
        RAISE EXCEPTION 'need_owner_missing: need % holds a shared task and names nobody responsible', page_id
            USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (
        SELECT 1 FROM content_needpage n JOIN wagtailcore_page p ON p.id = n.page_ptr_id AND p.live
        WHERE n.page_ptr_id = page_id AND NOT EXISTS (SELECT 1 FROM content_needtask k WHERE k.need_id = page_id)
    ) THEN
        RAISE EXCEPTION 'need_task_missing: need % is live and names no task', page_id USING ERRCODE = 'check_violation';
    END IF;
END $$;

CREATE FUNCTION content_needtask_left() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM content_require_owner(OLD.need_id); RETURN NULL; END $$;
CREATE CONSTRAINT TRIGGER need_keeps_a_task AFTER DELETE OR UPDATE OF need_id ON content_needtask
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION content_needtask_left();
CREATE CONSTRAINT TRIGGER need_owner_by_new_page AFTER INSERT OR UPDATE OF id ON wagtailcore_page
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.live) EXECUTE FUNCTION content_page_changed();
"""

# content_require_owner as 0003 made it.
AS_BEFORE = """
DROP TRIGGER need_owner_by_new_page ON wagtailcore_page;
DROP TRIGGER need_keeps_a_task ON content_needtask;
DROP FUNCTION content_needtask_left();
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
"""

READING = (
    "content_refuse_forbidden_task()",
    "content_require_owner(bigint)",
    "content_needtask_changed()",
    "content_needpage_changed()",
    "content_page_changed()",
    "content_needpage_moved()",
    "content_check_live_needs(varchar, int)",
    "content_tasktype_changed()",
    "content_localtask_changed()",
    "boundary_check_agreement_task()",
    "boundary_check_step()",
    "boundary_check_template_step()",
)


class Migration(migrations.Migration):
    dependencies = [
        ("content", "0003_sides_of_a_municipality"),
        ("volunteers", "0010_walls_hold"),
        ("matching", "0016_boundary_walls"),
    ]

    operations = [
        migrations.RunSQL(CHECKS, AS_BEFORE),
        migrations.RunSQL(
            [
                f"ALTER FUNCTION {name} SET search_path = public, pg_temp"
                for name in (*READING, "content_needtask_left()")
            ],
            [f"ALTER FUNCTION {name} RESET search_path" for name in READING],
        ),
    ]
