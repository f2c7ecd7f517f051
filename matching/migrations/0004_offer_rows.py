"""The database keeps `matching_offerrow` itself, and tells which rows have changed.

`matching_offer_facts` (a view that asks with the reader's own rights) puts an offer into numbers;
`matching_write_offer_row` writes one down. Triggers call it on everything that an offer's facts are made of. They run
as the tables' owner: an offer's load is counted in every municipality, and nobody else may write the table.
"""

from django.db import migrations

from portal.municipalities.rls import MUNICIPALITY, OWN_MUNICIPALITY, USER, policy

COLUMNS = """
    offer_id, volunteer_id, municipality_id, also_in, kind, latitude, longitude, max_km, children, slots, gender, age,
    flags, interests, gender_wish, capacity, load, certificate, consent_until, known_1, known_2, known_3, known_4
"""

# A code that has no number sets `unknown`: a bit, or a number, that the engine names as bad.
CODES = """
CREATE FUNCTION matching_mask(of_sort text, codes text[], unknown bigint) RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT coalesce(bit_or(coalesce(1::bigint << c.number, unknown)), 0)
    FROM unnest(codes) AS given(code)
    LEFT JOIN matching_enginecode c ON c.sort = of_sort AND c.code = given.code
$$;
CREATE FUNCTION matching_number(of_sort text, of_code text, unknown int) RETURNS int LANGUAGE sql STABLE AS $$
    SELECT coalesce((SELECT number FROM matching_enginecode WHERE sort = of_sort AND code = of_code), unknown)
$$;
"""

# Flags are those of matching.domain.arrays; a consent's flag (64) is set by whoever reads, as it depends on the day.
# known_1 below 0 says that a language or its level is unknown, certificate below 0 that it lies in the future.
FACTS = """
CREATE VIEW matching_offer_facts WITH (security_invoker = true) AS
SELECT
    o.id AS offer_id,
    v.id AS volunteer_id,
    o.municipality_id::int AS municipality_id,
    array_remove(v.also_in::int[], o.municipality_id::int) AS also_in,
    matching_number('kind', o.kind, -1)::smallint AS kind,
    v.latitude, v.longitude, v.max_km::float8 AS max_km,
    matching_mask('child', v.children::text[], 128)::smallint AS children,
    matching_mask('slot', v.slots::text[], 1 << 30)::int AS slots,
    matching_number('gender', v.gender, 255)::smallint AS gender,
    matching_number('age', v.age_band, 255)::smallint AS age,
    (1 * v.smokes::int + 2 * v.has_pets::int + 4 * v.came_as_newcomer::int + 8 * (v.state = 'paused')::int + 16
     + 128 * v.no_smoke::int + 256 * v.no_pets::int + 512 * v.not_same_background::int) AS flags,
    matching_mask('interest', v.interests::text[], 0)::int AS interests,
    matching_mask('gender', v.gender_wish::text[], 128)::smallint AS gender_wish,
    o.capacity::int AS capacity,
    (
        (SELECT count(*) FROM matching_proposal p
         WHERE p.offer_id = o.id AND p.state IN ('proposed', 'volunteer_yes', 'household_yes'))
        + (SELECT count(*) FROM matching_match m WHERE m.offer_id = o.id AND m.state IN ('active', 'paused'))
    )::int AS load,
    (
        SELECT CASE
            WHEN count(*) = 0 THEN 0
            WHEN bool_or(c.obtained_on > (now() AT TIME ZONE 'Europe/Copenhagen')::date) THEN -1
            ELSE max(c.renew_by) - DATE '0001-01-01' + 1
        END
        FROM volunteers_certificatecheck c WHERE c.volunteer_id = v.id
    )::int AS certificate,
    (
        SELECT (max(c.expires_at) AT TIME ZONE 'Europe/Copenhagen')::date FROM privacy_consent c
        WHERE c.party_id = v.party_id AND c.purpose = 'matching' AND c.withdrawn_at IS NULL
    ) AS consent_until,
    CASE WHEN coalesce(spoken.unknown, false) THEN -1 ELSE coalesce(spoken.at_1, 0) END AS known_1,
    coalesce(spoken.at_2, 0) AS known_2,
    coalesce(spoken.at_3, 0) AS known_3,
    coalesce(spoken.at_4, 0) AS known_4
FROM volunteers_offer o
JOIN volunteers_volunteer v ON v.id = o.volunteer_id
LEFT JOIN LATERAL (
    SELECT
        bool_or(c.number IS NULL OR s.level NOT BETWEEN 1 AND 4) AS unknown,
        bit_or(1::bigint << c.number) AS at_1,
        bit_or(1::bigint << c.number) FILTER (WHERE s.level >= 2) AS at_2,
        bit_or(1::bigint << c.number) FILTER (WHERE s.level >= 3) AS at_3,
        bit_or(1::bigint << c.number) FILTER (WHERE s.level >= 4) AS at_4
    FROM languages_spokenlanguage s
    LEFT JOIN matching_enginecode c ON c.sort = 'language' AND c.code = s.language
    WHERE s.party_id = v.party_id
) spoken ON true
WHERE o.open AND v.state IN ('active', 'paused');
"""

# The volunteer's row is locked first, as services do: of two who change different facts of an offer at the same
# moment, the second waits and then, in a statement of its own, reads what the first has committed.
WRITING = f"""
CREATE FUNCTION matching_write_offer_row(wanted bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    before matching_offerrow;
    after matching_offerrow;
BEGIN
    PERFORM 1 FROM volunteers_volunteer v
        WHERE v.id = (SELECT volunteer_id FROM volunteers_offer WHERE id = wanted) FOR NO KEY UPDATE;
    SELECT * INTO before FROM matching_offerrow WHERE offer_id = wanted;
    DELETE FROM matching_offerrow WHERE offer_id = wanted;
    INSERT INTO matching_offerrow ({COLUMNS})
        SELECT {COLUMNS} FROM matching_offer_facts WHERE offer_id = wanted
        RETURNING * INTO after;
    IF before IS NOT DISTINCT FROM after THEN
        RETURN;
    END IF;
    INSERT INTO matching_offerchange (municipality_id, offer_id, transaction)
        SELECT DISTINCT code, wanted, pg_current_xact_id()::text::bigint
        FROM unnest(ARRAY[before.municipality_id, after.municipality_id]::int[] || before.also_in || after.also_in)
            AS seen_by(code)
        JOIN municipalities_municipality m USING (code);
END
$$;
CREATE FUNCTION matching_write_all_offer_rows() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    DELETE FROM matching_offerrow;
    INSERT INTO matching_offerrow ({COLUMNS}) SELECT {COLUMNS} FROM matching_offer_facts;
    DELETE FROM matching_offerchange;
    INSERT INTO matching_offerchange (municipality_id, offer_id, transaction)
        SELECT code, NULL, pg_current_xact_id()::text::bigint FROM municipalities_municipality;
END
$$;
REVOKE EXECUTE ON FUNCTION matching_write_all_offer_rows() FROM PUBLIC;
CREATE FUNCTION matching_forget_offer_changes(before timestamptz) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH gone AS (
        DELETE FROM matching_offerchange WHERE at < LEAST(before, now() - interval '2 days') RETURNING 1
    ) SELECT count(*) FROM gone
$$;
"""

# The argument names the column that leads to offers: an offer's own, a volunteer's or a party's. The volunteer is locked
# before the offers are looked for, so that one that is added at the same moment is seen.
FOLLOWING = """
CREATE FUNCTION matching_follow() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    led_by jsonb;
BEGIN
    FOR led_by IN
        SELECT DISTINCT value -> TG_ARGV[1] FROM jsonb_array_elements(
            CASE WHEN TG_OP = 'INSERT' THEN '[]' ELSE jsonb_build_array(to_jsonb(OLD)) END
            || CASE WHEN TG_OP = 'DELETE' THEN '[]' ELSE jsonb_build_array(to_jsonb(NEW)) END
        )
    LOOP
        IF TG_ARGV[0] = 'offer' THEN
            PERFORM matching_write_offer_row(led_by::bigint);
        ELSIF TG_ARGV[0] = 'volunteer' THEN
            PERFORM 1 FROM volunteers_volunteer WHERE id = led_by::bigint FOR NO KEY UPDATE;
            PERFORM matching_write_offer_row(id)
                FROM volunteers_offer WHERE volunteer_id = led_by::bigint ORDER BY id;
        ELSE
            PERFORM 1 FROM volunteers_volunteer WHERE party_id = led_by::bigint FOR NO KEY UPDATE;
            PERFORM matching_write_offer_row(o.id)
                FROM volunteers_offer o JOIN volunteers_volunteer v ON v.id = o.volunteer_id
                WHERE v.party_id = led_by::bigint ORDER BY o.id;
        END IF;
    END LOOP;
    RETURN NULL;
END
$$;
CREATE FUNCTION matching_border_moved() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO matching_offerchange (municipality_id, offer_id, transaction)
        SELECT code, NULL, pg_current_xact_id()::text::bigint
        FROM unnest(CASE WHEN TG_OP = 'DELETE' THEN ARRAY[OLD.municipality_id, OLD.neighbour_id]
                         ELSE ARRAY[NEW.municipality_id, NEW.neighbour_id] END) AS seen_by(code);
    RETURN NULL;
END
$$;
"""

# Table, when, which column leads to offers and how.
FOLLOWED = (
    ("volunteers_offer", "INSERT OR UPDATE OR DELETE", "offer", "id"),
    ("volunteers_volunteer", "UPDATE", "volunteer", "id"),
    ("volunteers_certificatecheck", "INSERT OR UPDATE OR DELETE", "volunteer", "volunteer_id"),
    ("languages_spokenlanguage", "INSERT OR UPDATE OR DELETE", "party", "party_id"),
    ("privacy_consent", "INSERT OR UPDATE OR DELETE", "party", "party_id"),
    ("matching_proposal", "INSERT OR UPDATE OR DELETE", "offer", "offer_id"),
    ("matching_match", "INSERT OR UPDATE OR DELETE", "offer", "offer_id"),
)

TRIGGERS = [
    f"""
    CREATE TRIGGER matching_follow AFTER {events} ON {table}
    FOR EACH ROW EXECUTE FUNCTION matching_follow('{leads_to}', '{column}')
    """
    for table, events, leads_to, column in FOLLOWED
] + [
    """
    CREATE TRIGGER matching_border_moved AFTER INSERT OR UPDATE OR DELETE ON municipalities_openborder
    FOR EACH ROW EXECUTE FUNCTION matching_border_moved()
    """
]

UNDO = [
    "DROP TRIGGER matching_border_moved ON municipalities_openborder",
    *(f"DROP TRIGGER matching_follow ON {table}" for table, *_ in FOLLOWED),
    "DROP FUNCTION matching_border_moved, matching_follow, matching_forget_offer_changes",
    "DROP FUNCTION matching_write_all_offer_rows, matching_write_offer_row",
    "DROP VIEW matching_offer_facts",
    "DROP FUNCTION matching_number, matching_mask",
]

# A volunteer who helps in a neighbouring municipality too is seen there while both have opened the border and the
# volunteer's yes to being suggested is in force.
ACROSS_THE_BORDER = f"""
    {MUNICIPALITY} = ANY (also_in) AND consent_until > (now() AT TIME ZONE 'Europe/Copenhagen')::date AND EXISTS (
        SELECT 1 FROM municipalities_openborder ours
        JOIN municipalities_openborder theirs
          ON theirs.municipality_id = ours.neighbour_id AND theirs.neighbour_id = ours.municipality_id
        WHERE ours.municipality_id = {MUNICIPALITY} AND theirs.municipality_id = matching_offerrow.municipality_id
    )
"""

# What may be known across a border, asked by the tables' owner: no more than yes or no, or a pair of keys.
ACROSS = f"""
CREATE FUNCTION matching_sees_volunteer(volunteer bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM matching_offerrow WHERE volunteer_id = volunteer AND ({ACROSS_THE_BORDER}))
        OR EXISTS (
            SELECT 1 FROM matching_proposal p WHERE p.volunteer_id = volunteer AND p.{OWN_MUNICIPALITY}
            AND (p.ended_at IS NULL OR p.ended_at > now() - interval '1 year')
        )
        OR EXISTS (
            SELECT 1 FROM matching_match m WHERE m.volunteer_id = volunteer AND m.{OWN_MUNICIPALITY}
            AND (m.ended_at IS NULL OR m.ended_at > now() - interval '1 year')
        )
$$;
CREATE FUNCTION matching_themselves(wanted bigint) RETURNS TABLE (household bigint, volunteer bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    here int := {MUNICIPALITY};
BEGIN
    RETURN QUERY SELECT h.id, v.id FROM matching_household h
        JOIN privacy_party newcomer ON newcomer.id = h.party_id
        JOIN privacy_party helper ON helper.user_id = newcomer.user_id AND helper.kind = 'volunteer'
        JOIN volunteers_volunteer v ON v.party_id = helper.id
        WHERE h.municipality_id = here AND h.id = coalesce(wanted, h.id);
END
$$;
CREATE FUNCTION matching_earlier_pairs(wanted bigint) RETURNS TABLE (household bigint, volunteer bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    here int := {MUNICIPALITY};
BEGIN
    IF wanted IS NULL THEN
        RETURN QUERY SELECT r.household_id, p.volunteer_id
            FROM matching_proposal p JOIN matching_request r ON r.id = p.request_id
            WHERE p.municipality_id = here AND p.state = 'declined';
        RETURN QUERY SELECT m.household_id, m.volunteer_id FROM matching_match m
            WHERE m.municipality_id = here AND m.ended_at IS NOT NULL;
    ELSE
        RETURN QUERY SELECT r.household_id, p.volunteer_id
            FROM matching_request r JOIN matching_proposal p ON p.request_id = r.id
            WHERE r.household_id = wanted AND p.municipality_id = here AND p.state = 'declined';
        RETURN QUERY SELECT m.household_id, m.volunteer_id FROM matching_match m
            WHERE m.household_id = wanted AND m.municipality_id = here AND m.ended_at IS NOT NULL;
    END IF;
    RETURN QUERY SELECT * FROM matching_themselves(wanted);
END
$$;
"""
_OWN_PARTY = f"EXISTS (SELECT 1 FROM privacy_party p WHERE p.id = party_id AND p.user_id = {USER})"
# Seeing a neighbour's volunteer opens nothing else that is theirs: that goes by their own municipality or themselves.
AT_HOME = f"""
    EXISTS (
        SELECT 1 FROM volunteers_volunteer v JOIN privacy_party p ON p.id = v.party_id
        WHERE v.id = volunteer_id AND (v.municipality_id = {MUNICIPALITY} OR p.user_id = {USER})
    )
"""
OF_THE_VOLUNTEER = [
    f"ALTER POLICY adding ON volunteers_offer WITH CHECK ({OWN_MUNICIPALITY} AND {AT_HOME})",
    f"ALTER POLICY changing ON volunteers_offer USING ({OWN_MUNICIPALITY}) WITH CHECK ({OWN_MUNICIPALITY} AND {AT_HOME})",
    f"ALTER POLICY removing ON volunteers_offer USING ({OWN_MUNICIPALITY})",
    f"ALTER POLICY reading ON volunteers_certificatecheck USING ({OWN_MUNICIPALITY} OR {AT_HOME})",
    f"ALTER POLICY reading ON matching_proposal USING ({OWN_MUNICIPALITY} OR {AT_HOME})",
    f"ALTER POLICY reading ON matching_match USING ({OWN_MUNICIPALITY} OR {AT_HOME})",
]
VOLUNTEER_SEEN = f"ALTER POLICY reading ON volunteers_volunteer USING ({OWN_MUNICIPALITY} OR {_OWN_PARTY}"


class Migration(migrations.Migration):
    dependencies = [
        ("matching", "0003_offer_rows_and_ruled_out"),
        ("languages", "0002_row_level_security"),
        ("municipalities", "0003_open_border"),
        ("privacy", "0005_consent_to_matching"),
        ("volunteers", "0003_ruled_out_and_neighbours"),
    ]

    operations = [
        migrations.RunSQL([CODES, FACTS, WRITING, FOLLOWING, *TRIGGERS], UNDO),
        migrations.RunSQL(
            [ACROSS, f"{VOLUNTEER_SEEN} OR matching_sees_volunteer(id))", *OF_THE_VOLUNTEER],
            [
                f"{VOLUNTEER_SEEN})",
                "DROP FUNCTION matching_earlier_pairs, matching_themselves, matching_sees_volunteer",
            ],
        ),
        policy("matching_offerrow", f"{OWN_MUNICIPALITY} OR ({ACROSS_THE_BORDER})", write="false"),
        policy("matching_offerchange", OWN_MUNICIPALITY, write="false"),
        policy("matching_enginecode", "true", write="false"),
    ]
