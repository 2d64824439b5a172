-- Webhooks of the account: subscriptions by name and events, for any software.

-- A webhook of the account is a subscription without user, key and trigger, with a name and a list of events instead.
alter table subscriptions
  alter column user_id drop not null,
  alter column key_id drop not null,
  alter column trigger drop not null,
  add column name text check (char_length(name) between 1 and 200),
  add column events text[],
  add constraint subscriptions_kind_check check (
    case when events is null then user_id is not null and key_id is not null and trigger is not null and name is null
      else user_id is null and key_id is null and trigger is null and name is not null end);
create unique index webhooks_by_name on subscriptions (account_id, lower(name)) where events is not null and state <> 'ended';
create index webhooks_by_creation on subscriptions (account_id, created_at, id) where events is not null;

