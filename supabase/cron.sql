-- One job of pg_cron: refresh the CRM, then signal it. Run it once, as the owner of the tables (on Supabase: postgres).
-- The command of a job is one transaction: a refresh that fails leaves no signal. Scheduling the same name again
-- replaces the job. Times are UTC.
create extension if not exists pg_cron;

select cron.schedule('mautic-refresh', '*/15 * * * *', $job$
  select public.refresh_customer_data();
  insert into mautic_sync.refresh_signal default values;
$job$);

-- pg_cron keeps the log of its jobs for ever.
select cron.schedule('mautic-cron-log', '0 3 * * *', $job$
  delete from cron.job_run_details where end_time < now() - interval '7 days'
$job$);

-- The signal is enough: serve looks for it every few seconds. Where serve has no way to this database's signal table in
-- time (it was paused, or another process must be woken first), let the job send a request as well. pg_net sends after the commit
-- and never again, so use it beside the signal and not in its place. It needs pg_net and Vault, which exist on
-- Supabase alone; the token is SYNC_TRIGGER_TOKEN of serve. Not tried outside of Supabase, and so not tried by us.
--
-- select vault.create_secret('https://sync.example.com/functions/v1/mautic-sync', 'mautic_sync_trigger_url');
-- select vault.create_secret('the value of SYNC_TRIGGER_TOKEN', 'mautic_sync_trigger_token');
-- select cron.schedule('mautic-refresh', '*/15 * * * *', $job$
--   select public.refresh_customer_data();
--   insert into mautic_sync.refresh_signal default values;
--   select net.http_post(
--     url := (select decrypted_secret from vault.decrypted_secrets where name = 'mautic_sync_trigger_url'),
--     headers := jsonb_build_object('Authorization', 'Bearer ' ||
--       (select decrypted_secret from vault.decrypted_secrets where name = 'mautic_sync_trigger_token')),
--     body := '{}'::jsonb, timeout_milliseconds := 5000);
-- $job$);
