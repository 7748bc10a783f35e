create schema if not exists mautic_sync;

-- The three tables of the sync in public, everything of ours alone in mautic_sync.
-- Written idempotently: pasting it into an SQL editor and running `migrate` afterwards is harmless.

do $$
declare
  id_type text;
begin
  select format_type(a.atttypid, a.atttypmod) into id_type
    from pg_catalog.pg_attribute a
   where a.attrelid = to_regclass('"public"."customer_profiles"') and a.attname = 'id' and not a.attisdropped;
  if id_type is null then
    raise exception 'public.customer_profiles (id uuid) was not found: run the migration in the database that holds the CRM';
  elsif id_type <> 'uuid' then
    raise exception 'public.customer_profiles.id is %, expected uuid: the sync links customers by uuid', id_type;
  end if;
end
$$;

create table if not exists public.mautic_sync_status (
  customer_id       uuid primary key references "public"."customer_profiles" ("id") on delete cascade,
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
  customer_id     uuid references "public"."customer_profiles" ("id") on delete set null,
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


-- Seeing and steering: pauses, what was sent, what was overwritten, the CRM's refresh, the scheduler.

create table if not exists mautic_sync.suspension (
  kind   text primary key,
  since  timestamptz not null default now(),
  reason text
);

-- Beside the status and not in it: the diff reads every row of the status, and should not read these.
create table if not exists mautic_sync.sent (
  customer_id uuid primary key references public.mautic_sync_status (customer_id) on delete cascade,
  fields      jsonb not null
);
comment on table mautic_sync.sent is 'what each contact was last sent, by Mautic''s alias; blanks are left out';

create table if not exists mautic_sync.overwritten (
  run_id            uuid not null,
  customer_id       uuid not null references public.mautic_sync_status (customer_id) on delete cascade,
  mautic_contact_id integer not null,
  matched           boolean not null,
  fields            jsonb not null,
  taken_at          timestamptz not null default now(),
  undone_at         timestamptz,
  primary key (run_id, customer_id)
);
create index if not exists overwritten_taken_idx on mautic_sync.overwritten (taken_at);
create index if not exists overwritten_customer_idx on mautic_sync.overwritten (customer_id);
comment on table mautic_sync.overwritten is 'what stood in Mautic before a run overwrote it; null means blank';

-- One row for each refresh of the CRM, inserted in the same transaction as the refresh itself.
create table if not exists mautic_sync.refresh_run (
  id          bigint generated always as identity primary key,
  started_at  timestamptz not null default now(),
  finished_at timestamptz not null default clock_timestamp(),
  consumed_at timestamptz,
  consumed_by text
);
create index if not exists refresh_run_open_idx on mautic_sync.refresh_run (id) where consumed_at is null;

create table if not exists mautic_sync.scheduled_tasks (
  task_name            text not null,
  task_instance        text not null,
  task_data            bytea,
  execution_time       timestamptz,
  picked               boolean not null,
  picked_by            text,
  last_success         timestamptz,
  last_failure         timestamptz,
  consecutive_failures integer,
  last_heartbeat       timestamptz,
  version              bigint not null,
  priority             smallint,
  state                text,
  primary key (task_name, task_instance)
);
create index if not exists scheduled_tasks_execution_idx on mautic_sync.scheduled_tasks (execution_time);
create index if not exists scheduled_tasks_heartbeat_idx on mautic_sync.scheduled_tasks (last_heartbeat);

alter table public.mautic_sync_logs drop constraint if exists mautic_sync_logs_status_check;
alter table public.mautic_sync_logs add constraint mautic_sync_logs_status_check
  check (status in ('running', 'done', 'failed', 'skipped', 'died', 'limit_exceeded'));

insert into mautic_sync.installed (version) values (2) on conflict do nothing;


-- What comes back from Mautic: the inbox, what its events need to count once, and views over them.

create table if not exists mautic_sync.inbox (
  id              bigint generated always as identity primary key,
  received_at     timestamptz not null default now(),
  body            bytea not null,
  headers         jsonb not null default '{}',
  state           text not null default 'pending',
  attempts        integer not null default 0,
  next_attempt_at timestamptz not null default now(),
  last_error      text,
  applied_at      timestamptz,
  events_new      integer not null default 0,
  events_known    integer not null default 0,
  events_ignored  integer not null default 0
);
alter table mautic_sync.inbox drop constraint if exists inbox_state_check;
alter table mautic_sync.inbox add constraint inbox_state_check check (state in ('pending', 'done', 'dead'));
create index if not exists inbox_pending_idx on mautic_sync.inbox (id) where state = 'pending';
create index if not exists inbox_dead_idx on mautic_sync.inbox (id) where state = 'dead';
create index if not exists inbox_received_idx on mautic_sync.inbox (received_at);
comment on table mautic_sync.inbox is 'deliveries of Mautic''s webhooks as they came, signed correctly, oldest first';

alter table public.customer_email_engagement
  add column if not exists mautic_contact_id bigint;
create index if not exists customer_email_engagement_email_idx
  on public.customer_email_engagement (mautic_email_id, event_type);
create index if not exists customer_email_engagement_contact_idx
  on public.customer_email_engagement (mautic_contact_id) where mautic_contact_id is not null;

create index if not exists customer_email_engagement_unnamed_idx
  on public.customer_email_engagement (mautic_email_id) where campaign_name is null and mautic_email_id is not null;

-- Events of contacts whom the CRM does not know yet, and whether their effects are still to come.
create table if not exists mautic_sync.unlinked_event (
  event_id    uuid primary key references public.customer_email_engagement (id) on delete cascade,
  supabase_id uuid,
  email       text,
  effect_due  boolean not null
);

-- A webhook says that a contact bounced, not which mail: that is looked up in Mautic. The row stays after that, so
-- that the same report, delivered again, is known.
create table if not exists mautic_sync.bounce_lookup (
  report_key        text primary key,
  mautic_contact_id bigint,
  mautic_email_id   text,
  seen_at           timestamptz not null default now(),
  resolved_at       timestamptz,
  event_key         text
);
create index if not exists bounce_lookup_open_idx on mautic_sync.bounce_lookup (seen_at) where resolved_at is null;
create index if not exists bounce_lookup_contact_idx on mautic_sync.bounce_lookup (mautic_contact_id, mautic_email_id);
comment on column mautic_sync.bounce_lookup.event_key is
  'the counted bounce that stands behind the report; null when resolved means that no failed mail was found';

-- What Mautic calls its e-mails; found is false for those that Mautic does not have any more.
create table if not exists mautic_sync.email_name (
  mautic_email_id text primary key,
  found           boolean not null,
  name            text,
  subject         text,
  looked_up_at    timestamptz not null default now()
);

-- The bounce counter and the flag, in the CRM's own table of addresses.
do $$
begin
  if to_regclass('"public"."customer_emails"') is null then
    raise notice 'public.customer_emails was not found: bounces will be recorded, but not counted in the CRM';
  else
    alter table "public"."customer_emails"
      add column if not exists "bounce_count" integer not null default 0,
      add column if not exists "is_valid" boolean not null default true;
    create index if not exists customer_emails_mautic_sync_address_idx on "public"."customer_emails" (lower(btrim("email")));
  end if;
end
$$;

create or replace view public.mautic_customer_engagement_v with (security_invoker = true) as
  select customer_id,
         count(*) filter (where event_type = 'open') as opens,
         count(*) filter (where event_type = 'click') as clicks,
         count(*) filter (where event_type = 'unsubscribe') as unsubscribes,
         count(*) filter (where event_type = 'bounce') as bounces,
         max(occurred_at) filter (where event_type = 'open') as last_open_at,
         max(occurred_at) filter (where event_type = 'click') as last_click_at,
         max(occurred_at) filter (where event_type in ('open', 'click')) as last_seen_at
    from public.customer_email_engagement
   where customer_id is not null
   group by customer_id;
comment on view public.mautic_customer_engagement_v is
  'what each customer did with the mails; last_seen_at is the last open or click';

create or replace view public.mautic_campaign_engagement_v with (security_invoker = true) as
  select mautic_email_id,
         max(campaign_name) as campaign_name,
         max(email_subject) as email_subject,
         count(*) filter (where event_type = 'open') as opens,
         count(distinct mautic_contact_id) filter (where event_type = 'open') as people_who_opened,
         count(*) filter (where event_type = 'click') as clicks,
         count(distinct mautic_contact_id) filter (where event_type = 'click') as people_who_clicked,
         count(*) filter (where event_type = 'unsubscribe') as unsubscribes,
         count(*) filter (where event_type = 'bounce') as bounces,
         max(occurred_at) filter (where event_type in ('open', 'click')) as last_seen_at
    from public.customer_email_engagement
   where mautic_email_id is not null
   group by mautic_email_id;
comment on view public.mautic_campaign_engagement_v is 'what became of each of Mautic''s e-mails';

insert into mautic_sync.installed (version) values (3) on conflict do nothing;


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


-- Who must not be mailed or known any more, whatever comes. Keyed hashes alone: without the key they name nobody.

create table if not exists mautic_sync.hash_key (
  one         boolean primary key default true check (one),
  check_value text not null,
  created_at  timestamptz not null default now()
);
comment on table mautic_sync.hash_key is 'tells whether the key at hand is the one that the hashes were made with';

create table if not exists mautic_sync.erased (
  hash      text primary key,
  erasure   uuid not null,
  erased_at timestamptz not null default now()
);
create index if not exists erased_erasure_idx on mautic_sync.erased (erasure);
comment on table mautic_sync.erased is
  'hashes of the address, the customers and the contacts of each erased person, never the things themselves';

create table if not exists mautic_sync.suppressed (
  hash        text primary key,
  reason      text not null check (reason in ('unsubscribed', 'bounced', 'complaint', 'blocked')),
  imported_at timestamptz not null default now()
);
comment on table mautic_sync.suppressed is
  'hashes of imported addresses that no customer has yet; a row goes when a customer appears and is opted out';

insert into mautic_sync.installed (version) values (5) on conflict do nothing;


-- How Mautic's webhook was when serve last looked: Mautic switches it off by itself, and tells nobody.

create table if not exists mautic_sync.hook_health (
  only_row   boolean primary key default true check (only_row),
  healthy    boolean not null,
  message    text not null,
  since      timestamptz not null default now(),
  checked_at timestamptz not null default now()
);
comment on column mautic_sync.hook_health.since is 'when it became as it is';

insert into mautic_sync.installed (version) values (6) on conflict do nothing;


-- Another Mautic behind the same database: how often that was, and by what a stored segment is known again.

-- Ids of Mautic's that stand in events and hashes are those of one Mautic: its number tells them apart.
create table if not exists mautic_sync.relink (
  number      integer generated always as identity primary key,
  relinked_at timestamptz not null default clock_timestamp()
);
comment on table mautic_sync.relink is
  'one row each time that what was known of a Mautic was forgotten, because another one took its place';

alter table mautic_sync.segment
  add column if not exists alias text;
comment on column mautic_sync.segment.alias is
  'what Mautic calls it in addresses; an id alone may be another segment''s after Mautic was installed anew';

comment on column public.customer_email_engagement.event_key is
  'made of Mautic''s own ids; those of a Mautic before a relink begin with old and the relink''s number';
comment on column public.customer_email_engagement.mautic_contact_id is
  'below zero when it is a contact of a Mautic before a relink';

insert into mautic_sync.installed (version) values (7) on conflict do nothing;


-- An address is the same with a tab or the end of a line around it, too; its index is over the same expression.

do $$
begin
  if to_regclass('"public"."customer_emails"') is not null then
    create index if not exists customer_emails_mautic_sync_same_address_idx
      on "public"."customer_emails" (lower(btrim("email"::text, E' \t\n\r\f')));
    execute format('drop index if exists %I.customer_emails_mautic_sync_address_idx',
      (select n.nspname from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where c.oid = to_regclass('"public"."customer_emails"')));
  end if;
end
$$;

insert into mautic_sync.installed (version) values (8) on conflict do nothing;


-- Who may do what. Runs after every `migrate`, so that a view or table created later gets its grants too.

do $$
begin
  if not exists (select from pg_catalog.pg_roles where rolname = 'mautic_sync_service') then
    create role mautic_sync_service login noinherit nosuperuser nocreatedb nocreaterole connection limit 15;
  end if;
end
$$;

do $$
begin
  execute 'alter role mautic_sync_service set statement_timeout = ''5min''';
  execute 'alter role mautic_sync_service set idle_in_transaction_session_timeout = ''60s''';
  execute 'alter role mautic_sync_service set lock_timeout = ''10s''';
  execute 'alter role mautic_sync_service set timezone = ''UTC''';
exception when insufficient_privilege then
  raise notice 'the defaults of role mautic_sync_service were left as they are: not ours to alter';
end
$$;

revoke all on schema mautic_sync from public;
grant usage on schema public, mautic_sync to mautic_sync_service;

-- Row Level Security on every table of ours, with a policy for the service role alone: an existing Supabase
-- project grants every new table in public to anon and authenticated.
do $$
declare
  relation text;
begin
  foreach relation in array array[
    'public.mautic_sync_status', 'public.customer_email_engagement', 'public.mautic_sync_logs',
    'mautic_sync.lease', 'mautic_sync.tombstone', 'mautic_sync.segment', 'mautic_sync.suspension', 'mautic_sync.sent',
    'mautic_sync.overwritten', 'mautic_sync.refresh_run', 'mautic_sync.scheduled_tasks', 'mautic_sync.inbox',
    'mautic_sync.unlinked_event', 'mautic_sync.bounce_lookup', 'mautic_sync.email_name', 'mautic_sync.catch_up_cursor',
    'mautic_sync.hook_health', 'mautic_sync.relink', 'mautic_sync.hash_key', 'mautic_sync.erased', 'mautic_sync.suppressed', 'mautic_sync.installed',
    'mautic_sync.schema_history']
  loop
    continue when to_regclass(relation) is null;
    execute format('alter table %s enable row level security', relation);
    execute format('drop policy if exists mautic_sync_service_all on %s', relation);
    execute format(
      'create policy mautic_sync_service_all on %s for all to mautic_sync_service using (true) with check (true)',
      relation);
    execute format('revoke all on %s from public', relation);
    execute format(case when relation in ('mautic_sync.installed', 'mautic_sync.schema_history')
      then 'grant select on %s to mautic_sync_service'
      else 'grant select, insert, update, delete on %s to mautic_sync_service' end, relation);
  end loop;
end
$$;

-- The CRM's own relations: read through the view, and write the one column that an unsubscribe changes. The update
-- right also lets the service lock a customer row against deletion while its status is written.
do $$
begin
  if to_regclass('"public"."customers_crm_v"') is null then
    raise notice 'public.customers_crm_v was not found: create it, then run migrate again for its grant';
  else
    grant select on "public"."customers_crm_v" to mautic_sync_service;
  end if;
  grant select ("id") on "public"."customer_profiles" to mautic_sync_service;
  if exists (select from pg_catalog.pg_attribute
              where attrelid = '"public"."customer_profiles"'::regclass and attname = 'marketing_opt_in' and not attisdropped) then
    grant select ("marketing_opt_in"), update ("marketing_opt_in") on "public"."customer_profiles" to mautic_sync_service;
  else
    raise exception 'public.customer_profiles has no column marketing_opt_in: an unsubscribe could not be written back';
  end if;
  -- Without these policies a role under Row Level Security sees no rows and gets no error.
  drop policy if exists mautic_sync_read on "public"."customer_profiles";
  create policy mautic_sync_read on "public"."customer_profiles" for select to mautic_sync_service using (true);
  drop policy if exists mautic_sync_write on "public"."customer_profiles";
  create policy mautic_sync_write on "public"."customer_profiles" for update to mautic_sync_service using (true) with check (true);
end
$$;

-- The addresses: found by their text, and flagged when they bounce too often.
do $$
begin
  if to_regclass('"public"."customer_emails"') is null then
    raise notice 'public.customer_emails was not found: create it, then run migrate again for its columns and grants';
  else
    -- Again here, for a table that was created after the migration had run.
    alter table "public"."customer_emails"
      add column if not exists "bounce_count" integer not null default 0,
      add column if not exists "is_valid" boolean not null default true;
    grant select ("customer_id", "email", "bounce_count", "is_valid"),
          update ("bounce_count", "is_valid") on "public"."customer_emails" to mautic_sync_service;
    drop policy if exists mautic_sync_read on "public"."customer_emails";
    create policy mautic_sync_read on "public"."customer_emails" for select to mautic_sync_service using (true);
    drop policy if exists mautic_sync_write on "public"."customer_emails";
    create policy mautic_sync_write on "public"."customer_emails" for update to mautic_sync_service using (true) with check (true);
  end if;
end
$$;

-- The views take the rights of whoever asks, so that Row Level Security holds behind them.
revoke all on public.mautic_customer_engagement_v, public.mautic_campaign_engagement_v from public;
grant select on public.mautic_customer_engagement_v, public.mautic_campaign_engagement_v to mautic_sync_service;

-- Supabase's API roles, where they exist: nothing, now or later.
do $$
declare
  api_role text;
begin
  foreach api_role in array array['anon', 'authenticated', 'service_role'] loop
    continue when not exists (select from pg_catalog.pg_roles where rolname = api_role);
    execute format('revoke all on schema mautic_sync from %I', api_role);
    execute format('revoke all on all tables in schema mautic_sync from %I', api_role);
    execute format('revoke all on all functions in schema mautic_sync from %I', api_role);
    execute format('alter default privileges in schema mautic_sync revoke all on tables from %I', api_role);
    execute format('revoke all on public.mautic_customer_engagement_v, public.mautic_campaign_engagement_v from %I', api_role);
    continue when api_role = 'service_role';
    execute format('revoke all on public.mautic_sync_status from %I', api_role);
    execute format('revoke all on public.customer_email_engagement from %I', api_role);
    execute format('revoke all on public.mautic_sync_logs from %I', api_role);
  end loop;
end
$$;

