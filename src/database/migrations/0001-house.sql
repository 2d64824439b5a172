-- The whole house: accounts and sign-in, booking pages, bookings, lifecycle events, Zapier keys, deliveries.
--
-- Rules (docs/adr/0003, 0004): account_id is the first column of every primary and foreign key; row-level
-- security is forced; the serving role owns nothing. A row is seen when app.account is its account, or when
-- the connection was opened for the whole installation (app.scope = 'system': sign-in, public links, worker).

create extension if not exists btree_gist;

create function app_may_see(row_account uuid) returns boolean language sql stable parallel safe as $$
  select row_account = nullif(current_setting('app.account', true), '')::uuid
      or current_setting('app.scope', true) = 'system'
$$;

-- One row: proves at every start that the secret in use is the one the stored keys were made with.
create table installation (
  one boolean primary key default true check (one),
  secret_check text not null,
  created_at timestamptz not null default now()
);

create table accounts (
  account_id uuid primary key,
  name text not null check (char_length(name) between 1 and 120),
  created_at timestamptz not null
);

-- Users are found by Login ID over the whole installation, so login_id is unique without the account.
create table users (
  account_id uuid not null references accounts,
  id uuid not null unique,
  login_id text not null unique check (login_id = lower(btrim(login_id)) and char_length(login_id) between 3 and 254),
  login_id_verified boolean not null default false,
  name text not null check (char_length(name) between 1 and 120),
  image text,
  role text not null check (role in ('administrator', 'member')),
  zone text not null,
  triggers_all_pages boolean not null default false check (not triggers_all_pages or role = 'administrator'),
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (account_id, id)
);

create table sign_in_passwords (
  account_id uuid not null,
  id uuid not null,
  user_id uuid not null,
  provider text not null,
  provider_user_id text not null,
  password_hash text,
  access_token text, refresh_token text, id_token text, scope text,
  access_token_expires_at timestamptz, refresh_token_expires_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (account_id, id),
  unique (account_id, provider, provider_user_id),
  foreign key (account_id, user_id) references users (account_id, id) on delete cascade
);

create table sessions (
  account_id uuid not null,
  id uuid not null,
  user_id uuid not null,
  token_hash text not null unique,
  expires_at timestamptz not null,
  ip_address text,
  user_agent text,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (account_id, id),
  foreign key (account_id, user_id) references users (account_id, id) on delete cascade
);
create index sessions_by_expiry on sessions (expires_at);

-- Two tables of sign-in that belong to no account yet: reset links and counters of attempts.
create table sign_in_verifications (
  id uuid primary key,
  identifier text not null,
  value text not null,
  expires_at timestamptz not null,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index sign_in_verifications_by_identifier on sign_in_verifications (identifier);

create table sign_in_limits (
  id uuid primary key,
  key text not null unique,
  count integer not null,
  last_request bigint not null
);

create table event_types (
  account_id uuid not null references accounts,
  id uuid not null,
  name text not null check (char_length(name) between 1 and 75),
  slug text not null check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
  description text not null default '' check (char_length(description) <= 2000),
  duration_minutes integer not null check (duration_minutes between 5 and 1440),
  position integer not null,
  created_at timestamptz not null,
  primary key (account_id, id),
  unique (account_id, slug)
);

create table booking_pages (
  account_id uuid not null references accounts,
  id uuid not null,
  owner_id uuid not null,
  public_name text not null check (char_length(public_name) between 1 and 75),
  internal_label text not null check (char_length(internal_label) between 1 and 75),
  welcome_message text not null default '' check (char_length(welcome_message) <= 2000),
  physical_location text not null default '',
  virtual_location text not null default '',
  zone text not null,
  accepts_bookings boolean not null default true,
  availability jsonb not null,
  created_at timestamptz not null,
  primary key (account_id, id),
  foreign key (account_id, owner_id) references users (account_id, id)
);
create index booking_pages_by_owner on booking_pages (account_id, owner_id);

-- A public link is unique over the whole installation, also after a page stopped using it.
create table public_links (
  slug text primary key check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and char_length(slug) between 4 and 60),
  account_id uuid not null,
  booking_page_id uuid not null,
  retired_at timestamptz,
  foreign key (account_id, booking_page_id) references booking_pages (account_id, id) on delete cascade
);
create unique index public_links_one_current on public_links (account_id, booking_page_id) where retired_at is null;

create table booking_page_event_types (
  account_id uuid not null,
  booking_page_id uuid not null,
  event_type_id uuid not null,
  primary key (account_id, booking_page_id, event_type_id),
  foreign key (account_id, booking_page_id) references booking_pages (account_id, id) on delete cascade,
  foreign key (account_id, event_type_id) references event_types (account_id, id)
);

create table contacts (
  account_id uuid not null references accounts,
  id uuid not null,
  email text not null check (email = lower(btrim(email)) and char_length(email) between 3 and 254),
  name text not null,
  company text not null default '',
  phone text not null default '',
  zone text not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (account_id, id),
  unique (account_id, email)
);

create table bookings (
  account_id uuid not null,
  id uuid not null,
  booking_page_id uuid not null,
  event_type_id uuid not null,
  owner_id uuid not null,
  contact_id uuid not null,
  status text not null check (status in ('requested', 'scheduled', 'rescheduled', 'completed', 'no_show', 'canceled')),
  sequence integer not null default 0,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  -- What the customer was told, so that a tz update can derive the instants again.
  local_start text not null,
  zone text not null,
  tz_version text not null,
  buffer_before_minutes integer not null default 0,
  buffer_after_minutes integer not null default 0,
  customer_name text not null,
  customer_email text not null,
  customer_company text not null default '',
  customer_phone text not null default '',
  customer_note text not null default '',
  customer_zone text not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (account_id, id),
  check (ends_at > starts_at),
  foreign key (account_id, booking_page_id) references booking_pages (account_id, id),
  foreign key (account_id, event_type_id) references event_types (account_id, id),
  foreign key (account_id, owner_id) references users (account_id, id),
  foreign key (account_id, contact_id) references contacts (account_id, id),
  -- The guard of last resort: nobody is booked twice for one moment. Inserts say ON CONFLICT DO NOTHING (ADR 0004).
  constraint bookings_no_double exclude using gist
    (account_id with =, owner_id with =, tstzrange(starts_at, ends_at, '[)') with &&)
    where (status in ('scheduled', 'rescheduled'))
);
create index bookings_by_owner_start on bookings (account_id, owner_id, starts_at);
-- A customer's link carries the booking's id and no account.
create index bookings_by_id on bookings (id);
create index bookings_by_page_start on bookings (account_id, booking_page_id, starts_at);
-- Busy time of an owner: without it the planner joins two larger indexes once there are many bookings (bench/slots-history).
create index bookings_busy on bookings (account_id, owner_id, starts_at) where status in ('scheduled', 'rescheduled');
create index bookings_to_complete on bookings (ends_at) where status in ('scheduled', 'rescheduled');

-- Append-only. data is the booking as it was at that moment.
create table lifecycle_events (
  account_id uuid not null,
  id uuid not null,
  booking_id uuid not null,
  booking_page_id uuid not null,
  owner_id uuid not null,
  event_type_id uuid not null,
  type text not null check (type in ('booking.scheduled', 'booking.completed')),
  sequence integer not null check (sequence >= 1),
  actor text not null check (actor in ('customer', 'user', 'system')),
  actor_user_id uuid,
  occurred_at timestamptz not null,
  data jsonb not null,
  primary key (account_id, id),
  unique (account_id, booking_id, sequence),
  foreign key (account_id, booking_id) references bookings (account_id, id)
);
create index lifecycle_events_newest on lifecycle_events (account_id, type, id desc);

-- The outbox: a row here is a lifecycle event that still has to be turned into deliveries.
create table unplanned_events (
  account_id uuid not null,
  event_id uuid not null,
  recorded_at timestamptz not null default now(),
  primary key (account_id, event_id),
  foreign key (account_id, event_id) references lifecycle_events (account_id, id)
);
create index unplanned_events_oldest on unplanned_events (recorded_at);

create table zapier_keys (
  account_id uuid not null,
  id uuid not null,
  user_id uuid not null,
  public_part text not null unique,
  secret_hash bytea not null,
  sealed_key bytea not null,
  created_at timestamptz not null,
  connected_at timestamptz,
  last_used_at timestamptz,
  ended_at timestamptz,
  ended_by text check (ended_by in ('revoked', 'regenerated')),
  primary key (account_id, id),
  check ((ended_at is null) = (ended_by is null)),
  foreign key (account_id, user_id) references users (account_id, id) on delete cascade
);
create unique index zapier_keys_one_live on zapier_keys (account_id, user_id) where ended_at is null;

create table subscriptions (
  account_id uuid not null,
  id uuid not null,
  user_id uuid not null,
  key_id uuid not null,
  trigger text not null check (trigger in ('booking_scheduled')),
  target_url text not null check (char_length(target_url) <= 2000),
  booking_page_id uuid,
  event_type_id uuid,
  state text not null check (state in ('on', 'needs_reconnect', 'ended')),
  ended_reason text,
  ended_at timestamptz,
  created_at timestamptz not null,
  -- The lease: whoever sends for this subscription holds it until leased_until.
  next_due_at timestamptz,
  leased_until timestamptz,
  last_delivery_at timestamptz,
  last_delivery_ok boolean,
  last_delivery_words text,
  primary key (account_id, id),
  check ((state = 'ended') = (ended_at is not null)),
  foreign key (account_id, user_id) references users (account_id, id) on delete cascade,
  foreign key (account_id, key_id) references zapier_keys (account_id, id),
  foreign key (account_id, booking_page_id) references booking_pages (account_id, id) on delete cascade,
  foreign key (account_id, event_type_id) references event_types (account_id, id) on delete cascade
);
create index subscriptions_live on subscriptions (account_id, trigger) where state <> 'ended';
create index subscriptions_due on subscriptions (next_due_at) where state = 'on' and next_due_at is not null;

create table deliveries (
  account_id uuid not null,
  id uuid not null,
  subscription_id uuid not null,
  event_id uuid not null,
  booking_id uuid not null,
  sequence integer not null,
  state text not null check (state in ('pending', 'delivered', 'given_up', 'held', 'dropped')),
  attempts integer not null default 0,
  due_at timestamptz not null,
  closed_at timestamptz,
  reason text,
  created_at timestamptz not null,
  primary key (account_id, id),
  unique (account_id, subscription_id, event_id),
  foreign key (account_id, subscription_id) references subscriptions (account_id, id) on delete cascade,
  foreign key (account_id, event_id) references lifecycle_events (account_id, id)
);
create index deliveries_open on deliveries (account_id, subscription_id, due_at) where state = 'pending';
create index deliveries_newest on deliveries (account_id, subscription_id, id desc);

-- Append-only: what each attempt did.
create table delivery_attempts (
  account_id uuid not null,
  delivery_id uuid not null,
  number integer not null,
  started_at timestamptz not null,
  duration_ms integer not null,
  outcome text not null,
  status integer,
  words text not null,
  response_head text,
  primary key (account_id, delivery_id, number),
  foreign key (account_id, delivery_id) references deliveries (account_id, id) on delete cascade
);

-- Reverse unsubscribe: targets that are still to be told, by DELETE, that nothing more will come.
create table farewells (
  account_id uuid not null,
  subscription_id uuid not null,
  target_url text not null,
  attempts integer not null default 0,
  due_at timestamptz not null,
  primary key (account_id, subscription_id),
  foreign key (account_id, subscription_id) references subscriptions (account_id, id) on delete cascade
);
create index farewells_due on farewells (due_at);

create table idempotency_records (
  account_id uuid not null references accounts,
  verb text not null,
  key_hash bytea not null,
  request_hash bytea not null,
  booking_id uuid not null,
  created_at timestamptz not null,
  primary key (account_id, verb, key_hash)
);
create index idempotency_records_oldest on idempotency_records (created_at);

-- Append-only: who did what to credentials and access.
create table audit_entries (
  account_id uuid not null references accounts,
  id uuid not null,
  actor_user_id uuid,
  action text not null,
  subject text not null,
  details jsonb not null default '{}',
  at timestamptz not null,
  primary key (account_id, id)
);

do $$
declare
  t text;
begin
  foreach t in array array['accounts', 'users', 'sign_in_passwords', 'sessions', 'event_types', 'booking_pages',
    'public_links', 'booking_page_event_types', 'contacts', 'bookings', 'lifecycle_events', 'unplanned_events',
    'zapier_keys', 'subscriptions', 'deliveries', 'delivery_attempts', 'farewells', 'idempotency_records', 'audit_entries']
  loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy own_account on %I using (app_may_see(account_id)) with check (app_may_see(account_id))', t);
  end loop;
end $$;
