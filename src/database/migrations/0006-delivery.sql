-- Signing secrets, how long a subscription has been failing and what its user was told, and why it is paused.

-- secret, former_secret: sealed (docs/adr/0007). The former one signs beside the present one until former_secret_until.
-- failing_since, failed_tries: since the last success. told: notices since then (1: after an hour, 2: after a day).
alter table subscriptions
  add column secret bytea,
  add column former_secret bytea,
  add column former_secret_until timestamptz,
  add column failing_since timestamptz,
  add column failed_tries integer not null default 0,
  add column told smallint not null default 0,
  add column paused_for text check (paused_for in ('user', 'failing')),
  add check ((former_secret is null) = (former_secret_until is null));
update subscriptions set paused_for = 'user' where state = 'paused';
alter table subscriptions add check ((state = 'paused') = (paused_for is not null));
create index subscriptions_failing on subscriptions (failing_since) where state = 'on' and failing_since is not null;
-- Whose lease runs out next: a worker that died leaves what it leased until then.
create index subscriptions_leased on subscriptions (leased_until) where leased_until is not null;
-- The earliest open delivery of a booking or contact: only that one may be sent.
create index deliveries_of_subject on deliveries (account_id, subscription_id, subject_id, sequence) where state = 'pending';
