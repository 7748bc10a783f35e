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
  if to_regclass('${emails}') is null then
    raise notice '${emails_name} was not found: bounces will be recorded, but not counted in the CRM';
  else
    alter table ${emails}
      add column if not exists "${emails_bounces}" integer not null default 0,
      add column if not exists "${emails_valid}" boolean not null default true;
    create index if not exists customer_emails_mautic_sync_address_idx on ${emails} (lower(btrim("${emails_email}")));
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
