-- Filters of the API's list of bookings that fit few of very many.
create index bookings_by_status on bookings (account_id, status, created_at, id);
create index bookings_by_event_type on bookings (account_id, event_type_id, created_at, id);
