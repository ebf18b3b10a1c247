-- Certificates that were made, for whoever verifies one. What a certificate says of a member's name is
-- sealed under the member's key: erased, it verifies no more.
CREATE TABLE hearth.certificates (
    id text PRIMARY KEY,             -- what the link ends with; cannot be guessed
    community integer NOT NULL,
    member bigint NOT NULL,
    about text NOT NULL,             -- star/<first local day>/<name> or badge/<name>
    sealed text NOT NULL             -- the name, as members' words are sealed
);
