-- What a receiver asked to hear, and how its last delivery went.
ALTER TABLE notify.webhook
    ADD COLUMN events text[],            -- types of facts; null: all that people are told of
    ADD COLUMN changed_at bigint,
    ADD COLUMN last_at bigint,           -- of the last attempt to deliver
    ADD COLUMN last_outcome text,
    ADD COLUMN last_delivered boolean;
