-- Users: invited by mail, signed in later, deleted without taking the history with them.

select set_config('app.scope', 'system', true);

-- joined_at: the moment the invitation was accepted; null while it is pending.
-- A deleted user keeps row and name, because bookings, events and audit entries name it; the Login ID becomes free.
alter table users
  add column joined_at timestamptz,
  add column deleted_at timestamptz,
  add check (deleted_at is null or not triggers_all_pages);
update users set joined_at = created_at;

-- Links that were mailed to a user to set a password. One of each purpose: a newer one takes the place of the older.
create table user_links (
  account_id uuid not null,
  user_id uuid not null,
  purpose text not null check (purpose in ('invitation', 'password-reset')),
  token_hash bytea not null unique,
  expires_at timestamptz not null,
  created_at timestamptz not null,
  primary key (account_id, user_id, purpose),
  foreign key (account_id, user_id) references users (account_id, id) on delete cascade
);

alter table user_links enable row level security;
alter table user_links force row level security;
create policy own_account on user_links using (app_may_see(account_id)) with check (app_may_see(account_id));

-- How often something was tried in a span of time: passwords on forms, reset links. Belongs to no account, as sign_in_limits.
create table attempt_counts (
  key text primary key,
  count integer not null,
  until timestamptz not null
);
create index attempt_counts_by_end on attempt_counts (until);

-- Mails about a user's own access are caused by no lifecycle event.
alter table outgoing_mails alter column event_id drop not null;
