-- All triggers, lifecycle events of contacts, grace for regenerated keys, where connections come from, paused Zaps and test events.

-- Row security binds the owner of the tables too: see every row while the data is moved.
select set_config('app.scope', 'system', true);

-- sequence: of the contact's newest lifecycle event. changed_fields: what the newest change changed.
alter table contacts
  add column sequence integer not null default 0,
  add column changed_fields text[] not null default '{}';

-- An event tells of a booking or of a contact. Both kinds keep the page that they came through: scope is decided by it.
alter table lifecycle_events
  alter column booking_id drop not null,
  add column contact_id uuid,
  add foreign key (account_id, contact_id) references contacts (account_id, id),
  drop constraint lifecycle_events_type_check,
  add constraint lifecycle_events_type_check check (type in (
    'booking.requested', 'booking.request_canceled', 'booking.scheduled', 'booking.rescheduled', 'booking.canceled',
    'booking.canceled_then_rescheduled', 'booking.canceled_reschedule_requested', 'booking.reassigned', 'booking.completed',
    'booking.no_show', 'contact.captured', 'contact.updated')),
  add constraint lifecycle_events_subject_check check (
    case when type like 'contact.%' then contact_id is not null and booking_id is null
      else booking_id is not null and contact_id is null end);
create unique index lifecycle_events_of_contact on lifecycle_events (account_id, contact_id, sequence) where contact_id is not null;

-- subject_id: the booking or contact whose events are sent in order. A delivery without event is a test event, made up when it is
-- sent from its own id. custom_fields: the custom fields that its item has, as they were when it was planned.
alter table deliveries rename column booking_id to subject_id;
alter table deliveries
  alter column event_id drop not null,
  add column custom_fields jsonb not null default '[]';

alter table subscriptions
  drop constraint subscriptions_trigger_check,
  add constraint subscriptions_trigger_check check (trigger in (
    'booking_scheduled', 'booking_rescheduled', 'booking_canceled', 'booking_canceled_rescheduled', 'booking_completed',
    'booking_no_show', 'booking_lifecycle', 'contact_captured', 'contact_updated', 'contact_lifecycle')),
  drop constraint subscriptions_state_check,
  add constraint subscriptions_state_check check (state in ('on', 'needs_reconnect', 'paused', 'ended'));

-- grace_until: a regenerated key is good until then; cut short it is null.
alter table zapier_keys
  add column grace_until timestamptz,
  add column connected_from text,
  add column last_used_from text,
  add column last_used_by text,
  add column refused_at timestamptz,
  add column refused_from text,
  add check (grace_until is null or ended_by = 'regenerated');
create index zapier_keys_in_grace on zapier_keys (grace_until) where grace_until is not null;

-- A contact's bookings, for searches by e-mail.
create index bookings_by_contact on bookings (account_id, contact_id, starts_at);
