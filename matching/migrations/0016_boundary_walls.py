"""Agreements and hand-overs are the municipality's and the volunteer's; receptions and reviews the municipality's alone.

What volunteers are asked to do is looked up in the catalogue here too, whoever writes: an agreement and a step that is
offered to volunteers hold no task that is not theirs.
"""

from django.db import migrations

from portal.municipalities.rls import OWN_MUNICIPALITY, policy

_MATCH = "EXISTS (SELECT 1 FROM matching_match m WHERE m.id = match_id)"
_ITS_MATCH = """
    EXISTS (SELECT 1 FROM matching_match m WHERE m.id = match_id AND m.municipality_id = {table}.municipality_id)
"""
_ITS_HOUSEHOLD = """
    EXISTS (
        SELECT 1 FROM matching_household h WHERE h.id = household_id AND h.municipality_id = {table}.municipality_id
    )
"""
_AGREEMENT = "EXISTS (SELECT 1 FROM matching_agreement a WHERE a.id = agreement_id)"
_ITS_AGREEMENT = """
    EXISTS (
        SELECT 1 FROM matching_agreement a
        WHERE a.id = agreement_id AND a.municipality_id = matching_agreementtask.municipality_id
    )
"""
_ITS_RECEPTION = """
    EXISTS (
        SELECT 1 FROM matching_reception r WHERE r.id = reception_id AND r.municipality_id = {table}.municipality_id
    )
"""
_OFFERED = """
    volunteers_can AND EXISTS (SELECT 1 FROM matching_reception r WHERE r.id = reception_id)
"""
_TEMPLATE = f"municipality_id IS NULL OR {OWN_MUNICIPALITY}"
_ITS_TEMPLATE = f"""
    EXISTS (SELECT 1 FROM matching_receptiontemplate t WHERE t.id = template_id AND (t.{OWN_MUNICIPALITY}))
"""
_READ_TEMPLATE = "EXISTS (SELECT 1 FROM matching_receptiontemplate t WHERE t.id = template_id)"
_ITS_PHASE = f"""
    EXISTS (
        SELECT 1 FROM matching_templatephase p JOIN matching_receptiontemplate t ON t.id = p.template_id
        WHERE p.id = phase_id AND (t.{OWN_MUNICIPALITY})
    )
"""
_READ_PHASE = "EXISTS (SELECT 1 FROM matching_templatephase p WHERE p.id = phase_id)"
# A volunteer sees a reception's row only as the one behind an offered step of a household they are matched with.
_MATCHED_WITH = """
    EXISTS (
        SELECT 1 FROM matching_match m WHERE m.household_id = matching_reception.household_id
            AND m.municipality_id = matching_reception.municipality_id AND m.state = 'active'
    )
"""

CHECKS = """
CREATE FUNCTION boundary_check_agreement_task() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.part = 'together' THEN
        PERFORM boundary_refuse_forbidden(NEW.task_type_id, NEW.municipality_id);
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER boundary_agreement_task BEFORE INSERT OR UPDATE ON matching_agreementtask
    FOR EACH ROW EXECUTE FUNCTION boundary_check_agreement_task();

CREATE FUNCTION boundary_check_step() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.volunteers_can THEN
        PERFORM boundary_refuse_forbidden(NEW.task_type_id, NEW.municipality_id);
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER boundary_step BEFORE INSERT OR UPDATE OF volunteers_can, task_type_id ON matching_receptionstep
    FOR EACH ROW EXECUTE FUNCTION boundary_check_step();

CREATE FUNCTION boundary_check_template_step() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    owner int;
BEGIN
    IF NEW.volunteers_can THEN
        SELECT t.municipality_id INTO owner
            FROM matching_templatephase p JOIN matching_receptiontemplate t ON t.id = p.template_id
            WHERE p.id = NEW.phase_id;
        PERFORM boundary_refuse_forbidden(NEW.task_type_id, owner);
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER boundary_template_step BEFORE INSERT OR UPDATE OF volunteers_can, task_type_id, phase_id
    ON matching_templatestep FOR EACH ROW EXECUTE FUNCTION boundary_check_template_step();
"""

NO_CHECKS = """
DROP TRIGGER boundary_template_step ON matching_templatestep;
DROP TRIGGER boundary_step ON matching_receptionstep;
DROP TRIGGER boundary_agreement_task ON matching_agreementtask;
DROP FUNCTION boundary_check_template_step();
DROP FUNCTION boundary_check_step();
DROP FUNCTION boundary_check_agreement_task();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("matching", "0015_agreements_hand_overs_receptions"),
        ("volunteers", "0008_boundary_walls"),
    ]

    operations = [
        migrations.RunSQL(CHECKS, NO_CHECKS),
        policy(
            "matching_agreement",
            f"{OWN_MUNICIPALITY} OR {_MATCH}",
            write=f"{OWN_MUNICIPALITY} AND {_ITS_MATCH.format(table='matching_agreement')}",
        ),
        policy(
            "matching_agreementtask",
            f"{OWN_MUNICIPALITY} OR {_AGREEMENT}",
            write=f"{OWN_MUNICIPALITY} AND {_ITS_AGREEMENT}",
        ),
        policy(
            "matching_handover",
            f"{OWN_MUNICIPALITY} OR (match_id IS NOT NULL AND {_MATCH})",
            write=f"{OWN_MUNICIPALITY} AND {_ITS_HOUSEHOLD.format(table='matching_handover')}",
        ),
        policy(
            "matching_reception",
            f"{OWN_MUNICIPALITY} OR {_MATCHED_WITH}",
            write=f"{OWN_MUNICIPALITY} AND {_ITS_HOUSEHOLD.format(table='matching_reception')}",
        ),
        policy(
            "matching_receptioncoordinator",
            OWN_MUNICIPALITY,
            write=f"{OWN_MUNICIPALITY} AND {_ITS_RECEPTION.format(table='matching_receptioncoordinator')}",
        ),
        policy(
            "matching_receptionstep",
            f"{OWN_MUNICIPALITY} OR ({_OFFERED})",
            write=f"{OWN_MUNICIPALITY} AND {_ITS_RECEPTION.format(table='matching_receptionstep')}",
        ),
        policy("matching_receptionreview", OWN_MUNICIPALITY),
        policy("matching_receptiontemplate", _TEMPLATE, write=OWN_MUNICIPALITY),
        policy("matching_templatephase", _READ_TEMPLATE, write=_ITS_TEMPLATE),
        policy("matching_templatestep", _READ_PHASE, write=_ITS_PHASE),
    ]
