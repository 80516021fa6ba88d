-- Which events name another learner's record than the one they stand on, where that counts for who
-- may see the other. Runs once, as throughline_owner.

DO $$
DECLARE
    -- TELLS of domain/access/ties.py; a name in `subjects` stands readable in front of what is sealed.
    v_is_tie text := $is$topic = 'records-merged' OR topic IN (
        'learner-enrolled', 'responsible-person-linked', 'rights-evidence-recorded',
        'rights-revoked', 'consent-granted', 'directory-opt-out-set',
        'survey-notice-sent', 'survey-allowed', 'survey-refused', 'survey-opted-out'
    ) AND position('"subjects":['::bytea IN state) > 0$is$;
BEGIN
    -- The view is found by the index only where both say the same.
    EXECUTE 'CREATE INDEX event_tie ON event (tenant, position) WHERE ' || v_is_tie;
    EXECUTE 'CREATE VIEW tie WITH (security_invoker) AS '
            'SELECT tenant, position, stream, version, topic, state, recorded_at '
            'FROM event WHERE ' || v_is_tie;
END $$;

GRANT SELECT ON tie TO throughline_app;
