-- Contacts, users and hours as the REST API sees them.

select set_config('app.scope', 'system', true);

-- Clients ask again and again for what has changed since: few of very many.
create index contacts_by_update on contacts (account_id, updated_at, id) where deleted_at is null;

-- Which part of the name is the last name, where somebody said so. It counts only while the name ends with it: who changes the
-- name need not know of it.
alter table users add column last_name text check (char_length(last_name) between 1 and 100);
