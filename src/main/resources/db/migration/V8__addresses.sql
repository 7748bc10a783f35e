-- An address is the same with a tab or the end of a line around it, too; its index is over the same expression.

do $$
begin
  if to_regclass('${emails}') is not null then
    create index if not exists customer_emails_mautic_sync_same_address_idx
      on ${emails} (lower(btrim("${emails_email}"::text, E' \t\n\r\f')));
    execute format('drop index if exists %I.customer_emails_mautic_sync_address_idx',
      (select n.nspname from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where c.oid = to_regclass('${emails}')));
  end if;
end
$$;

insert into mautic_sync.installed (version) values (8) on conflict do nothing;
