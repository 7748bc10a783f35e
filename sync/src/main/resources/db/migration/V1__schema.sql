-- The sync's tables. Three are in public, as the CRM's design has them, with columns of ours added; the rest is in
-- mautic_sync. Written idempotently: pasting it into an SQL editor and running `migrate` afterwards is harmless.

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

-- Which Mautic. Events, deliveries and hashes contain its ids: the number of the instance tells them apart.

create table if not exists mautic_sync.instance (
  number         integer primary key,
  since          timestamptz not null default now(),
  mautic_version text
);
insert into mautic_sync.instance (number) values (1) on conflict do nothing;
comment on table mautic_sync.instance is
  'the Mautics that were behind this database, the current one last; switch-instance adds a row';
comment on column mautic_sync.instance.mautic_version is
  'of the last run whose first contacts were read back and right; null before that';

-- security definer: it is the default of a column of a table in public, whose writers may not see mautic_sync.
create or replace function mautic_sync.current_instance() returns integer
  language sql stable security definer set search_path = ''
as $$ select max(number) from mautic_sync.instance $$;

-- 1. Customers: what was sent of each, and what became of it ----------------------------------------------------------

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
  add column if not exists skip_reason text,
  add column if not exists address_owner uuid,
  add column if not exists attempts integer not null default 0,
  add column if not exists next_attempt_at timestamptz,
  add column if not exists retry text not null default 'automatic',
  add column if not exists attempted_hash text,
  add column if not exists attempted_consent text,
  add column if not exists in_flight_until timestamptz,
  add column if not exists in_flight_hash text,
  add column if not exists in_flight_consent text,
  add column if not exists in_flight_call uuid,
  add column if not exists in_flight_position integer,
  add column if not exists membership_known boolean not null default true,
  add column if not exists resend_reason text,
  add column if not exists synced_email text,
  add column if not exists synced_segments text[] not null default '{}',
  add column if not exists synced_consent text,
  add column if not exists error_code text,
  add column if not exists do_not_contact_reason smallint,
  add column if not exists warnings text[] not null default '{}';

alter table public.mautic_sync_status drop constraint if exists mautic_sync_status_state_check;
alter table public.mautic_sync_status add constraint mautic_sync_status_state_check
  check (state in ('pending', 'synced', 'rejected', 'skipped', 'removed'));
alter table public.mautic_sync_status drop constraint if exists mautic_sync_status_skip_reason_check;
alter table public.mautic_sync_status add constraint mautic_sync_status_skip_reason_check
  check (skip_reason in ('no_email', 'malformed_email', 'shared_email', 'erased'));
alter table public.mautic_sync_status drop constraint if exists mautic_sync_status_skipped_check;
alter table public.mautic_sync_status add constraint mautic_sync_status_skipped_check
  check ((state = 'skipped') = (skip_reason is not null)
         and (address_owner is not null) = (skip_reason is not distinct from 'shared_email'));
alter table public.mautic_sync_status drop constraint if exists mautic_sync_status_retry_check;
alter table public.mautic_sync_status add constraint mautic_sync_status_retry_check
  check (retry in ('automatic', 'on_change'));
alter table public.mautic_sync_status drop constraint if exists mautic_sync_status_resend_reason_check;
alter table public.mautic_sync_status add constraint mautic_sync_status_resend_reason_check
  check (resend_reason in ('drift', 'contact_deleted', 'segment_recreated', 'instance_switched'));
alter table public.mautic_sync_status drop constraint if exists mautic_sync_status_synced_consent_check;
alter table public.mautic_sync_status add constraint mautic_sync_status_synced_consent_check
  check (synced_consent in ('mailable', 'opted_out', 'do_not_contact'));

create index if not exists mautic_sync_status_contact_idx on public.mautic_sync_status (mautic_contact_id);
create index if not exists mautic_sync_status_address_idx
  on public.mautic_sync_status (lower(btrim(synced_email::text, E' \t\n\r\f\x0b') collate "C"));
-- Excluded customers whose opt-out may still have to be sent.
create index if not exists mautic_sync_status_excluded_idx on public.mautic_sync_status (customer_id)
  where state in ('skipped', 'removed') and mautic_contact_id is not null and do_not_contact_reason is null;
create index if not exists mautic_sync_status_in_flight_idx
  on public.mautic_sync_status (in_flight_until) where in_flight_until is not null;

comment on column public.mautic_sync_status.sync_hash is
  'of the columns that were last sent; whether the address may be mailed is in synced_consent';
comment on column public.mautic_sync_status.error_code is 'of a rejected customer: the code of the reason, see docs/troubleshooting.md';
comment on column public.mautic_sync_status.sync_error is 'of a rejected customer: why, Mautic''s message or ours';
comment on column public.mautic_sync_status.state is
  'rejected: Mautic does not take the customer; skipped: not to be sent, see skip_reason; removed: not in the view any more';
comment on column public.mautic_sync_status.address_owner is
  'of a customer that shares its e-mail address: the one that is sent with it';
comment on column public.mautic_sync_status.retry is
  'of a rejected customer: sent again at next_attempt_at, or when it changes in the CRM only';
comment on column public.mautic_sync_status.attempted_hash is 'the hash of what was last tried';
comment on column public.mautic_sync_status.membership_known is
  'false: the contact''s segments may be others than synced_segments, and are read in Mautic before they are changed;'
  ' set by outbound.state; the code reads it together with in_flight_until as interrupted';
comment on column public.mautic_sync_status.resend_reason is
  'why the next run sends it although nothing changed in the CRM: drift and contact_deleted by ResendRequests,'
  ' segment_recreated by SyncStatus, instance_switched by SyncStatusReset; null again once sent, skipped or removed';
comment on column public.mautic_sync_status.synced_consent is
  'how the customer was last sent: mailable, opted_out, or do_not_contact where no person opted out';
comment on column public.mautic_sync_status.in_flight_until is
  'a write to Mautic may still be running until then; the customer is not sent again before, unless the contact shows it';
comment on column public.mautic_sync_status.in_flight_hash is
  'the hash of what that write sends; with in_flight_consent it tells whether the contact shows the write';
comment on column public.mautic_sync_status.in_flight_call is
  'the call that sends it; null before that. Mautic saves the items of a call one after the other, see in_flight_position';
comment on column public.mautic_sync_status.do_not_contact_reason is
  'the do-not-contact reason last seen in Mautic: 1 unsubscribed, 2 bounced, 3 set by hand or by us';

-- Beside the status and not in it: the diff reads every row of the status, and should not read these.
create table if not exists mautic_sync.sent_values (
  customer_id uuid primary key references public.mautic_sync_status (customer_id) on delete cascade,
  fields      jsonb not null
);
comment on table mautic_sync.sent_values is
  'what each contact was last sent, by the alias of Mautic''s field; blank fields are left out';

create table if not exists mautic_sync.overwritten_values (
  run_id            uuid not null,
  customer_id       uuid not null references public.mautic_sync_status (customer_id) on delete cascade,
  mautic_contact_id integer not null,
  matched           boolean not null,
  fields            jsonb not null,
  segments          text[],
  taken_at          timestamptz not null default now(),
  undone_at         timestamptz,
  primary key (run_id, customer_id)
);
create index if not exists overwritten_values_taken_idx on mautic_sync.overwritten_values (taken_at);
create index if not exists overwritten_values_customer_idx on mautic_sync.overwritten_values (customer_id);
comment on table mautic_sync.overwritten_values is
  'what a contact in Mautic held before a run overwrote it, for undo; null means blank';
comment on column mautic_sync.overwritten_values.segments is
  'of a matched contact: those of our segments that it was in before; null when that was not read';
comment on column mautic_sync.overwritten_values.matched is
  'the contact was there before the CRM''s customer was first sent';

-- Enough to find the contact in Mautic, nothing personal.
create table if not exists mautic_sync.deleted_customer (
  customer_id       uuid primary key,
  mautic_contact_id integer,
  synced_segments   text[] not null default '{}',
  state             text not null default 'pending'
    constraint deleted_customer_state_check check (state in ('pending', 'done')),
  deleted_at        timestamptz not null default now()
);
create index if not exists deleted_customer_contact_idx on mautic_sync.deleted_customer (mautic_contact_id);
create index if not exists deleted_customer_pending_idx
  on mautic_sync.deleted_customer (deleted_at) where state = 'pending';
create index if not exists deleted_customer_done_idx
  on mautic_sync.deleted_customer (deleted_at) where state = 'done';
comment on table mautic_sync.deleted_customer is 'customers that the CRM deleted, with the contact each has left in Mautic';
comment on column mautic_sync.deleted_customer.mautic_contact_id is
  'null when a write was in flight that may have created a contact: it is looked up by its supabase_id';
comment on column mautic_sync.deleted_customer.state is
  'pending: the contact has to leave our segments; done: it left them, or belongs to another customer';

create or replace function mautic_sync.keep_deleted_customer() returns trigger
  language plpgsql security definer set search_path = ''
as $$
begin
  if old.mautic_contact_id is not null or old.in_flight_until is not null or not old.membership_known then
    insert into mautic_sync.deleted_customer (customer_id, mautic_contact_id, synced_segments)
    values (old.customer_id, old.mautic_contact_id, old.synced_segments)
    on conflict (customer_id) do update
      set mautic_contact_id = excluded.mautic_contact_id,
          synced_segments = excluded.synced_segments,
          state = 'pending',
          deleted_at = now();
  end if;
  return null;
end
$$;
revoke all on function mautic_sync.keep_deleted_customer() from public;

-- security definer above: a trigger with the rights of the role that deletes the customer would fail on schema
-- mautic_sync and so forbid the deletion (seen on Postgres 15 with an ordinary CRM role).
drop trigger if exists keep_deleted_customer on public.mautic_sync_status;
create trigger keep_deleted_customer after delete on public.mautic_sync_status
  for each row execute function mautic_sync.keep_deleted_customer();

create table if not exists mautic_sync.segment_link (
  crm_name          text primary key,
  mautic_segment_id integer not null,
  alias             text,
  linked_at         timestamptz not null default now()
);
comment on table mautic_sync.segment_link is 'which of Mautic''s segments belongs to which of the CRM''s';
comment on column mautic_sync.segment_link.mautic_segment_id is 'survives a rename in Mautic';
comment on column mautic_sync.segment_link.alias is
  'what Mautic calls it in addresses; an id alone may be another segment''s after Mautic was installed anew';

-- 2. Events: what people did with the mails ---------------------------------------------------------------------------

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
  add column if not exists instance integer not null default mautic_sync.current_instance(),
  add column if not exists source text,
  add column if not exists mautic_contact_id bigint;

create unique index if not exists customer_email_engagement_event_key_idx
  on public.customer_email_engagement (instance, event_key);
create index if not exists customer_email_engagement_customer_idx
  on public.customer_email_engagement (customer_id, occurred_at desc);
create index if not exists customer_email_engagement_email_idx
  on public.customer_email_engagement (mautic_email_id, event_type);
create index if not exists customer_email_engagement_contact_idx
  on public.customer_email_engagement (mautic_contact_id) where mautic_contact_id is not null;
-- E-mails whose name is still to be looked up.
create index if not exists customer_email_engagement_unnamed_idx
  on public.customer_email_engagement (mautic_email_id) where campaign_name is null and mautic_email_id is not null;
-- What Mautic said of an event is kept for a while only.
create index if not exists customer_email_engagement_payload_idx
  on public.customer_email_engagement (created_at) where raw_payload is not null;
-- Links that may name a person, by an address or by a customer's id: an erasure looks at these alone.
create index if not exists customer_email_engagement_naming_link_idx
  on public.customer_email_engagement (id) where link_url ~* '@|%40|u0040|[0-9a-f]{8}-';
-- How many events of a kind came which way.
create index if not exists customer_email_engagement_source_idx
  on public.customer_email_engagement (event_type, source);

comment on column public.customer_email_engagement.event_key is
  'made of Mautic''s own ids: the same event has the same key, from a webhook or by catching up';
comment on column public.customer_email_engagement.instance is
  'the Mautic that event_key, mautic_email_id and mautic_contact_id are of, see mautic_sync.instance';

create table if not exists mautic_sync.inbox (
  id              bigint generated always as identity primary key,
  received_at     timestamptz not null default now(),
  body            bytea not null,
  headers         jsonb not null default '{}',
  source          text not null default 'mautic'
    constraint inbox_source_check check (source in ('mautic', 'ses')),
  message_id      text unique,
  instance        integer not null default mautic_sync.current_instance(),
  state           text not null default 'pending'
    constraint inbox_state_check check (state in ('pending', 'processed', 'dead')),
  attempts        integer not null default 0,
  next_attempt_at timestamptz not null default now(),
  last_error      text,
  processed_at    timestamptz,
  events_new      integer not null default 0,
  events_known    integer not null default 0,
  events_ignored  integer not null default 0
);
create index if not exists inbox_pending_idx on mautic_sync.inbox (id) where state = 'pending';
create index if not exists inbox_dead_idx on mautic_sync.inbox (id) where state = 'dead';
create index if not exists inbox_received_idx on mautic_sync.inbox (received_at);
comment on table mautic_sync.inbox is
  'deliveries of Mautic''s webhooks as they came, and what concerns us of Amazon''s messages; all signed correctly';
comment on column mautic_sync.inbox.message_id is
  'SNS'' id of the message: a message that is sent again is stored once; null for Mautic, which has no such id';
comment on column mautic_sync.inbox.state is
  'dead: it failed too often or cannot be read, and waits for a person';
comment on column mautic_sync.inbox.processed_at is 'when it left the state pending';

create table if not exists mautic_sync.pending_event (
  event_id     uuid primary key references public.customer_email_engagement (id) on delete cascade,
  customer_ref text,
  email        text,
  waiting_for  text not null
    constraint pending_event_waiting_for_check check (waiting_for in ('customer', 'crm')),
  effect_due   boolean not null,
  created_at   timestamptz not null default now()
);
create index if not exists pending_event_created_idx on mautic_sync.pending_event (created_at)
  where waiting_for = 'customer' and not effect_due;
comment on table mautic_sync.pending_event is 'events that are stored and not done with';
comment on column mautic_sync.pending_event.customer_ref is
  'the customer''s id as the event named it; the CRM may not have such a customer';
comment on column mautic_sync.pending_event.waiting_for is
  'customer: the CRM does not know whose it is; crm: the CRM rejected the change that the event makes';
comment on column mautic_sync.pending_event.effect_due is
  'whether the event has an effect on the customer that was not given yet';

-- The row stays after the report was resolved, so that the same report, delivered again, is known.
create table if not exists mautic_sync.bounce_report (
  report_key        text primary key,
  mautic_contact_id bigint,
  mautic_email_id   text,
  state             text not null default 'open'
    constraint bounce_report_state_check check (state in ('open', 'counted', 'no_bounce')),
  event_key         text,
  seen_at           timestamptz not null default now(),
  constraint bounce_report_counted_check check ((state = 'counted') = (event_key is not null))
);
create index if not exists bounce_report_open_idx
  on mautic_sync.bounce_report (seen_at) where state = 'open' or event_key = report_key;
create index if not exists bounce_report_event_idx on mautic_sync.bounce_report (event_key);
create index if not exists bounce_report_contact_idx
  on mautic_sync.bounce_report (mautic_contact_id, mautic_email_id);
comment on table mautic_sync.bounce_report is
  'do-not-contact entries that say that a contact bounced; the mail is looked up in Mautic';
comment on column mautic_sync.bounce_report.event_key is
  'the counted bounce that the report was about; its own key while the mail was not found';
comment on column mautic_sync.bounce_report.state is
  'no_bounce: no failed mail was found; somebody set the contact to bounced over the API';

-- The ids that Amazon and Mautic have of one mail are different, so each bounce is kept with what may tell it.
create table if not exists mautic_sync.bounced_mail (
  event_id        uuid primary key references public.customer_email_engagement (id) on delete cascade,
  address         text,
  mautic_stat_id  bigint,
  mautic_email_id text,
  tracking_hash   text,
  ses_message_id  text,
  sent_at         timestamptz,
  bounced_at      timestamptz not null,
  counted         boolean not null default false,
  permanent       boolean not null default false
);
create index if not exists bounced_mail_address_idx on mautic_sync.bounced_mail (address);
comment on table mautic_sync.bounced_mail is
  'mails that bounced, each once, whether Mautic or Amazon SES told of it first';
comment on column mautic_sync.bounced_mail.event_id is 'its row of customer_email_engagement';
comment on column mautic_sync.bounced_mail.counted is 'whether the CRM''s count of the address includes it';
comment on column mautic_sync.bounced_mail.permanent is
  'whether somebody said that the address takes no mail for good; then one is enough';

create table if not exists mautic_sync.email_name (
  mautic_email_id text primary key,
  found           boolean not null,
  name            text,
  subject         text,
  looked_up_at    timestamptz not null default now()
);
comment on table mautic_sync.email_name is 'what Mautic calls its e-mails';
comment on column mautic_sync.email_name.found is 'false for an e-mail that Mautic does not have any more';

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

-- A CRM may delete and insert all its customers in one transaction. Their events then have no customer, until a customer
-- with the same id has the same contact again.
create or replace function mautic_sync.link_events() returns trigger
  language plpgsql security definer set search_path = ''
as $$
begin
  update public.customer_email_engagement e set customer_id = new.customer_id
   where e.customer_id is null and e.mautic_contact_id = new.mautic_contact_id
     and e.instance = mautic_sync.current_instance()
     and exists (select from mautic_sync.deleted_customer d
                  where d.customer_id = new.customer_id and d.mautic_contact_id = new.mautic_contact_id)
     and not exists (select from mautic_sync.pending_event p where p.event_id = e.id);
  return null;
end
$$;
revoke all on function mautic_sync.link_events() from public;
drop trigger if exists link_events on public.mautic_sync_status;
create trigger link_events after update of mautic_contact_id on public.mautic_sync_status
  for each row when (old.mautic_contact_id is distinct from new.mautic_contact_id)
  execute function mautic_sync.link_events();

-- "truncate … cascade" of the customers empties these tables, too, and calls no trigger for a row. Everything is then read
-- from Mautic again: the opt-outs before the next customer is sent.
create or replace function mautic_sync.events_truncated() returns trigger
  language plpgsql security definer set search_path = ''
as $$
begin
  delete from mautic_sync.catch_up_cursor;
  insert into public.mautic_sync_logs (run_started_at, run_finished_at, kind, status, triggered_by, error_details)
  values (now(), now(), 'catch_up', 'failed', 'truncate', jsonb_build_object('errorCode', 'MS-411', 'error',
          'public.customer_email_engagement was truncated, with the customers or alone; all events are read from Mautic again'));
  return null;
end
$$;
revoke all on function mautic_sync.events_truncated() from public;
drop trigger if exists events_truncated on public.customer_email_engagement;
create trigger events_truncated after truncate on public.customer_email_engagement
  for each statement execute function mautic_sync.events_truncated();

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
  select instance,
         mautic_email_id,
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
   group by instance, mautic_email_id;
comment on view public.mautic_campaign_engagement_v is 'what became of each of Mautic''s e-mails';

-- The bounce counter and the flag, in the CRM's own table of addresses. An address is the same with blanks, tabs or the
-- end of a line around it; the index is over the expression that the program searches by.
do $$
begin
  if to_regclass('${emails}') is null then
    raise notice '${emails_name} was not found: bounces will be recorded, but not counted in the CRM';
  else
    alter table ${emails}
      add column if not exists "${emails_bounces}" integer not null default 0,
      add column if not exists "${emails_valid}" boolean not null default true;
    create index if not exists customer_emails_mautic_sync_address_idx
      on ${emails} (lower(btrim("${emails_email}"::text, E' \t\n\r\f\x0b') collate "C"));
  end if;
end
$$;

-- 3. Consent and erasure: people who must not be mailed or known any more ----------------------------------------------
-- Keyed hashes alone: without the key they name nobody.

create table if not exists mautic_sync.hash_key (
  only_row    boolean primary key default true check (only_row),
  check_value text not null,
  secret      text,
  created_at  timestamptz not null default now()
);
comment on table mautic_sync.hash_key is 'which key the hashes of this database are made with; every process checks that it has the same';
comment on column mautic_sync.hash_key.secret is
  'the key, where the program made it itself; null when each process has it in its environment';

create table if not exists mautic_sync.erased_identifier (
  hash      text primary key,
  erasure   uuid not null,
  erased_at timestamptz not null default now()
);
create index if not exists erased_identifier_erasure_idx on mautic_sync.erased_identifier (erasure);
comment on table mautic_sync.erased_identifier is
  'hashes of the address, the customers and the contacts of each erased person, never the things themselves';

create table if not exists mautic_sync.consent_ledger (
  id                bigint generated always as identity primary key,
  address           text,
  address_hash      text,
  reason            text not null
    constraint consent_ledger_reason_check check
      (reason in ('unsubscribed', 'complained', 'bounced', 'manual', 'blocked', 'crm', 'customer_deleted')),
  source            text not null
    constraint consent_ledger_source_check check
      (source in ('crm', 'webhook', 'catch_up', 'push_response', 'import', 'ses', 'operator')),
  said_at           timestamptz not null,
  customer_id       uuid,
  mautic_contact_id bigint,
  event_key         text,
  note              text,
  instance          integer not null default mautic_sync.current_instance(),
  recorded_at       timestamptz not null default now(),
  crm_state         text not null
    constraint consent_ledger_crm_state_check check
      (crm_state in ('pending', 'done', 'rejected', 'contradicted', 'not_needed')),
  mautic_state      text not null default 'pending'
    constraint consent_ledger_mautic_state_check check (mautic_state in ('pending', 'done', 'removing')),
  attempts          integer not null default 0,
  next_attempt_at   timestamptz not null default now(),
  last_error        text,
  ended_at          timestamptz,
  ended_by          text
    constraint consent_ledger_ended_by_check check (ended_by in ('crm_opt_in', 'customer_returned', 'operator')),
  ended_operator    text,
  ended_note        text,
  constraint consent_ledger_address_check check ((address is null) <> (address_hash is null)),
  constraint consent_ledger_end_check check ((ended_at is null) = (ended_by is null))
);
create unique index if not exists consent_ledger_in_force_idx
  on mautic_sync.consent_ledger (address, reason, coalesce(event_key, ''), instance) where ended_at is null;
create index if not exists consent_ledger_event_idx
  on mautic_sync.consent_ledger (address, reason, event_key) where event_key is not null;
create index if not exists consent_ledger_hash_idx
  on mautic_sync.consent_ledger (address_hash) where address_hash is not null;
create index if not exists consent_ledger_customer_idx
  on mautic_sync.consent_ledger (customer_id) where customer_id is not null;
create index if not exists consent_ledger_undelivered_idx
  on mautic_sync.consent_ledger (id) where mautic_state = 'pending' and ended_at is null;
create index if not exists consent_ledger_crm_idx
  on mautic_sync.consent_ledger (id) where crm_state in ('pending', 'rejected') and ended_at is null;
comment on table mautic_sync.consent_ledger is
  'one row is one statement that an address must not be mailed; it stands until ended_at. What it says never changes';
comment on column mautic_sync.consent_ledger.address is
  'without blanks around it, A to Z in lower case; null when the person was erased, and only the keyed hash is left';
comment on column mautic_sync.consent_ledger.said_at is 'when it was said, by the clock of where it was said';
comment on column mautic_sync.consent_ledger.event_key is
  'the event in customer_email_engagement; customer_id, mautic_contact_id and note are evidence, too';
comment on column mautic_sync.consent_ledger.crm_state is
  'of an opt-out that the CRM has to take over: pending, done, or rejected by a trigger or constraint of the CRM;'
  ' contradicted: a customer opted in afterwards, and the setting keeps the statement';
comment on column mautic_sync.consent_ledger.ended_operator is
  'who ended the statement with consent --allow; ended_note says why';
comment on column mautic_sync.consent_ledger.mautic_state is
  'done: every contact with the address has its do-not-contact entry; removing: the entry is about to be removed';

-- The one rule that decides whether an address may be mailed: null, or the reason why not. said has the reasons of the
-- statements in force, "opted_out" for a customer row that is opted out, and "bounced" for an address that the CRM knows to
-- be invalid; opted_in tells whether any customer row opted in; missing, whether one did neither and that counts as an opt-out.
create or replace function mautic_sync.consent(said text[], opted_in boolean, missing boolean) returns text
  language sql immutable parallel safe set search_path = ''
as $$
  select case
           when 'complained' = any (said) then 'complained'
           when 'unsubscribed' = any (said) then 'unsubscribed'
           when 'manual' = any (said) then 'manual'
           when 'blocked' = any (said) then 'blocked'
           when 'opted_out' = any (said) or 'crm' = any (said) then 'opted_out'
           when 'bounced' = any (said) then 'bounced'
           when opted_in then null
           when 'customer_deleted' = any (said) then 'customer_deleted'
           when missing then 'no_opt_in'
         end
$$;

-- For the CRM: what this program knows and did, by address. It does not read the CRM's relations, which the CRM could
-- not change any more otherwise: an opt-out of a customer is in the ledger, a missing opt-in in the status.
create or replace view public.mautic_consent_v with (security_invoker = true) as
  with stated as (
    select l.address, mautic_sync.consent(array_agg(l.reason), false, false) as reason
      from mautic_sync.consent_ledger l
     where l.ended_at is null and l.address is not null group by l.address
  ), sent as (
    select lower(btrim(st.synced_email::text, E' \t\n\r\f\x0b') collate "C") as address,
           max(case when st.do_not_contact_reason = 2 and st.synced_consent = 'mailable' then 'bounced_in_mautic'
                    when st.synced_consent = 'do_not_contact' then 'no_opt_in'
                    when st.synced_consent = 'opted_out' then 'opted_out'
                    when st.do_not_contact_reason is not null then 'do_not_contact_in_mautic' end) as reason
      from public.mautic_sync_status st
     where st.state = 'synced' and st.synced_email is not null group by 1
  )
  select coalesce(s.address, t.address) as address,
         coalesce(s.reason, t.reason) is null as mailable,
         coalesce(s.reason, t.reason) as reason,
         (select min(l.said_at) from mautic_sync.consent_ledger l
           where l.address = s.address and l.ended_at is null
             and s.reason = case l.reason when 'crm' then 'opted_out' else l.reason end) as since
    from stated s full join sent t on t.address = s.address;
comment on view public.mautic_consent_v is
  'each address that was sent or that somebody said something about: whether Mautic may mail it, and since when not and why;'
  ' ./mautic-sync consent EMAIL shows all of it';

create table if not exists mautic_sync.opt_in (
  customer_id uuid primary key,
  opted_in_at timestamptz not null
);
comment on table mautic_sync.opt_in is
  'when a customer''s opt-in in the CRM last changed to true, noted by a trigger; a change away from true deletes the row,'
  ' and a statement that opts in more customers than the safety limit allows notes none';

create table if not exists mautic_sync.outbox (
  id                bigint generated always as identity primary key,
  kind              text not null
    constraint outbox_kind_check check (kind in ('customer', 'address', 'contact', 'lost_contact', 'opt_out', 'overflow')),
  customer_id       uuid,
  address           text,
  mautic_contact_id bigint,
  created_at        timestamptz not null default clock_timestamp(),
  state             text not null default 'pending'
    constraint outbox_state_check check (state in ('pending', 'held', 'done')),
  own_change        boolean not null default false,
  attempts          integer not null default 0,
  next_attempt_at   timestamptz not null default now(),
  last_error        text
);
create index if not exists outbox_pending_idx on mautic_sync.outbox (id) where state = 'pending';
create index if not exists outbox_created_idx on mautic_sync.outbox (created_at);
create index if not exists outbox_overflow_idx on mautic_sync.outbox (created_at) where kind = 'overflow';
comment on table mautic_sync.outbox is
  'what must be looked at in Mautic at once, without waiting for a run';
comment on column mautic_sync.outbox.state is
  'held: waits for the next run; done: a customer that was looked at, kept for 15 minutes because it counts towards the'
  ' limit; other rows go when they are done';
comment on column mautic_sync.outbox.own_change is
  'the sync itself wrote the CRM; such changes do not count towards the limit';
comment on column mautic_sync.outbox.kind is
  'customer: its consent, address or the validity of its address changed in the CRM; address: contacts with it may lack'
  ' do-not-contact; contact: Mautic saved it without telling its address; lost_contact: a contact was deleted or merged; opt_out: an event says so that is not believed by its word alone; overflow: more changed at once than the safety limit'
  ' allows, so the next run decides';

create table if not exists mautic_sync.outbox_limit (
  only_row  boolean primary key default true check (only_row),
  customers integer not null,
  bounces   integer not null
);
comment on table mautic_sync.outbox_limit is
  'settings that the triggers on the CRM''s tables need, written by each run';
comment on column mautic_sync.outbox_limit.customers is
  'how many customers may change within 15 minutes before the next run decides: what the safety limit lets pass';
comment on column mautic_sync.outbox_limit.bounces is 'at this many bounces an address is invalid';

-- 4. Runs: their log, their lease, what starts and stops them ----------------------------------------------------------

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
  add column if not exists requests integer not null default 0,
  add column if not exists details jsonb;

alter table public.mautic_sync_logs drop constraint if exists mautic_sync_logs_status_check;
alter table public.mautic_sync_logs add constraint mautic_sync_logs_status_check
  check (status in ('running', 'done', 'failed', 'skipped', 'stopped', 'died', 'limit_exceeded'));

create index if not exists mautic_sync_logs_started_idx on public.mautic_sync_logs (run_started_at desc);
comment on column public.mautic_sync_logs.details is 'of a catch-up: its report';

create table if not exists mautic_sync.lease (
  name       text primary key,
  holder     text not null,
  token      bigint not null default 1,
  expires_at timestamptz not null
);
comment on table mautic_sync.lease is 'who may run, one row a name';
comment on column mautic_sync.lease.token is
  'grows with every new holder, so that a write of an older holder is turned away';

create table if not exists mautic_sync.pause (
  kind   text primary key,
  since  timestamptz not null default now(),
  reason text
);
comment on table mautic_sync.pause is 'kinds of run that a person has paused';

create table if not exists mautic_sync.refresh_signal (
  id          bigint generated always as identity primary key,
  kind        text not null default 'refresh'
    constraint refresh_signal_kind_check check (kind in ('refresh', 'request')),
  state       text not null default 'pending'
    constraint refresh_signal_state_check check (state in ('pending', 'processed')),
  created_at  timestamptz not null default clock_timestamp(),
  processed_at timestamptz,
  processed_by text
);
create index if not exists refresh_signal_pending_idx on mautic_sync.refresh_signal (id) where state = 'pending';
comment on table mautic_sync.refresh_signal is
  'asks for a run; the CRM inserts a row in the same transaction as each refresh of its data';
comment on column mautic_sync.refresh_signal.kind is
  'refresh: the CRM refreshed its data; request: somebody asked for a run over HTTP';
comment on column mautic_sync.refresh_signal.processed_by is 'the run that began after it and went through';

-- The columns are those of the library db-scheduler.
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

-- 5. The installation: how Mautic's webhook is, which schema ---------------------------------------------------------

create table if not exists mautic_sync.webhook_health (
  only_row   boolean primary key default true check (only_row),
  healthy    boolean not null,
  message    text not null,
  since      timestamptz not null default now(),
  checked_at timestamptz not null default now()
);
comment on table mautic_sync.webhook_health is
  'how Mautic''s webhook was when serve last looked: Mautic switches it off by itself, and tells nobody';
comment on column mautic_sync.webhook_health.since is 'when it became as it is';

create table if not exists mautic_sync.wait (
  id       bigint generated always as identity primary key,
  why      text not null,
  began_at timestamptz not null default now(),
  ends_at  timestamptz not null
);
comment on table mautic_sync.wait is
  'what processes wait for at the moment, if for more than some seconds; a row of a killed process ends by itself';
comment on column mautic_sync.wait.ends_at is 'when the wait ends at the latest';

create table if not exists mautic_sync.alert (
  code        text primary key,
  message     text not null,
  since       timestamptz not null default now(),
  state       text not null default 'open'
    constraint alert_state_check check (state in ('open', 'told', 'over')),
  taken_until timestamptz
);
comment on table mautic_sync.alert is 'the problems that somebody is told, or was told';
comment on column mautic_sync.alert.code is 'the code of the problem, see docs/troubleshooting.md';
comment on column mautic_sync.alert.state is
  'open: to be told; told; over: it is no problem any more, which is to be told';
comment on column mautic_sync.alert.taken_until is 'a process is telling it; the others wait until then';

-- What the running program checks, so that a schema pasted by hand counts as well as one that Flyway made.
create table if not exists mautic_sync.schema_version (
  version      integer primary key,
  installed_at timestamptz not null default now()
);
insert into mautic_sync.schema_version (version) values (1) on conflict do nothing;
