-- The three tables of the sync in public, everything of ours alone in mautic_sync.
-- Written idempotently: pasting it into an SQL editor and running `migrate` afterwards is harmless.

do $$
declare
  id_type text;
begin
  select format_type(a.atttypid, a.atttypmod) into id_type
    from pg_catalog.pg_attribute a
   where a.attrelid = to_regclass('${profiles}') and a.attname = '${profiles_id}' and not a.attisdropped;
  if id_type is null then
    raise exception '${profiles_name} (${profiles_id} uuid) was not found: run the migration in the database that holds the CRM';
  elsif id_type <> 'uuid' then
    raise exception '${profiles_name}.${profiles_id} is %, expected uuid: the sync links customers by uuid', id_type;
  end if;
end
$$;

create table if not exists public.mautic_sync_status (
  customer_id       uuid primary key references ${profiles} ("${profiles_id}") on delete cascade,
  mautic_contact_id integer,
  sync_hash         text,
  last_synced_at    timestamptz,
  sync_error        text,
  created_at        timestamptz default now(),
  updated_at        timestamptz default now()
);

alter table public.mautic_sync_status
  add column if not exists state text not null default 'pending',
  add column if not exists attempts integer not null default 0,
  add column if not exists next_attempt_at timestamptz,
  add column if not exists attempted_hash text,
  add column if not exists in_flight_until timestamptz,
  add column if not exists synced_email text,
  add column if not exists synced_segments text[] not null default '{}',
  add column if not exists do_not_contact_reason smallint,
  add column if not exists warnings text[] not null default '{}';

alter table public.mautic_sync_status drop constraint if exists mautic_sync_status_state_check;
alter table public.mautic_sync_status add constraint mautic_sync_status_state_check
  check (state in ('pending', 'synced', 'rejected', 'skipped', 'removed'));

create index if not exists mautic_sync_status_contact_idx on public.mautic_sync_status (mautic_contact_id);
create index if not exists mautic_sync_status_in_flight_idx
  on public.mautic_sync_status (in_flight_until) where in_flight_until is not null;

comment on column public.mautic_sync_status.in_flight_until is
  'a write to Mautic may still be running until then; nobody sends this customer again before';
comment on column public.mautic_sync_status.do_not_contact_reason is
  'the do-not-contact reason last seen in Mautic: 1 unsubscribed, 2 bounced, 3 set by hand or by us';

create table if not exists public.customer_email_engagement (
  id              uuid primary key default gen_random_uuid(),
  -- The contact may be unknown to the CRM, and a customer must stay deletable.
  customer_id     uuid references ${profiles} ("${profiles_id}") on delete set null,
  event_type      text,
  campaign_name   text,
  email_subject   text,
  link_url        text,
  occurred_at     timestamptz,
  mautic_email_id text,
  raw_payload     jsonb,
  created_at      timestamptz default now()
);

alter table public.customer_email_engagement
  add column if not exists event_key text,
  add column if not exists source text;

create unique index if not exists customer_email_engagement_event_key_idx
  on public.customer_email_engagement (event_key);
create index if not exists customer_email_engagement_customer_idx
  on public.customer_email_engagement (customer_id, occurred_at desc);

create table if not exists public.mautic_sync_logs (
  id              uuid primary key default gen_random_uuid(),
  run_started_at  timestamptz,
  run_finished_at timestamptz,
  contacts_synced integer default 0,
  contacts_failed integer default 0,
  segments_synced integer default 0,
  error_details   jsonb,
  created_at      timestamptz default now()
);

alter table public.mautic_sync_logs
  add column if not exists kind text not null default 'outbound',
  add column if not exists status text not null default 'running',
  add column if not exists triggered_by text not null default 'command',
  add column if not exists contacts_created integer not null default 0,
  add column if not exists contacts_updated integer not null default 0,
  add column if not exists contacts_matched integer not null default 0,
  add column if not exists contacts_unchanged integer not null default 0,
  add column if not exists contacts_skipped integer not null default 0,
  add column if not exists warnings integer not null default 0,
  add column if not exists requests integer not null default 0;

alter table public.mautic_sync_logs drop constraint if exists mautic_sync_logs_status_check;
alter table public.mautic_sync_logs add constraint mautic_sync_logs_status_check
  check (status in ('running', 'done', 'failed', 'skipped', 'died'));

create index if not exists mautic_sync_logs_started_idx on public.mautic_sync_logs (run_started_at desc);

-- One row a name; the token grows with every new holder and fences off the writes of an older one.
create table if not exists mautic_sync.lease (
  name       text primary key,
  holder     text not null,
  token      bigint not null default 1,
  expires_at timestamptz not null
);

-- What is left of a customer whom the CRM deleted: enough to find the contact in Mautic, nothing personal.
create table if not exists mautic_sync.tombstone (
  customer_id       uuid primary key,
  -- Null when a write was in flight that may have created a contact: it is looked up by its supabase_id.
  mautic_contact_id integer,
  synced_segments   text[] not null default '{}',
  deleted_at        timestamptz not null default now(),
  left_segments_at  timestamptz
);
create index if not exists tombstone_contact_idx on mautic_sync.tombstone (mautic_contact_id);

create or replace function mautic_sync.keep_tombstone() returns trigger
  language plpgsql security definer set search_path = ''
as $$
begin
  if old.mautic_contact_id is not null or old.in_flight_until is not null then
    insert into mautic_sync.tombstone (customer_id, mautic_contact_id, synced_segments)
    values (old.customer_id, old.mautic_contact_id, old.synced_segments)
    on conflict (customer_id) do update
      set mautic_contact_id = excluded.mautic_contact_id,
          synced_segments = excluded.synced_segments,
          deleted_at = now(),
          left_segments_at = null;
  end if;
  return null;
end
$$;
revoke all on function mautic_sync.keep_tombstone() from public;

-- security definer above: a trigger with the rights of whoever deletes the customer would fail on schema
-- mautic_sync and so forbid the deletion (seen on Postgres 15 with an ordinary CRM role).
drop trigger if exists keep_tombstone on public.mautic_sync_status;
create trigger keep_tombstone after delete on public.mautic_sync_status
  for each row execute function mautic_sync.keep_tombstone();

-- Which Mautic segment stands for which of the CRM's: the id survives a rename in Mautic.
create table if not exists mautic_sync.segment (
  crm_name          text primary key,
  mautic_segment_id integer not null,
  linked_at         timestamptz not null default now()
);

-- What the running program checks, so that a schema pasted by hand counts as well as one that Flyway made.
create table if not exists mautic_sync.installed (
  version      integer primary key,
  installed_at timestamptz not null default now()
);
insert into mautic_sync.installed (version) values (1) on conflict do nothing;
