-- Badges that were taken away: of one post, or with an empty subject all that the member had of it.
-- What was awarded before such a row counts no more.
CREATE TABLE IF NOT EXISTS badge_revocation (
    community integer NOT NULL,
    badge smallint NOT NULL,
    "offset" bigint NOT NULL,
    member bigint NOT NULL,
    at bigint NOT NULL,
    subject bytea NOT NULL
);
CREATE INDEX IF NOT EXISTS badge_revocation_member ON badge_revocation (community, member, badge);
