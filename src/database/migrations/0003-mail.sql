-- Mails that are owed to somebody: planned with the deliveries of an event, rendered once, sent until they are taken.
create table outgoing_mails (
  account_id uuid not null,
  id uuid not null,
  event_id uuid not null,
  kind text not null,
  to_name text not null,
  to_address text not null,
  reply_to text not null default '',
  subject text not null,
  html text not null,
  text text not null,
  calendar text,
  calendar_method text check (calendar_method in ('REQUEST', 'CANCEL')),
  -- kept: no mail server is set, the mailbox page shows it.
  state text not null check (state in ('pending', 'sent', 'kept', 'given_up')),
  attempts integer not null default 0,
  due_at timestamptz not null,
  last_error text,
  created_at timestamptz not null,
  closed_at timestamptz,
  primary key (account_id, id),
  unique (account_id, event_id, kind),
  foreign key (account_id, event_id) references lifecycle_events (account_id, id)
);
create index outgoing_mails_due on outgoing_mails (due_at) where state = 'pending';
create index outgoing_mails_newest on outgoing_mails (account_id, id desc);
alter table outgoing_mails enable row level security;
alter table outgoing_mails force row level security;
create policy own_account on outgoing_mails using (app_may_see(account_id)) with check (app_may_see(account_id));
