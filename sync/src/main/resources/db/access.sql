-- Who may do what. Runs after every `migrate`, so that a view or table created later gets its grants too. What an operator
-- set differently since stays: only what is new is closed to others.

do $$
begin
  if not exists (select from pg_catalog.pg_roles where rolname = 'mautic_sync_service') then
    create role mautic_sync_service login noinherit nosuperuser nocreatedb nocreaterole connection limit 15;
  end if;
end
$$;

do $$
declare
  setting record;
begin
  for setting in
    select * from (values ('statement_timeout', '5min'), ('idle_in_transaction_session_timeout', '60s'),
                          ('lock_timeout', '10s'), ('timezone', 'UTC')) as s (name, value)
     where not exists (select from pg_catalog.pg_db_role_setting r, unnest(r.setconfig) c
                        where r.setrole = 'mautic_sync_service'::regrole
                          and r.setdatabase in (0, (select oid from pg_catalog.pg_database where datname = current_database()))
                          and lower(c) like s.name || '=%')
  loop
    execute format('alter role mautic_sync_service set %I = %L', setting.name, setting.value);
  end loop;
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
  other    text;
begin
  foreach relation in array array[
    'public.mautic_sync_status', 'public.customer_email_engagement', 'public.mautic_sync_logs',
    'mautic_sync.sent_values', 'mautic_sync.overwritten_values', 'mautic_sync.deleted_customer',
    'mautic_sync.segment_link', 'mautic_sync.inbox', 'mautic_sync.pending_event', 'mautic_sync.bounce_report',
    'mautic_sync.bounced_mail', 'mautic_sync.email_name', 'mautic_sync.catch_up_cursor', 'mautic_sync.hash_key',
    'mautic_sync.erased_identifier', 'mautic_sync.consent_ledger', 'mautic_sync.opt_in', 'mautic_sync.outbox',
    'mautic_sync.outbox_limit', 'mautic_sync.lease', 'mautic_sync.pause', 'mautic_sync.refresh_signal',
    'mautic_sync.scheduled_tasks', 'mautic_sync.instance', 'mautic_sync.webhook_health', 'mautic_sync.wait', 'mautic_sync.alert',
    'mautic_sync.schema_version', 'mautic_sync.schema_history']
  loop
    continue when to_regclass(relation) is null;
    -- Its own grant is the sign that this was done before.
    if not exists (select from pg_catalog.pg_class c, aclexplode(c.relacl) a
                    where c.oid = to_regclass(relation) and a.grantee = 'mautic_sync_service'::regrole) then
      execute format('revoke all on %s from public', relation);
      -- Supabase's API roles, where they exist. service_role reads past Row Level Security; what is in public may be its own.
      for other in select rolname from pg_catalog.pg_roles where rolname in ('anon', 'authenticated', 'service_role') loop
        continue when other = 'service_role' and relation like 'public.%';
        execute format('revoke all on %s from %I', relation, other);
      end loop;
    end if;
    execute format('alter table %s enable row level security', relation);
    execute format('drop policy if exists mautic_sync_service_all on %s', relation);
    execute format(
      'create policy mautic_sync_service_all on %s for all to mautic_sync_service using (true) with check (true)',
      relation);
    execute format(case when relation in ('mautic_sync.schema_version', 'mautic_sync.schema_history')
      then 'grant select on %s to mautic_sync_service'
      else 'grant select, insert, update, delete on %s to mautic_sync_service' end, relation);
  end loop;
end
$$;

-- The CRM's own relations: read through the view, and write the one column that an unsubscribe changes. The update
-- right also lets the service lock a customer row against deletion while its status is written.
do $$
begin
  if to_regclass('${view}') is null then
    raise notice '${view_name} was not found: create it, then run migrate again for its grant';
  else
    grant select on ${view} to mautic_sync_service;
  end if;
  grant select ("${profiles_id}") on ${profiles} to mautic_sync_service;
  if exists (select from pg_catalog.pg_attribute
              where attrelid = '${profiles}'::regclass and attname = '${profiles_opt_in}' and not attisdropped) then
    grant select ("${profiles_opt_in}"), update ("${profiles_opt_in}") on ${profiles} to mautic_sync_service;
  else
    raise exception '${profiles_name} has no column ${profiles_opt_in}: an unsubscribe could not be written back';
  end if;
  if '${profiles_opt_in_time}' <> '' then
    execute format('grant select (%I) on %s to mautic_sync_service', '${profiles_opt_in_time}', '${profiles}');
  end if;
  -- Every customer with an address counts, whether the view shows the customer or not.
  if exists (select from pg_catalog.pg_attribute
              where attrelid = '${profiles}'::regclass and attname = '${view_email}' and not attisdropped) then
    grant select ("${view_email}") on ${profiles} to mautic_sync_service;
  end if;
  -- Without these policies a role under Row Level Security sees no rows and gets no error.
  drop policy if exists mautic_sync_read on ${profiles};
  create policy mautic_sync_read on ${profiles} for select to mautic_sync_service using (true);
  drop policy if exists mautic_sync_write on ${profiles};
  create policy mautic_sync_write on ${profiles} for update to mautic_sync_service using (true) with check (true);
end
$$;

-- The addresses: found by their text, and flagged when they bounce too often.
do $$
begin
  if to_regclass('${emails}') is null then
    raise notice '${emails_name} was not found: create it, then run migrate again for its columns and grants';
  else
    -- Again here, for a table that was created after the migration had run.
    alter table ${emails}
      add column if not exists "${emails_bounces}" integer not null default 0,
      add column if not exists "${emails_valid}" boolean not null default true;
    grant select ("${emails_customer}", "${emails_email}", "${emails_bounces}", "${emails_valid}"),
          update ("${emails_bounces}", "${emails_valid}") on ${emails} to mautic_sync_service;
    drop policy if exists mautic_sync_read on ${emails};
    create policy mautic_sync_read on ${emails} for select to mautic_sync_service using (true);
    drop policy if exists mautic_sync_write on ${emails};
    create policy mautic_sync_write on ${emails} for update to mautic_sync_service using (true) with check (true);
  end if;
end
$$;

-- The rule is called by our own statements alone.
revoke all on function mautic_sync.consent(text[], boolean, boolean) from public;
grant execute on function mautic_sync.consent(text[], boolean, boolean) to mautic_sync_service;

-- The views use the rights of the role that reads them, so that Row Level Security applies.
do $$
declare
  relation text;
  other    text;
begin
  foreach relation in array array[
    'public.mautic_customer_engagement_v', 'public.mautic_campaign_engagement_v', 'public.mautic_consent_v']
  loop
    continue when exists (select from pg_catalog.pg_class c, aclexplode(c.relacl) a
                           where c.oid = to_regclass(relation) and a.grantee = 'mautic_sync_service'::regrole);
    execute format('revoke all on %s from public', relation);
    for other in select rolname from pg_catalog.pg_roles where rolname in ('anon', 'authenticated', 'service_role') loop
      execute format('revoke all on %s from %I', relation, other);
    end loop;
    execute format('grant select on %s to mautic_sync_service', relation);
  end loop;
end
$$;

-- Supabase's API roles, where they exist: nothing of what comes later.
do $$
declare
  api_role text;
begin
  foreach api_role in array array['anon', 'authenticated', 'service_role'] loop
    continue when not exists (select from pg_catalog.pg_roles where rolname = api_role);
    execute format('revoke all on all functions in schema mautic_sync from %I', api_role);
    execute format('alter default privileges in schema mautic_sync revoke all on tables from %I', api_role);
  end loop;
end
$$;
