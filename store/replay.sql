-- Which position an instant stands for. Runs once, as throughline_owner.

-- The last position recorded at an instant or before it; 0 where that was before all. It stays so:
-- appends in flight are waited for, and none that follows is recorded at that instant or before.
CREATE FUNCTION position_at(p_tenant text, p_instant timestamptz) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    v_first    bigint := 0;
    v_last     bigint;
    v_middle   bigint;
    v_recorded timestamptz;
BEGIN
    IF p_tenant IS DISTINCT FROM current_setting('throughline.tenant', true) THEN
        PERFORM foreign_tenant(p_tenant);
    END IF;
    SELECT position, recorded_at INTO v_last, v_recorded FROM head WHERE tenant = p_tenant;
    IF p_instant >= v_recorded THEN
        -- The row is the append lock: whoever holds it is waited for.
        SELECT position, recorded_at INTO v_last, v_recorded
        FROM head WHERE tenant = p_tenant FOR UPDATE;
        IF p_instant > clock_timestamp() THEN
            RAISE EXCEPTION 'nothing is recorded yet at an instant that is to come'
                USING ERRCODE = 'TL006';
        END IF;
        IF p_instant >= v_recorded THEN
            -- Also where the clock is set back, nothing is recorded before what was answered.
            UPDATE head SET recorded_at = p_instant + interval '1 microsecond'
            WHERE tenant = p_tenant;
            RETURN v_last;
        END IF;
    END IF;
    WHILE v_first < v_last LOOP
        v_middle := (v_first + v_last + 1) / 2;
        SELECT recorded_at INTO v_recorded
        FROM event WHERE tenant = p_tenant AND position = v_middle;
        IF v_recorded <= p_instant THEN
            v_first := v_middle;
        ELSE
            v_last := v_middle - 1;
        END IF;
    END LOOP;
    RETURN v_first;
END $$;

-- The last version of a stream at a position or before it; NULL where it had none yet. Versions
-- and positions grow together, so it is searched by halves and not from the newest back.
CREATE FUNCTION version_at(p_tenant text, p_stream uuid, p_position bigint) RETURNS integer
LANGUAGE plpgsql STABLE SET search_path FROM CURRENT AS $$
DECLARE
    v_first  integer := 0;
    v_last   integer;
    v_middle integer;
    v_found  bigint;
BEGIN
    SELECT version, position INTO v_last, v_found
    FROM event WHERE tenant = p_tenant AND stream = p_stream ORDER BY version DESC LIMIT 1;
    IF v_found <= p_position THEN
        RETURN v_last;
    END IF;
    WHILE v_first < v_last LOOP
        v_middle := (v_first + v_last + 1) / 2;
        SELECT position INTO v_found
        FROM event WHERE tenant = p_tenant AND stream = p_stream AND version = v_middle;
        IF v_found <= p_position THEN
            v_first := v_middle;
        ELSE
            v_last := v_middle - 1;
        END IF;
    END LOOP;
    RETURN nullif(v_first, 0);
END $$;

GRANT EXECUTE ON FUNCTION position_at, version_at TO throughline_app;

-- The tables that people read have generations now (projections/generations.sql); these were the
-- only ones. They are worth nothing: everything in them is folded again.
DROP TABLE IF EXISTS profile, timeline, audit, caseload, checkpoint, parked;
