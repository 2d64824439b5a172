-- Scheduling in full: options of pages and event types, forms, categories, editors, the whole booking lifecycle.

-- Row security binds the owner of the tables too: see every row while the data is moved.
select set_config('app.scope', 'system', true);

-- A user's own hours, which pages may follow instead of keeping theirs.
alter table users add column hours jsonb not null default '{"weekly":[{"day":1,"start":"09:00","end":"17:00"},{"day":2,"start":"09:00","end":"17:00"},{"day":3,"start":"09:00","end":"17:00"},{"day":4,"start":"09:00","end":"17:00"},{"day":5,"start":"09:00","end":"17:00"}],"overrides":{}}';

create table categories (
  account_id uuid not null references accounts,
  id uuid not null,
  kind text not null check (kind in ('booking-page', 'event-type')),
  name text not null check (char_length(name) between 1 and 45),
  shown_to_customers boolean not null default false,
  created_at timestamptz not null,
  primary key (account_id, id)
);
create unique index categories_by_name on categories (account_id, kind, lower(name));

create table booking_forms (
  account_id uuid not null references accounts,
  id uuid not null,
  name text not null check (char_length(name) between 1 and 75),
  fields jsonb not null,
  created_at timestamptz not null,
  primary key (account_id, id)
);
create unique index booking_forms_by_name on booking_forms (account_id, lower(name));

-- scheduling: null follows the page's options. Deleted rows stay, because bookings and events name them.
alter table event_types
  add column price text not null default '' check (char_length(price) <= 40),
  add column currency text not null default '' check (currency ~ '^([A-Z]{3})?$'),
  add column category_id uuid,
  add column scheduling jsonb,
  add column deleted_at timestamptz,
  add foreign key (account_id, category_id) references categories (account_id, id);
alter table event_types drop constraint event_types_account_id_slug_key;
create unique index event_types_by_slug on event_types (account_id, slug) where deleted_at is null;

alter table booking_pages
  add column uses_owner_hours boolean not null default false,
  add column converts_zone boolean not null default true,
  add column location jsonb not null default '{"kind":"none","header":"","text":"","announced":false}',
  add column scheduling jsonb not null default '{"mode":"automatic","suggestedTimes":3,"policy":{"cancel":"any","reschedule":"any","reason":"optional","text":""},"formId":null}',
  add column category_id uuid,
  add column image_hash text,
  add column deleted_at timestamptz,
  add foreign key (account_id, category_id) references categories (account_id, id);
update booking_pages set
  location = case
    when virtual_location <> '' then jsonb_build_object('kind', 'virtual-by-owner', 'header', 'Where', 'text', virtual_location, 'announced', false)
    when physical_location <> '' then jsonb_build_object('kind', 'physical-by-owner', 'header', 'Where', 'text', physical_location, 'announced', true)
    else location end,
  availability = '{"firstDays":null,"bookingsPerDay":null,"bookingsPerWeek":null,"slotsPerDay":null}'::jsonb || availability;
alter table booking_pages drop column virtual_location, drop column physical_location;

create table booking_page_images (
  account_id uuid not null,
  booking_page_id uuid not null,
  media_type text not null check (media_type in ('image/png', 'image/jpeg', 'image/gif', 'image/webp')),
  bytes bytea not null check (octet_length(bytes) between 1 and 204800),
  primary key (account_id, booking_page_id),
  foreign key (account_id, booking_page_id) references booking_pages (account_id, id) on delete cascade
);

create table booking_page_editors (
  account_id uuid not null,
  booking_page_id uuid not null,
  user_id uuid not null,
  primary key (account_id, booking_page_id, user_id),
  foreign key (account_id, booking_page_id) references booking_pages (account_id, id) on delete cascade,
  foreign key (account_id, user_id) references users (account_id, id) on delete cascade
);

-- What was agreed at the time of booking stays with the booking: subject, place, policy, answers.
-- reschedules_id: the booking this one takes the place of. wanted_page: where a requested reschedule may go.
alter table bookings
  add column mode text not null default 'automatic' check (mode in ('automatic', 'approval')),
  add column detail text not null default 'by_customer',
  add column reason text not null default '' check (char_length(reason) <= 2000),
  add column subject text not null default '',
  add column physical_location text not null default '',
  add column virtual_location text not null default '',
  add column policy jsonb not null default '{"cancel":"any","reschedule":"any","reason":"optional","text":""}',
  add column answers jsonb not null default '[]',
  add column suggested_starts jsonb not null default '[]',
  add column reschedules_id uuid,
  add column rebook text check (rebook in ('same', 'any')),
  add foreign key (account_id, reschedules_id) references bookings (account_id, id);
update bookings set subject = event_types.name from event_types
  where event_types.account_id = bookings.account_id and event_types.id = bookings.event_type_id;
create unique index bookings_one_successor on bookings (account_id, reschedules_id) where reschedules_id is not null;
create index bookings_by_page_day on bookings (account_id, booking_page_id, starts_at)
  where status in ('scheduled', 'rescheduled', 'completed', 'no_show');

alter table lifecycle_events drop constraint lifecycle_events_type_check;
alter table lifecycle_events add constraint lifecycle_events_type_check check (type in (
  'booking.requested', 'booking.request_canceled', 'booking.scheduled', 'booking.rescheduled', 'booking.canceled',
  'booking.canceled_then_rescheduled', 'booking.canceled_reschedule_requested', 'booking.reassigned', 'booking.completed',
  'booking.no_show'));

do $$
declare
  t text;
begin
  foreach t in array array['categories', 'booking_forms', 'booking_page_images', 'booking_page_editors']
  loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy own_account on %I using (app_may_see(account_id)) with check (app_may_see(account_id))', t);
  end loop;
end $$;
