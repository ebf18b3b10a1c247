-- Beside the tables of a preview's generation: what members have live and under the draft.

-- Only explanations and past times look there, and nobody asks for them.
DROP INDEX ledger_event;
DROP INDEX ledger_at;

-- One side at a time: accounts by their amounts, ladders by the rank from 1, badges by how many.
CREATE UNLOGGED TABLE had (
    member bigint NOT NULL,
    value bigint NOT NULL,
    what smallint NOT NULL,            -- 0 account 1 ladder 2 badge
    draft boolean NOT NULL,
    name text NOT NULL
);

CREATE UNLOGGED TABLE compared (
    member bigint NOT NULL,
    live bigint NOT NULL,
    draft bigint NOT NULL,
    what smallint NOT NULL,
    name text NOT NULL
);
