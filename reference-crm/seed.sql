-- Fills the reference CRM: reference_crm.fill(customers, seed) and reference_crm.change(percent, seed).
-- The same arguments give the same rows: random numbers are hashes, and no clock is read.
-- Of every 500 customers the first 45 are one edge case each; the table reference_crm.edge_case lists them.

create schema if not exists reference_crm;

create table if not exists reference_crm.edge_case (slot integer primary key, what text not null);
alter table reference_crm.edge_case enable row level security;
truncate reference_crm.edge_case;
insert into reference_crm.edge_case (slot, what) values
  (1, 'no e-mail'), (2, 'blank e-mail'), (3, 'malformed e-mail'), (4, 'malformed e-mail'), (5, 'malformed e-mail'),
  (6, 'malformed e-mail'), (7, 'malformed e-mail'), (8, 'non-ASCII e-mail'),
  (9, 'shared e-mail, both opted in'), (10, 'shared e-mail, both opted in'),
  (11, 'shared e-mail, one opted out'), (12, 'shared e-mail, one opted out'),
  (13, 'emoji in name'), (14, 'HTML in name'), (15, 'quotes in name'), (16, 'blanks around name'),
  (17, 'lead score null'), (18, 'lead score with decimals'), (19, 'spent less than one'), (20, 'spent with three decimals'),
  (21, 'no orders, lead score 0'), (22, 'over-long event name'), (23, 'address of 100 characters'),
  (24, 'address of 250 characters'), (25, 'first name of 200 characters'), (26, 'opt-in null'),
  (27, 'unknown segment name'), (28, 'segment name with a blank'), (29, 'segment named twice'), (30, 'unknown country'),
  (31, 'unknown state'), (32, 'state without country'), (33, 'ambiguous state without country'), (34, 'Viet Nam'),
  (35, 'UK'), (36, 'NZ'), (37, 'country in capitals'), (38, 'state spelled out'), (39, 'state in small letters'),
  (40, 'blank suburb'), (41, 'everything optional null'), (42, 'odd time zone'), (43, 'opted out'),
  (44, 'several segments'), (45, 'negative lead score');

-- From 0 to below 1, always the same for the same three arguments.
create or replace function reference_crm.chance(seed bigint, customer bigint, salt text) returns double precision
  language sql immutable parallel safe set search_path = ''
as $$ select ('x' || substr(md5(seed || ':' || customer || ':' || salt), 1, 8))::bit(32)::bigint / 4294967296.0 $$;

create or replace function reference_crm.pick(options text[], chance double precision) returns text
  language sql immutable parallel safe set search_path = ''
as $$ select options[1 + floor(chance * cardinality(options))::int] $$;

create or replace function reference_crm.customer_id(seed bigint, customer bigint) returns uuid
  language sql immutable parallel safe set search_path = ''
as $$ select overlay(overlay(md5(seed || ':id:' || customer) placing '4' from 13) placing '8' from 17)::uuid $$;

create or replace function reference_crm.fill(customers integer, seed bigint) returns void
  language plpgsql set search_path = ''
as $$
begin
  if exists (select from public.customer_profiles) then
    raise exception 'public.customer_profiles holds rows already: fill an empty database, nothing was changed';
  end if;

  insert into public.venues (id, name)
  select n, (array['The Enmore', 'Forum Melbourne', 'The Tivoli', 'Fremantle Social Club', 'The Gov', 'Theatre Royal Hobart',
                   'UC Refectory', 'Darwin Railway Club', 'Oxford Art Factory', 'Corner Hotel'])[n]
    from generate_series(1, 10) n;
  insert into public.events (id, venue_id, name, starts_at)
  select n, 1 + n % 10,
         case when n = 60 then 'The Festival With The ' || repeat('Very ', 40) || 'Long Name'
              else (array['Gig Night', 'Summer Sessions', 'Laneway Stories', 'Brass & Beers', 'Piggy Bank Benefit'])[1 + n % 5] || ' ' || n end,
         timestamptz '2025-01-01 19:30:00+11' + n * interval '9 days'
    from generate_series(1, 60) n;

  insert into public.customer_profiles
    (id, first_name, last_name, mobile, landline, address_line1, address_line2, suburb, state, postcode, country,
     lead_score, labels, marketing_opt_in, customer_since)
  select reference_crm.customer_id(seed, i),
         case slot when 13 then 'Zoë 👩‍👩‍👧 ' || i when 14 then '<b>Bob</b> & Söhne' when 15 then '"Mick" O''Brien'
                   when 16 then '  Ann ' when 25 then repeat('Maximiliana ', 17) when 41 then null
                   else reference_crm.pick(array['Olivia', 'Jack', 'Charlotte', 'Noah', 'Mia', 'Henry', 'Ruby', 'Leo', 'Nguyễn', 'Siobhán'], c1) end,
         case slot when 41 then null else
           reference_crm.pick(array['Smith', 'Jones', 'Nguyen', 'Williams', 'Brown', 'Wilson', 'O''Neill', 'Kelly', 'Singh', 'Papadopoulos'], c2) end,
         case when slot = 41 or c3 < 0.2 then null else '04' || lpad(floor(c3 * 100000000)::text, 8, '0') end,
         case when slot = 41 or c3 > 0.4 then null else '02 ' || lpad(floor(c2 * 10000)::text, 4, '0') || ' ' || lpad(floor(c1 * 10000)::text, 4, '0') end,
         case slot when 23 then rpad('Unit 5, The Old Brewery, ', 100, 'x') when 24 then rpad('Somewhere, ', 250, 'y')
                   when 41 then null
                   else 1 + floor(c1 * 300)::int || ' ' || reference_crm.pick(array['King', 'Brunswick', 'Boundary', 'High', 'Rundle', 'Elizabeth'], c3) || ' St' end,
         case when c2 < 0.1 and slot <> 41 then 'Unit ' || 1 + floor(c1 * 20)::int end,
         case slot when 40 then '   ' when 41 then null
                   else reference_crm.pick(array['Newtown', 'Fitzroy', 'West End', 'Fremantle', 'Norwood', 'Sandy Bay', 'Braddon', 'Parap'], c4) end,
         case slot when 31 then 'XX' when 32 then 'NSW' when 33 then 'WA' when 34 then null when 35 then 'Kent' when 36 then 'Otago'
                   when 38 then 'New South Wales' when 39 then 'vic' when 30 then null when 41 then null
                   else reference_crm.pick(array['NSW', 'VIC', 'QLD', 'WA', 'SA', 'TAS', 'ACT', 'NT'], c4) end,
         case slot when 41 then null else lpad((2000 + floor(c4 * 5000))::int::text, 4, '0') end,
         case slot when 30 then 'Atlantis' when 32 then null when 33 then '' when 34 then 'Viet Nam' when 35 then 'UK'
                   when 36 then 'NZ' when 37 then ' AUSTRALIA ' when 41 then null
                   else reference_crm.pick(array['AU', 'australia', 'Australia', 'AUS'], c5) end,
         case slot when 17 then null when 18 then 12.7 when 21 then 0 when 45 then -3 when 41 then null
                   else floor(c5 * 100) end,
         case slot when 27 then array['newsletter_2019'] when 28 then array['VIP '] when 29 then array['new', 'new']
                   when 44 then array['vip', 'inactive'] when 41 then null
                   else case when c1 < 0.05 then array['vip'] end end,
         case slot when 26 then null when 11 then true when 12 then false when 9 then true when 10 then true
                   when 43 then false when 13 then true else c6 >= 0.12 end,
         case slot when 42 then timestamptz '2019-10-06 02:30:59+10:30' when 41 then null
                   else timestamptz '2019-01-01 00:00:00+00' + c4 * interval '2500 days' end
    from (select i, i % 500 as slot,
                 reference_crm.chance(seed, i, 'a') as c1, reference_crm.chance(seed, i, 'b') as c2,
                 reference_crm.chance(seed, i, 'c') as c3, reference_crm.chance(seed, i, 'd') as c4,
                 reference_crm.chance(seed, i, 'e') as c5, reference_crm.chance(seed, i, 'f') as c6
            from generate_series(1, customers) i) chances;

  insert into public.customer_emails (customer_id, email)
  select reference_crm.customer_id(seed, i),
         case i % 500
           when 2 then ' ' when 3 then 'customer' || i || '.example.com' when 4 then 'two..dots' || i || '@example.com'
           when 5 then 'trailing' || i || '.@example.com' when 6 then 'blank inside' || i || '@example.com'
           when 7 then 'customer' || i || '@localhost' when 8 then 'josé' || i || '@example.com'
           when 9 then 'Shared' || i + 1 || '@Example.com' when 10 then 'shared' || i || '@example.com'
           when 11 then 'Family' || i + 1 || '@example.net' when 12 then 'family' || i || '@EXAMPLE.net'
           when 16 then '  Customer' || i || '@Example.ORG '
           else 'customer' || i || '@example.' || reference_crm.pick(array['com', 'net', 'org'], reference_crm.chance(seed, i, 'mail')) end
    from generate_series(1, customers) i where i % 500 <> 1 order by i;

  insert into public.orders (customer_id, event_id, amount, ordered_at)
  select reference_crm.customer_id(seed, i),
         case when i % 500 = 22 then 60 else 1 + floor(reference_crm.chance(seed, i, 'event' || n) * 59)::int end,
         case i % 500 when 19 then 0.5 when 20 then 12.345
           else round((20 + 180 * reference_crm.chance(seed, i, 'amount' || n))::numeric, 2) end,
         timestamptz '2025-02-01 10:00:07+11' + reference_crm.chance(seed, i, 'when' || n) * interval '600 days'
    from generate_series(1, customers) i
    cross join lateral generate_series(1, case when i % 500 in (19, 20, 22) then 1 when i % 500 in (21, 41) then 0
                                               else floor(6 * power(reference_crm.chance(seed, i, 'orders'), 2))::int end) n
   order by i, n;

  perform public.refresh_customer_data();
end
$$;

-- Changes exactly that share of all customers, none of the edge cases, each in at least one column of the view.
create or replace function reference_crm.change(percent numeric, seed bigint) returns integer
  language plpgsql set search_path = ''
as $$
declare
  wanted integer;
  chosen uuid[];
begin
  select round(count(*) * percent / 100) into wanted from public.customer_profiles;
  select array_agg(id) into chosen from (
    select p.id from public.customer_profiles p join public.customer_emails e on e.customer_id = p.id
     where e.email ~ '^(customer|moved)[0-9a-f]+@example\.(com|net|org)$' and p.first_name !~ '[<"👩]' and length(p.first_name) < 100
       and p.lead_score >= 0 and p.lead_score = floor(p.lead_score) and length(p.address_line1) < 65 and p.labels is not distinct from
           case when p.labels is null then null else array['vip'] end
       and p.country in ('AU', 'australia', 'Australia', 'AUS') and p.marketing_opt_in is not null
     order by md5(p.id::text || seed) limit wanted) picked;
  if coalesce(cardinality(chosen), 0) < wanted then
    raise exception 'only % customers can be changed, % were asked for', coalesce(cardinality(chosen), 0), wanted;
  end if;

  create temporary table changing on commit drop as
    select id, (('x' || substr(md5(id::text || seed || 'how'), 1, 4))::bit(16)::int) % 8 as how from unnest(chosen) id;

  update public.customer_profiles p
     set last_name = case when how = 0 or (how = 3 and not marketing_opt_in) then split_part(last_name, '-', 1) || '-' || substr(md5(p.id::text || seed), 1, 6) else last_name end,
         address_line1 = case when how = 1 then '7 Moved Street ' || substr(md5(p.id::text || seed), 1, 6) else address_line1 end,
         suburb = case when how = 2 then case when suburb is null then 'Newtown' end else suburb end,
         marketing_opt_in = case when how = 3 then false else marketing_opt_in end,
         lead_score = case when how = 4 then case when lead_score = 0 then 7 else 0 end else lead_score end,
         labels = case when how = 5 then case when labels is null then array['vip'] end else labels end,
         updated_at = now()
    from pg_temp.changing c where c.id = p.id;
  update public.customer_emails e
     set email = 'moved' || substr(md5(c.id::text || seed), 1, 16) || '@example.org'
    from pg_temp.changing c where c.id = e.customer_id and how = 6;
  insert into public.orders (customer_id, event_id, amount, ordered_at)
  select id, 7, 35, timestamptz '2026-10-10 10:00:10+00' from pg_temp.changing where how = 7;
  drop table pg_temp.changing;

  perform public.refresh_customer_data();
  return wanted;
end
$$;

do $$
declare
  api_role text;
begin
  revoke all on schema reference_crm from public;
  foreach api_role in array array['anon', 'authenticated'] loop
    continue when not exists (select from pg_catalog.pg_roles where rolname = api_role);
    execute format('revoke all on all tables in schema reference_crm from %I', api_role);
  end loop;
end
$$;
