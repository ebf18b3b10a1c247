CREATE TABLE likes (
    community integer NOT NULL,
    post text NOT NULL,
    n bigint NOT NULL,
    PRIMARY KEY (community, post)
);
CREATE TABLE waiting (
    community integer NOT NULL,
    post text NOT NULL,
    due bigint NOT NULL,
    done bigint,
    PRIMARY KEY (community, post)
);
