-- A key also stands for what no booking came of: then the answer is kept, sealed, because it may hold what is shown once.
alter table idempotency_records
  alter column booking_id drop not null,
  add column answer bytea,
  add check (booking_id is not null or answer is not null) not valid;
