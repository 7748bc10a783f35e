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
