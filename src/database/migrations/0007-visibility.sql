-- What the page of all deliveries and the metrics ask for.

-- Deliveries that are set aside, of an account or of all: few beside those that were delivered.
create index deliveries_set_aside on deliveries (account_id, state, id desc) where state in ('held', 'given_up', 'dropped');
-- Attempts of a span of time. They are only ever added, in the order of time: a block range index costs next to nothing.
create index delivery_attempts_by_time on delivery_attempts using brin (started_at) with (pages_per_range = 16, autosummarize = on);
create index outgoing_mails_given_up on outgoing_mails (account_id, id) where state = 'given_up';
