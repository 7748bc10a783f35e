-- Catching up from Mautic's own tables: how far each has been read.

create table if not exists mautic_sync.catch_up_cursor (
  name         text primary key,
  position     bigint not null default 0,
  seen_until   timestamptz,
  completed_at timestamptz
);
comment on table mautic_sync.catch_up_cursor is 'how far Mautic''s tables have been read, one row a reading';
comment on column mautic_sync.catch_up_cursor.position is
  'rows up to this id are done for good; where a sweep is under way, the sweep goes on after it';
comment on column mautic_sync.catch_up_cursor.completed_at is
  'when the reading last came to the end of the table; null until it did for the first time';

-- For the ledger: how many events of a kind came which way.
create index if not exists customer_email_engagement_ledger_idx
  on public.customer_email_engagement (event_type, source);

alter table public.mautic_sync_logs
  add column if not exists details jsonb;
comment on column public.mautic_sync_logs.details is 'of a catch-up, its ledger';

insert into mautic_sync.installed (version) values (4) on conflict do nothing;
