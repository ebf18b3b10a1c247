-- name: orders
-- Five orders of each of so many buyers within the year before a day.
INSERT INTO tier_order (community, day, member, amount, "offset", discounted, subject)
SELECT 1, $2::int - 1 - (hashint8(n) & 2147483647) % 360, n % $1::int, 100 + (hashint8(n * 7) & 65535),
       n, n % 9 = 0, decode(md5(n::text), 'hex')
FROM generate_series(0, $1::int * 5 - 1) AS n;

-- name: days
-- Ten days of each within the year, on which it did something and received something.
INSERT INTO tier_day (community, day, member, seen, acts, contributions, received, attended)
SELECT 1, $2::int - 1 - (hashint8(n) & 2147483647) % 360, n % $1::int, 1, 1 + n % 4, n % 2, n % 3, 0
FROM generate_series(0, $1::int * 10 - 1) AS n ON CONFLICT DO NOTHING;

-- name: pairs
-- Five whom each has reached.
INSERT INTO tier_pair (community, day, author, giver)
SELECT 1, $2::int - 1 - (hashint8(n) & 2147483647) % 180, n % $1::int, hashint8(n * 3) & 131071
FROM generate_series(0, $1::int * 5 - 1) AS n ON CONFLICT DO NOTHING;

-- name: settle
-- Statistics, as a server that runs has them.
ANALYZE tier_order, tier_day, tier_pair, tier_now;
