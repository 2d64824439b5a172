-- Where a customer came from, as the one who scheduled or made the link said.
alter table bookings add column utm_params jsonb;
alter table one_time_links add column utm_params jsonb;
