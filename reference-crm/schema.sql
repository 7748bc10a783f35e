-- A small ticket seller's CRM, as the demo and the tests use it: customers, their e-mail addresses, venues, events and
-- orders, a summary that refresh_customer_data() recomputes, and the view customers_crm_v that the sync reads.
-- Runs on plain Postgres 15+ and on Supabase, and may be run again.

create table if not exists public.customer_profiles (
  id               uuid primary key,
  first_name       text,
  last_name        text,
  mobile           text,
  landline         text,
  address_line1    text,
  address_line2    text,
  suburb           text,
  state            text,
  postcode         text,
  country          text,
  lead_score       numeric,
  labels           text[],
  marketing_opt_in boolean default true,
  customer_since   timestamptz,
  created_at       timestamptz not null default now(),
  updated_at       timestamptz not null default now()
);

create table if not exists public.customer_emails (
  id           bigint generated always as identity primary key,
  customer_id  uuid not null references public.customer_profiles (id) on delete cascade,
  email        text,
  is_primary   boolean not null default true,
  bounce_count integer not null default 0,
  is_valid     boolean not null default true
);
create unique index if not exists customer_emails_primary_idx
  on public.customer_emails (customer_id) where is_primary;

create table if not exists public.venues (
  id   integer primary key,
  name text not null
);

create table if not exists public.events (
  id        integer primary key,
  venue_id  integer not null references public.venues (id),
  name      text not null,
  starts_at timestamptz not null
);
create index if not exists events_venue_idx on public.events (venue_id);

create table if not exists public.orders (
  id          bigint generated always as identity primary key,
  customer_id uuid not null references public.customer_profiles (id) on delete cascade,
  event_id    integer not null references public.events (id),
  amount      numeric not null,
  ordered_at  timestamptz not null
);
create index if not exists orders_customer_idx on public.orders (customer_id, ordered_at);
create index if not exists orders_event_idx on public.orders (event_id);

create table if not exists public.customer_metrics (
  customer_id       uuid primary key references public.customer_profiles (id) on delete cascade,
  customer_segment  text,
  customer_segments text[],
  total_orders      integer,
  total_spent       numeric,
  last_order_date   timestamptz,
  last_event_name   text,
  preferred_venue   text
);

create or replace function public.refresh_customer_data() returns void
  language sql security definer set search_path = ''
as $$
  with ordered as (
    select o.customer_id, o.amount, o.ordered_at, o.id, e.name as event, v.name as venue
      from public.orders o
      join public.events e on e.id = o.event_id
      join public.venues v on v.id = e.venue_id
  ), sums as (
    select customer_id, count(*)::int as orders, sum(amount) as spent, max(ordered_at) as last_at,
           (array_agg(event order by ordered_at desc, id desc))[1] as last_event,
           mode() within group (order by venue) as venue
      from ordered group by customer_id
  ), summaries as (
    select p.id, p.labels, s.last_at, s.last_event, s.venue, coalesce(s.orders, 0) as orders, coalesce(s.spent, 0) as spent,
           case when s.spent >= 600 then 'vip'
                when coalesce(s.orders, 0) = 0 then 'inactive'
                when s.orders = 1 then 'new'
                else 'regular' end as segment
      from public.customer_profiles p left join sums s on s.customer_id = p.id
  )
  insert into public.customer_metrics as m
  select id, segment, case when orders = 0 and labels is null then null else array[segment] || coalesce(labels, '{}') end,
         orders, spent, last_at, last_event, venue
    from summaries
  on conflict (customer_id) do update
     set customer_segment = excluded.customer_segment, customer_segments = excluded.customer_segments,
         total_orders = excluded.total_orders, total_spent = excluded.total_spent,
         last_order_date = excluded.last_order_date, last_event_name = excluded.last_event_name,
         preferred_venue = excluded.preferred_venue
   where (m.customer_segment, m.customer_segments, m.total_orders, m.total_spent, m.last_order_date,
          m.last_event_name, m.preferred_venue)
         is distinct from
         (excluded.customer_segment, excluded.customer_segments, excluded.total_orders, excluded.total_spent,
          excluded.last_order_date, excluded.last_event_name, excluded.preferred_venue);
$$;
revoke all on function public.refresh_customer_data() from public;

create or replace view public.customers_crm_v as
  select p.id, e.email, p.first_name, p.last_name, p.mobile, p.landline, p.address_line1, p.address_line2, p.suburb,
         p.state, p.postcode, p.country, m.customer_segment, p.lead_score, m.total_orders, m.total_spent,
         m.last_order_date, m.last_event_name, m.preferred_venue, p.marketing_opt_in, p.customer_since,
         m.customer_segments
    from public.customer_profiles p
    left join public.customer_emails e on e.customer_id = p.id and e.is_primary
    left join public.customer_metrics m on m.customer_id = p.id;

alter table public.customer_profiles enable row level security;
alter table public.customer_emails enable row level security;
alter table public.venues enable row level security;
alter table public.events enable row level security;
alter table public.orders enable row level security;
alter table public.customer_metrics enable row level security;

do $$
declare
  api_role text;
begin
  foreach api_role in array array['anon', 'authenticated'] loop
    continue when not exists (select from pg_catalog.pg_roles where rolname = api_role);
    execute format('revoke all on public.customer_profiles, public.customer_emails, public.venues, public.events, public.orders, public.customer_metrics, public.customers_crm_v from %I', api_role);
    execute format('revoke all on function public.refresh_customer_data() from %I', api_role);
  end loop;
end
$$;
