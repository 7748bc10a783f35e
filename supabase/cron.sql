-- One job of pg_cron: refresh the CRM, then signal it. Run it once, as the owner of the tables (on Supabase: postgres).
-- The command of a job is one transaction: a refresh that fails leaves no signal. Scheduling the same name again
-- replaces the job. Times are UTC.
create extension if not exists pg_cron;

select cron.schedule('mautic-refresh', '*/15 * * * *', $job$
  select public.refresh_customer_data();
  insert into mautic_sync.refresh_run (started_at, finished_at) values (now(), clock_timestamp());
$job$);

-- pg_cron keeps the log of its jobs for ever.
select cron.schedule('mautic-cron-log', '0 3 * * *', $job$
  delete from cron.job_run_details where end_time < now() - interval '7 days'
$job$);
