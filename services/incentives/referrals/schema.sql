-- Who invited whom; a member has at most one row.
CREATE TABLE IF NOT EXISTS referral (
    community integer NOT NULL,
    "offset" bigint NOT NULL,
    member bigint NOT NULL,
    inviter bigint NOT NULL,
    at bigint NOT NULL
);
CREATE INDEX IF NOT EXISTS referral_member ON referral (community, member);
CREATE INDEX IF NOT EXISTS referral_inviter ON referral (community, inviter, at, member);
