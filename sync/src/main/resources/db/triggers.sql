-- What changes in the CRM's tables and decides who may be mailed is put into mautic_sync.outbox, which `serve` looks at
-- every few seconds. Runs after every `migrate`, so that new partitions get their triggers, too. A trigger that fails
-- raises a warning: the CRM's statement goes through, and the next run finds the change.

create or replace function mautic_sync.outbox_customers() returns integer
  language sql stable set search_path = ''
as $$ select coalesce((select l.customers from mautic_sync.outbox_limit l), 9) $$;

create or replace function mautic_sync.outbox_bounces() returns integer
  language sql stable set search_path = ''
as $$ select coalesce((select l.bounces from mautic_sync.outbox_limit l), 3) $$;

-- Each change is a row, also where a row for the customer waits already: that one may be taken before this transaction
-- ends, and would not see the change. No row is locked and nothing is waited for.
create or replace function mautic_sync.to_outbox(changed uuid[]) returns void
  language plpgsql security definer set search_path = ''
as $$
declare
  own boolean := coalesce(current_setting('mautic_sync.own_change', true), '') = 'yes';
  since timestamptz := clock_timestamp() - interval '15 minutes';
  customers integer;
begin
  if changed is null then
    return;
  end if;
  if own and cardinality(changed) > 50 then
    return; -- a list is being imported, and its statements are delivered otherwise
  end if;
  if not own then
    if exists (select from mautic_sync.outbox o where o.kind = 'overflow' and o.created_at > since) then
      return; -- the next run decides about these, too
    end if;
    select count(distinct c.id) into customers
      from (select unnest(changed) as id
             union all
            select o.customer_id from mautic_sync.outbox o
             where o.kind = 'customer' and not o.own_change and o.created_at > since) c;
    if customers > mautic_sync.outbox_customers() then
      insert into mautic_sync.outbox (kind, state) values ('overflow', 'held');
      raise warning 'mautic_sync: more customers changed within 15 minutes than the safety limit allows; the next run decides about them';
      return;
    end if;
  end if;
  insert into mautic_sync.outbox (kind, customer_id, own_change)
  select distinct 'customer', c.id, own from unnest(changed) as c (id);
end
$$;

-- Transition tables are compared by key with a hash join alone: a plan that was made for one row is used again for a
-- million. A sum of hashes tells in a fraction of that time that nothing changed that matters here.
create or replace function mautic_sync.profiles_changed() returns trigger
  language plpgsql security definer set search_path = '' set enable_nestloop = off set jit = off
as $$
declare
  most integer;
  with_email boolean;
  before numeric;
  after numeric;
  changed uuid[];
  opted_in uuid[];
begin
  -- Not in the declaration, whose errors the handler below would not see.
  most := greatest(mautic_sync.outbox_customers(), 50) + 1;
  with_email := tg_argv[0] = 'with_email';
  if tg_op = 'INSERT' then
    select array_agg(c.id) into changed
      from (select n."${profiles_id}" as id from new_rows n where n."${profiles_opt_in}" is not true limit most) c;
  elsif tg_op = 'DELETE' then
    select array_agg(c.id) into opted_in from (select o."${profiles_id}" as id from old_rows o limit most) c;
    if cardinality(opted_in) < most then
      delete from mautic_sync.opt_in i where i.customer_id = any (opted_in);
    else
      delete from mautic_sync.opt_in i using old_rows o where o."${profiles_id}" = i.customer_id;
    end if;
  else
    if with_email then
      select sum(uuid_hash_extended(o."${profiles_id}", hashtextextended(coalesce(o."${view_email}"::text, ''),
               case when o."${profiles_opt_in}" then 1 when not o."${profiles_opt_in}" then 2 else 3 end)))
        into before from old_rows o;
      select sum(uuid_hash_extended(n."${profiles_id}", hashtextextended(coalesce(n."${view_email}"::text, ''),
               case when n."${profiles_opt_in}" then 1 when not n."${profiles_opt_in}" then 2 else 3 end)))
        into after from new_rows n;
    else
      select sum(uuid_hash_extended(o."${profiles_id}",
               case when o."${profiles_opt_in}" then 1 when not o."${profiles_opt_in}" then 2 else 3 end))
        into before from old_rows o;
      select sum(uuid_hash_extended(n."${profiles_id}",
               case when n."${profiles_opt_in}" then 1 when not n."${profiles_opt_in}" then 2 else 3 end))
        into after from new_rows n;
    end if;
    if before is not distinct from after then
      return null;
    end if;
    if with_email then
      select array_agg(c.id) into changed
        from (select n."${profiles_id}" as id
                from new_rows n left join old_rows o on o."${profiles_id}" = n."${profiles_id}"
               where (n."${profiles_opt_in}" is not true
                      and (o."${profiles_id}" is null or n."${profiles_opt_in}" is distinct from o."${profiles_opt_in}"))
                  or n."${view_email}"::text is distinct from o."${view_email}"::text
               limit most) c;
    else
      select array_agg(c.id) into changed
        from (select n."${profiles_id}" as id
                from new_rows n left join old_rows o on o."${profiles_id}" = n."${profiles_id}"
               where n."${profiles_opt_in}" is not true
                 and (o."${profiles_id}" is null or n."${profiles_opt_in}" is distinct from o."${profiles_opt_in}")
               limit most) c;
    end if;
    select array_agg(c.id) into opted_in
      from (select n."${profiles_id}" as id
              from new_rows n join old_rows o on o."${profiles_id}" = n."${profiles_id}"
             where n."${profiles_opt_in}" and o."${profiles_opt_in}" is not true limit most) c;
    if coalesce(cardinality(changed), 0) < most and coalesce(cardinality(opted_in), 0) < most then
      delete from mautic_sync.opt_in i where i.customer_id = any (changed)
         and not exists (select from new_rows n where n."${profiles_id}" = i.customer_id and n."${profiles_opt_in}");
    else
      delete from mautic_sync.opt_in i using new_rows n
       where n."${profiles_id}" = i.customer_id and n."${profiles_opt_in}" is not true;
    end if;
    if cardinality(opted_in) < most then
      insert into mautic_sync.opt_in (customer_id, opted_in_at)
      select distinct c.id, now() from unnest(opted_in) as c (id)
      on conflict (customer_id) do update set opted_in_at = excluded.opted_in_at;
    end if;
  end if;
  perform mautic_sync.to_outbox(changed);
  return null;
exception when others then
  raise warning 'mautic_sync: %; the next run finds what changed', sqlerrm;
  return null;
end
$$;

-- Of addresses: those that are new to their customer, and those that became invalid. The address of a customer who is
-- opted in need not be looked at before the run that sends it.
create or replace function mautic_sync.emails_changed() returns trigger
  language plpgsql security definer set search_path = '' set enable_nestloop = off set jit = off
as $$
declare
  most integer;
  invalid_at integer;
  before numeric;
  after numeric;
  changed uuid[];
begin
  most := greatest(mautic_sync.outbox_customers(), 50) + 1;
  invalid_at := mautic_sync.outbox_bounces();
  if tg_op = 'INSERT' then
    select array_agg(c.id) into changed
      from (select n."${emails_customer}" as id from new_rows n
             where n."${emails_customer}" is not null
               and (n."${emails_valid}" is false or n."${emails_bounces}" >= invalid_at
                    or (select p."${profiles_opt_in}" from ${profiles} p
                         where p."${profiles_id}" = n."${emails_customer}") is not true)
             limit most) c;
  elsif tg_op = 'DELETE' then
    select array_agg(c.id) into changed
      from (select o."${emails_customer}" as id from old_rows o where o."${emails_customer}" is not null limit most) c;
  else
    select sum(uuid_hash_extended(o."${emails_customer}", hashtextextended(coalesce(o."${emails_email}"::text, ''),
             case when o."${emails_valid}" is false or o."${emails_bounces}" >= invalid_at then 1 else 2 end)))
      into before from old_rows o;
    select sum(uuid_hash_extended(n."${emails_customer}", hashtextextended(coalesce(n."${emails_email}"::text, ''),
             case when n."${emails_valid}" is false or n."${emails_bounces}" >= invalid_at then 1 else 2 end)))
      into after from new_rows n;
    if before is not distinct from after then
      return null;
    end if;
    select array_agg(c.id) into changed
      from (select n."${emails_customer}" as id from new_rows n
             where n."${emails_customer}" is not null and n."${emails_email}" is not null
               and not exists (select from old_rows o
                                where o."${emails_customer}" = n."${emails_customer}"
                                  and o."${emails_email}"::text = n."${emails_email}"::text
                                  and ((n."${emails_valid}" is not false
                                        and (n."${emails_bounces}" < invalid_at) is not false)
                                       or o."${emails_valid}" is false or o."${emails_bounces}" >= invalid_at))
             limit most) c;
  end if;
  perform mautic_sync.to_outbox(changed);
  return null;
exception when others then
  raise warning 'mautic_sync: %; the next run finds what changed', sqlerrm;
  return null;
end
$$;

revoke all on function mautic_sync.to_outbox(uuid[]), mautic_sync.outbox_customers(), mautic_sync.outbox_bounces(),
  mautic_sync.profiles_changed(), mautic_sync.emails_changed() from public;

-- One trigger a table, partition and event: Postgres has transition tables for no more than one event, and a statement
-- that names a partition does not fire the triggers of its table. Tables that have theirs already are not locked.
do $$
declare
  wanted record;
begin
  set local lock_timeout = '10s';
  for wanted in
    with recursive source (relid, function, argument) as (
      select to_regclass('${profiles}')::oid, 'profiles_changed',
             case when exists (select from pg_catalog.pg_attribute
                                where attrelid = to_regclass('${profiles}') and attname = '${view_email}'
                                  and not attisdropped) then 'with_email' else 'without_email' end
      union all
      select to_regclass('${emails}')::oid, 'emails_changed', ''
    ), tree as (
      select relid, function, argument from source where relid is not null
      union
      select i.inhrelid, t.function, t.argument from tree t join pg_catalog.pg_inherits i on i.inhparent = t.relid
    )
    select c.oid, c.oid::regclass as name, t.function, t.argument, e.event, e.rows
      from tree t join pg_catalog.pg_class c on c.oid = t.relid and c.relkind in ('r', 'p')
           cross join (values ('insert', 'new table as new_rows'),
                              ('update', 'old table as old_rows new table as new_rows'),
                              ('delete', 'old table as old_rows')) as e (event, rows)
     where not exists (select from pg_catalog.pg_trigger g
                        where g.tgrelid = c.oid and g.tgname = 'mautic_sync_' || e.event
                          and g.tgfoid = ('mautic_sync.' || t.function)::regproc
                          and g.tgargs = convert_to(t.argument, 'UTF8') || '\x00'::bytea)
     order by c.oid, e.event
  loop
    begin
      execute format(
        'create or replace trigger %I after %s on %s referencing %s for each statement execute function mautic_sync.%I(%L)',
        'mautic_sync_' || wanted.event, wanted.event, wanted.name, wanted.rows, wanted.function, wanted.argument);
    exception when insufficient_privilege or lock_not_available or wrong_object_type or feature_not_supported then
      raise warning 'no trigger for % on %: % (opt-outs there wait for the next run)', wanted.event, wanted.name, sqlerrm;
    end;
  end loop;
end
$$;
