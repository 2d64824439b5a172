-- The REST API: keys of the account, teams, what contacts are known for beyond bookings, booking calendars, one-time
-- links.

select set_config('app.scope', 'system', true);

-- Keys that act as the account. secret_hash: HMAC under the server's pepper; the key itself is shown once and never stored.
create table api_keys (
  account_id uuid not null references accounts,
  id uuid not null,
  name text not null check (char_length(name) between 1 and 100 and name = btrim(name)),
  public_part text not null,
  secret_hash bytea not null,
  scope text not null check (scope in ('all', 'read', 'webhooks')),
  created_by uuid,
  created_at timestamptz not null,
  last_used_at timestamptz,
  last_used_from text,
  ended_at timestamptz,
  primary key (account_id, id),
  foreign key (account_id, created_by) references users (account_id, id)
);
create index api_keys_by_public_part on api_keys (public_part) where ended_at is null;
create unique index api_keys_by_name on api_keys (account_id, lower(name)) where ended_at is null;

create table teams (
  account_id uuid not null references accounts,
  id uuid not null,
  name text not null check (char_length(name) between 1 and 100 and name = btrim(name)),
  created_at timestamptz not null,
  primary key (account_id, id)
);
create unique index teams_by_name on teams (account_id, lower(name));

create table team_members (
  account_id uuid not null,
  team_id uuid not null,
  user_id uuid not null,
  primary key (account_id, team_id, user_id),
  foreign key (account_id, team_id) references teams (account_id, id) on delete cascade,
  foreign key (account_id, user_id) references users (account_id, id)
);
create index team_members_of_user on team_members (account_id, user_id);

-- email is empty for a contact known by its mobile phone only. details: what the API stores beyond what bookings ask.
-- A deleted contact keeps its row, because bookings and events name it; e-mail and phone become free.
alter table contacts
  add column mobile_phone text not null default '',
  add column details jsonb not null default '{}',
  add column last_interacted_at timestamptz,
  add column deleted_at timestamptz,
  drop constraint contacts_email_check,
  add constraint contacts_email_check
    check (email = '' or (email = lower(btrim(email)) and char_length(email) between 3 and 254)),
  drop constraint contacts_account_id_email_key;
create unique index contacts_by_email on contacts (account_id, email) where email <> '' and deleted_at is null;
create unique index contacts_by_mobile_phone on contacts (account_id, mobile_phone)
  where mobile_phone <> '' and deleted_at is null;
-- Lists of the API: newest first, flat however many there are.
create index contacts_by_creation on contacts (account_id, created_at, id) where deleted_at is null;
create index bookings_by_creation on bookings (account_id, created_at, id);
create index bookings_by_update on bookings (account_id, updated_at, id);

-- A booking calendar of the API is a page with one of its event types: the same two always make the same id.
alter table booking_page_event_types
  add column calendar_id uuid not null generated always as (md5(booking_page_id::text || event_type_id::text)::uuid) stored;
create unique index booking_calendars on booking_page_event_types (account_id, calendar_id);

-- Links that book once. code: the last part of the address.
create table one_time_links (
  account_id uuid not null references accounts,
  code text not null,
  booking_page_id uuid not null,
  -- Null: the visitor chooses.
  event_type_id uuid,
  -- Query that fills the form in.
  prefill jsonb not null default '{}',
  created_at timestamptz not null,
  expires_at timestamptz not null,
  used_by_booking_id uuid,
  primary key (account_id, code),
  foreign key (account_id, booking_page_id) references booking_pages (account_id, id)
);
create index one_time_links_by_code on one_time_links (code);
create index one_time_links_by_end on one_time_links (expires_at) where used_by_booking_id is null;

do $$
declare t text;
begin
  foreach t in array array['api_keys', 'teams', 'team_members', 'one_time_links'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy own_account on %I using (app_may_see(account_id)) with check (app_may_see(account_id))', t);
  end loop;
end $$;
