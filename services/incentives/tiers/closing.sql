-- name: close
-- Judge everybody of a community as a local day begins, by the days before it, and enter what has
-- changed. Who has no figures in the windows is looked at while there is something to come down from.
--   $1 community  $2 the day that begins, at $3
--   $4 days of value  $5 of interaction  $6 by orders: 1 yes, 2 no, 0 where there are any
--   $7 as many are scored by fifths; fewer by steps: $8 recency $9 frequency $10 money $11 received
--   $12 interaction $13 influence
--   $14 tiers, with what each way wants: $15 value $16 interaction $17 influence
--   $18 loyal from  $19 days to being at risk, $20 to being lost
--   $21 orders and $22 thousandths of them cheaper  $23 orders, each $24 thousandths of the mean
--   $25 attended
WITH repaid AS (
    SELECT subject, coalesce(sum(amount), 0) AS amount, bool_or(amount IS NULL) AS whole
    FROM tier_refund WHERE community = $1::int AND day >= $2::int - $4::int AND day < $2::int
    GROUP BY subject
), bought AS (
    SELECT member, day, amount, discounted FROM tier_order o
    WHERE community = $1::int AND day >= $2::int - $4::int AND day < $2::int
      AND NOT EXISTS (SELECT FROM repaid r WHERE r.subject = o.subject)
    UNION ALL
    SELECT member, max(day), greatest(0, least(sum(o.amount) - r.amount, 2::numeric ^ 62))::bigint,
           bool_or(discounted)
    FROM tier_order o JOIN repaid r USING (subject)
    WHERE community = $1::int AND day >= $2::int - $4::int AND day < $2::int AND NOT r.whole
    GROUP BY subject, member, r.amount
), buyer AS (
    SELECT member, max(day) AS last, count(*) AS orders, sum(amount) AS paid,
           count(*) FILTER (WHERE discounted) AS cheaper
    FROM bought WHERE amount > 0 GROUP BY member
), doing AS (
    SELECT member,
           max(day) FILTER (WHERE seen > 0) AS seen,
           max(day) FILTER (WHERE contributions > 0 AND day >= $2::int - $4::int) AS last,
           sum(acts) FILTER (WHERE day >= $2::int - $5::int) AS acts,
           sum(contributions) FILTER (WHERE day >= $2::int - $4::int) AS contributions,
           sum(received) FILTER (WHERE day >= $2::int - $4::int) AS received,
           sum(attended) FILTER (WHERE day >= $2::int - $4::int) AS attended
    FROM tier_day WHERE community = $1::int AND day >= $2::int - greatest($4::int, $5::int) AND day < $2::int
    GROUP BY member
), reached AS (
    SELECT author AS member, count(*) AS people
    FROM tier_pair WHERE community = $1::int AND day >= $2::int - $5::int GROUP BY author
), basis AS (
    SELECT CASE WHEN $6::int = 0 THEN EXISTS (SELECT FROM buyer) ELSE $6::int = 1 END AS commerce
), figure AS (
    SELECT member, commerce, greatest(b.last, d.seen) AS seen,
           CASE WHEN commerce THEN b.last ELSE d.last END AS last,
           CASE WHEN commerce THEN coalesce(b.orders, 0)
                WHEN d.last IS NULL THEN 0 ELSE greatest(d.contributions, 0) END AS frequency,
           CASE WHEN commerce THEN coalesce(b.paid, 0)
                ELSE greatest(coalesce(d.received, 0), 0) END AS money,
           greatest(coalesce(d.acts, 0), 0) AS acts, coalesce(i.people, 0) AS people,
           b.orders, b.paid, b.cheaper, coalesce(d.attended, 0) AS attended
    FROM buyer b FULL JOIN doing d USING (member) FULL JOIN reached i USING (member)
    FULL JOIN (
        SELECT member FROM tier_now
        WHERE community = $1::int AND (tier > 0 OR stage < 5 OR persona > 0)
    ) k USING (member)
    CROSS JOIN basis
), ranked AS (
    SELECT *, count(*) FILTER (WHERE frequency > 0) OVER () AS scored,
           count(*) FILTER (WHERE acts > 0) OVER () AS acting,
           count(*) FILTER (WHERE people > 0) OVER () AS reaching,
           sum(orders) OVER () AS all_orders, sum(paid) OVER () AS all_paid,
           rank() OVER (PARTITION BY frequency > 0 ORDER BY last) - 1 AS under_last,
           rank() OVER (PARTITION BY frequency > 0 ORDER BY frequency) - 1 AS under_frequency,
           rank() OVER (PARTITION BY frequency > 0 ORDER BY money) - 1 AS under_money,
           rank() OVER (PARTITION BY acts > 0 ORDER BY acts) - 1 AS under_acts,
           rank() OVER (PARTITION BY people > 0 ORDER BY people) - 1 AS under_people
    FROM figure
), scored AS (
    -- Equal figures have equal scores: how many stand strictly below, in fifths of all.
    SELECT *,
           CASE WHEN frequency = 0 THEN 0 WHEN scored >= $7::int THEN 1 + 5 * under_last / scored
                ELSE 5 - width_bucket($2::int - 2 - last, $8::int[]) END AS r,
           CASE WHEN frequency = 0 THEN 0 WHEN scored >= $7::int THEN 1 + 5 * under_frequency / scored
                ELSE 1 + width_bucket(frequency, $9::bigint[]) END AS f,
           CASE WHEN frequency = 0 THEN 0 WHEN scored >= $7::int THEN 1 + 5 * under_money / scored
                WHEN commerce THEN 1 + width_bucket(money, $10::bigint[]::numeric[])
                ELSE 1 + width_bucket(money, $11::bigint[]::numeric[]) END AS m,
           CASE WHEN acts = 0 THEN 0 WHEN acting >= $7::int THEN 1 + 5 * under_acts / acting
                ELSE 1 + width_bucket(acts, $12::bigint[]) END AS i,
           CASE WHEN people = 0 THEN 0 WHEN reaching >= $7::int THEN 1 + 5 * under_people / reaching
                ELSE 1 + width_bucket(people, $13::bigint[]) END AS u
    FROM ranked
), judged AS (
    SELECT *,
           coalesce((
               SELECT max(w.tier) FROM unnest($14::int[], $15::int[], $16::int[], $17::int[])
                   AS w (tier, value, interaction, influence)
               WHERE r + f + m >= w.value AND i >= w.interaction AND u >= w.influence
           ), 0) AS tier,
           CASE WHEN seen IS NULL OR $2::int - 1 - seen >= $20::int THEN 5
                WHEN $2::int - 1 - seen >= $19::int THEN 4 WHEN frequency >= $18::int THEN 3
                WHEN frequency > 0 THEN 2 WHEN acts > 0 THEN 1 ELSE 0 END AS stage,
           CASE WHEN orders >= $21::int AND cheaper * 1000 >= orders * $22::int THEN 1
                WHEN orders >= $23::int AND paid * all_orders * 1000 >= all_paid * orders * $24::int THEN 2
                WHEN attended >= $25::int THEN 3 ELSE 0 END AS persona
    FROM scored
), changed AS (
    SELECT j.*, n.tier AS was_tier, n.stage AS was_stage
    FROM judged j LEFT JOIN tier_now n ON n.community = $1::int AND n.member = j.member
    WHERE (n.tier, n.stage, n.persona) IS DISTINCT FROM (j.tier, j.stage, j.persona)
), entered AS (
    INSERT INTO tier_history (
        community, day, member, at, frequency, money, interaction, influence, scored, recency, tier,
        stage, persona, recency_score, frequency_score, money_score, interaction_score,
        influence_score, commerce)
    SELECT $1::int, $2::int, member, $3::bigint, frequency, least(money, 2::numeric ^ 62), acts, people, scored,
           $2::int - 1 - last, tier, stage, persona, r, f, m, i, u, commerce
    FROM changed
), kept AS (
    INSERT INTO tier_now (community, member, tier, stage, persona)
    SELECT $1::int, member, tier, stage, persona FROM changed
    ON CONFLICT (community, member) DO UPDATE
    SET tier = excluded.tier, stage = excluded.stage, persona = excluded.persona
)
SELECT member, tier, was_tier, stage, was_stage FROM changed ORDER BY member;
