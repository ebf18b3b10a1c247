CREATE TABLE points (
    community integer NOT NULL,
    member bigint NOT NULL,
    points bigint NOT NULL,
    day integer NOT NULL,
    used integer NOT NULL,
    PRIMARY KEY (community, member)
) WITH (fillfactor = 70);
