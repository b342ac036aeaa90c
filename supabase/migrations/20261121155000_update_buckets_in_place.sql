-- Why: buckets are written with every call and are three to a caller. An index on a figure that changes
-- with each of them made every write a new row and a new entry in both indexes; without it a bucket is
-- updated in its page. Full buckets are found by reading the table, by a purge that nobody waits for.

drop index private.rate_limit_buckets_full_at_idx;

alter table private.rate_limit_buckets set (fillfactor = 50);
