-- Who is signed in, and the tokens of API clients. Runs once, as throughline_owner. What a browser
-- or a client holds stands here as its SHA-256 alone; `sealed` opens with what it holds, and not
-- without.

-- A sign-in on its way to the provider and back; taken once.
CREATE TABLE sign_in (
    tenant     text COLLATE "C" NOT NULL,
    digest     bytea NOT NULL,
    sealed     bytea NOT NULL,
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, digest)
);

CREATE TABLE session (
    tenant     text COLLATE "C" NOT NULL,
    digest     bytea NOT NULL,
    person     uuid NOT NULL,
    assurance  smallint NOT NULL,
    sealed     bytea NOT NULL,
    began_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    seen_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, digest)
);

-- A token is never deleted: who looks into an old read must find whose it was.
CREATE TABLE api_token (
    tenant     text COLLATE "C" NOT NULL,
    id         uuid NOT NULL,
    digest     bytea NOT NULL,
    person     uuid NOT NULL,
    name       text NOT NULL,
    scopes     text[] NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    created_by uuid NOT NULL,
    expires_at timestamptz NOT NULL,
    revoked_at timestamptz,
    revoked_by uuid,
    PRIMARY KEY (tenant, id),
    UNIQUE (tenant, digest),
    CHECK (cardinality(scopes) > 0),
    CHECK (scopes <@ ARRAY['read', 'write', 'export', 'admin']),
    CHECK ((revoked_at IS NULL) = (revoked_by IS NULL))
);

DO $$
DECLARE
    v_table text;
BEGIN
    FOREACH v_table IN ARRAY ARRAY['sign_in', 'session', 'api_token']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', v_table);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', v_table);
        EXECUTE format('CREATE POLICY named_tenant ON %I '
                       'USING (tenant = current_setting(''throughline.tenant'', true))', v_table);
    END LOOP;
END $$;

-- Revokes a token, once and for ever; false where there is none or it was revoked before.
CREATE FUNCTION revoke_api_token(p_tenant text, p_id uuid, p_by uuid) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    IF p_tenant IS DISTINCT FROM current_setting('throughline.tenant', true) THEN
        PERFORM foreign_tenant(p_tenant);
    END IF;
    UPDATE api_token SET revoked_at = clock_timestamp(), revoked_by = p_by
    WHERE tenant = p_tenant AND id = p_id AND revoked_at IS NULL;
    RETURN FOUND;
END $$;

GRANT EXECUTE ON FUNCTION revoke_api_token TO throughline_app;
GRANT SELECT, INSERT, DELETE ON sign_in, session TO throughline_app;
GRANT UPDATE (seen_at) ON session TO throughline_app;
GRANT SELECT ON api_token TO throughline_app;
GRANT INSERT (tenant, id, digest, person, name, scopes, created_by, expires_at)
    ON api_token TO throughline_app;
