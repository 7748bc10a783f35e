package app.gigpigs.mauticsync.setup;

import static org.assertj.core.api.Assertions.assertThat;

import app.gigpigs.mauticsync.testing.SmallCrm;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** One fault in the database at a time: doctor reports each with its fix. */
class DatabaseFaultsTest {

    private final SetupWorld world = SetupWorld.ready();

    @AfterEach
    void close() {
        world.close();
    }

    /** A fault of the database, how it is removed again, and the finding for it. */
    private record Planted(String name, String sql, String undo, String message, String fix) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Planted> faultsOfTheDatabase() {
        String customer = "insert into public.customer_profiles (id) values ('" + SmallCrm.id(2) + "');";
        String removed = "delete from public.customer_profiles where id = '" + SmallCrm.id(2) + "'";
        String service = " to mautic_sync_service";
        String newConnections =
                "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'mautic_sync_service' and datname = current_database()";
        return List.of(
                new Planted(
                        "the view is missing",
                        "alter view public.customers_crm_v rename to elsewhere_v",
                        "alter view public.elsewhere_v rename to customers_crm_v",
                        "PROBLEM view: the view public.customers_crm_v was not found",
                        "fix the view"),
                new Planted(
                        "the database is read-only",
                        "do $$ begin execute format('alter role mautic_sync_service in database %I set default_transaction_read_only = on', current_database()); end $$; "
                                + newConnections,
                        "do $$ begin execute format('alter role mautic_sync_service in database %I reset default_transaction_read_only', current_database()); end $$; "
                                + newConnections,
                        "PROBLEM database: MS-106: the database failed: ERROR: cannot execute UPDATE in a read-only transaction",
                        "MS-106"),
                new Planted(
                        "the view lacks a column",
                        "alter view public.customers_crm_v rename column lead_score to score",
                        "alter view public.customers_crm_v rename column score to lead_score",
                        "PROBLEM view: public.customers_crm_v has no column \"lead_score\"",
                        "fix the view"),
                new Planted(
                        "a column is of another type",
                        "alter view public.customers_crm_v rename column lead_score to l; alter view public.customers_crm_v rename column suburb to lead_score; alter view public.customers_crm_v rename column l to suburb",
                        "alter view public.customers_crm_v rename column suburb to l; alter view public.customers_crm_v rename column lead_score to suburb; alter view public.customers_crm_v rename column l to lead_score",
                        "lead_score is of type text, expected number",
                        "fix the view"),
                new Planted(
                        "the view may not be read",
                        "revoke select on public.customers_crm_v from mautic_sync_service",
                        "grant select on public.customers_crm_v" + service,
                        "PROBLEM rights: may not read public.customers_crm_v",
                        "migrate"),
                new Planted(
                        "an unsubscribe may not be written",
                        "revoke update (marketing_opt_in) on public.customer_profiles from mautic_sync_service",
                        "grant update (marketing_opt_in) on public.customer_profiles" + service,
                        "PROBLEM rights: may not write public.customer_profiles.marketing_opt_in",
                        "migrate"),
                new Planted(
                        "a trigger is switched off",
                        "alter table public.customer_profiles disable trigger mautic_sync_update",
                        "alter table public.customer_profiles enable trigger mautic_sync_update",
                        "WARNING triggers: missing or switched off on public.customer_profiles (update)",
                        "enable trigger"),
                new Planted(
                        "bounces may not be counted",
                        "revoke update (bounce_count) on public.customer_emails from mautic_sync_service",
                        "grant update (bounce_count) on public.customer_emails" + service,
                        "PROBLEM rights: may not write public.customer_emails.bounce_count",
                        "migrate"),
                new Planted(
                        "addresses may not be flagged",
                        "revoke update (is_valid) on public.customer_emails from mautic_sync_service",
                        "grant update (is_valid) on public.customer_emails" + service,
                        "PROBLEM rights: may not write public.customer_emails.is_valid",
                        "migrate"),
                new Planted(
                        "a trigger rejects an unsubscribe",
                        "create table public.audit (id uuid); create function public.guard() returns trigger language plpgsql as 'begin insert into public.audit values (new.id); return new; end'; create trigger guard before update on public.customer_profiles for each row execute function public.guard()",
                        "drop trigger guard on public.customer_profiles; drop function public.guard(); drop table public.audit",
                        "PROBLEM changes: a change of public.customer_profiles.marketing_opt_in is rejected: permission denied for table audit, in PL/pgSQL function",
                        "security definer"),
                new Planted(
                        "a constraint rejects a bounce",
                        "alter table public.customer_emails add constraint never check (bounce_count = 0)",
                        "alter table public.customer_emails drop constraint never",
                        "PROBLEM changes: a change of public.customer_emails.bounce_count is rejected: new row for relation \"customer_emails\" violates check constraint \"never\"",
                        "constraint"),
                new Planted(
                        "the role is a member of the tables' owner",
                        "grant postgres" + service,
                        "revoke postgres from mautic_sync_service",
                        "WARNING role: mautic_sync_service owns public.customer_profiles",
                        "mautic_sync_service"),
                new Planted(
                        "the role passes by row level security",
                        "alter role mautic_sync_service bypassrls",
                        "alter role mautic_sync_service nobypassrls",
                        "WARNING role: mautic_sync_service may create roles or bypass Row Level Security",
                        "mautic_sync_service"),
                new Planted(
                        "the view is empty",
                        "delete from public.customer_profiles",
                        "insert into public.customer_profiles (id) values ('" + SmallCrm.id(1)
                                + "'); insert into public.customer_emails (customer_id, email) values ('"
                                + SmallCrm.id(1) + "', 'a@example.com')",
                        "WARNING customers: public.customers_crm_v shows no customers",
                        "Row Level Security"),
                new Planted(
                        "the table of addresses is missing",
                        "alter table public.customer_emails rename to mails",
                        "alter table public.mails rename to customer_emails",
                        "WARNING rights: public.customer_emails was not found",
                        "crm.emails"),
                new Planted(
                        "row level security hides the customers",
                        "drop policy mautic_sync_read on public.customer_profiles",
                        "create policy mautic_sync_read on public.customer_profiles for select" + service
                                + " using (true)",
                        "PROBLEM row level security: hides all rows of customer_profiles",
                        "migrate"),
                new Planted(
                        "row level security allows another role",
                        "drop policy mautic_sync_read on public.customer_profiles; create policy for_others on public.customer_profiles for select to pg_monitor using (true)",
                        "drop policy for_others on public.customer_profiles; create policy mautic_sync_read on public.customer_profiles for select"
                                + service + " using (true)",
                        "PROBLEM row level security: hides all rows of customer_profiles",
                        "migrate"),
                new Planted(
                        "the view asks as the service and a table behind it hides its rows",
                        "alter view public.customers_crm_v set (security_invoker = true)",
                        "alter view public.customers_crm_v reset (security_invoker)",
                        "PROBLEM row level security: hides all rows of customer_metrics",
                        "create policy"),
                new Planted(
                        "the schema is behind",
                        "delete from mautic_sync.schema_version",
                        "insert into mautic_sync.schema_version (version) values (1)",
                        "PROBLEM schema: the database is at schema version 0",
                        "migrate"),
                new Planted(
                        "a customer has no address",
                        customer,
                        removed,
                        "WARNING customers: 1 have no e-mail address",
                        "fix them in the CRM"),
                new Planted(
                        "an address is malformed",
                        customer + "insert into public.customer_emails (customer_id, email) values ('" + SmallCrm.id(2)
                                + "', 'josé@example.com')",
                        removed,
                        "WARNING customers: 1 have a malformed e-mail address",
                        "fix them in the CRM"),
                new Planted(
                        "an address is another's, too",
                        customer + "insert into public.customer_emails (customer_id, email) values ('" + SmallCrm.id(2)
                                + "', 'A@example.com')",
                        removed,
                        "WARNING customers: 1 share the e-mail address",
                        "fix them in the CRM"),
                new Planted(
                        "a customer comes twice",
                        "drop index public.customer_emails_primary_idx; insert into public.customer_emails (customer_id, email) values ('"
                                + SmallCrm.id(1) + "', 'b@example.com')",
                        "delete from public.customer_emails where email = 'b@example.com'; create unique index customer_emails_primary_idx on public.customer_emails (customer_id) where is_primary",
                        "WARNING customers: 1 rows of the view repeat a customer",
                        "one row per customer"),
                new Planted(
                        "runs are paused",
                        "insert into mautic_sync.pause (kind, reason) values ('outbound', 'lunch')",
                        "delete from mautic_sync.pause",
                        "WARNING runs: are paused since",
                        "./mautic-sync resume"),
                new Planted(
                        "the last run failed",
                        "insert into public.mautic_sync_logs (run_started_at, status, error_details) values (now(), 'failed', '{\"error\":\"no luck\",\"errorCode\":\"MS-204\"}')",
                        "delete from public.mautic_sync_logs",
                        "PROBLEM runs: the last one ended failed: MS-204: no luck",
                        "./mautic-sync status"),
                new Planted(
                        "the last run reached the safety limit",
                        "insert into public.mautic_sync_logs (run_started_at, status) values (now(), 'limit_exceeded')",
                        "delete from public.mautic_sync_logs",
                        "PROBLEM runs: the last one ended limit_exceeded",
                        "./mautic-sync status"),
                new Planted(
                        "the last run died",
                        "insert into public.mautic_sync_logs (run_started_at, status) values (now(), 'died')",
                        "delete from public.mautic_sync_logs",
                        "PROBLEM runs: the last one ended died",
                        "./mautic-sync status"),
                new Planted(
                        "the last successful run is long ago",
                        "insert into public.mautic_sync_logs (run_started_at, run_finished_at, status) values (now() - interval '5 hours', now() - interval '5 hours', 'done')",
                        "delete from public.mautic_sync_logs",
                        "WARNING runs: the last successful one is 5 hours old",
                        "is serve running"),
                new Planted(
                        "nothing catches up any more",
                        "insert into mautic_sync.catch_up_cursor (name, completed_at) select name, now() - interval '5 hours' from unnest(array['page_hits', 'lead_donotcontact', 'email_stats_devices']) name",
                        "delete from mautic_sync.catch_up_cursor",
                        "WARNING catch-up: Mautic's tables were last read to the end 5 hours ago",
                        "is serve running"),
                new Planted(
                        "a customer is rejected",
                        "insert into public.mautic_sync_status (customer_id, state) values ('" + SmallCrm.id(1)
                                + "', 'rejected')",
                        "delete from public.mautic_sync_status",
                        "WARNING rejected customers: Mautic rejects 1 customers",
                        "./mautic-sync failed"),
                new Planted(
                        "values were too long",
                        "insert into public.mautic_sync_status (customer_id, state, warnings) values ('"
                                + SmallCrm.id(1) + "', 'synced', '{last_event_name left out}')",
                        "delete from public.mautic_sync_status",
                        "WARNING incomplete customers: 1 were sent without a value",
                        "select warnings"),
                new Planted(
                        "a refresh waits for a run",
                        "insert into mautic_sync.refresh_signal (created_at) values (now() - interval '1 hour')",
                        "delete from mautic_sync.refresh_signal",
                        "PROBLEM refresh signal: one has been waiting for a run for 60 minutes",
                        "./mautic-sync serve"),
                new Planted(
                        "the refreshes fell silent",
                        "insert into mautic_sync.refresh_signal (created_at, state) values (now() - interval '3 hours', 'processed')",
                        "delete from mautic_sync.refresh_signal",
                        "WARNING refresh signal: the CRM's last one is 3 hours old",
                        "refresh job"),
                new Planted(
                        "a delivery is dead",
                        "insert into mautic_sync.inbox (body, state) values ('x', 'dead')",
                        "delete from mautic_sync.inbox",
                        "WARNING inbox: 1 deliveries are dead",
                        "./mautic-sync replay"),
                new Planted(
                        "nothing processes the inbox",
                        "insert into mautic_sync.inbox (body, next_attempt_at) values ('x', now() - interval '20 minutes')",
                        "delete from mautic_sync.inbox",
                        "PROBLEM inbox: a delivery has been waiting for 20 minutes",
                        "./mautic-sync serve"),
                new Planted(
                        "Mautic sends at once",
                        "insert into mautic_sync.inbox (body, state, events_new) select 'x', 'processed', 1 from generate_series(1, 60)",
                        "delete from mautic_sync.inbox",
                        "WARNING queue mode: all 60 deliveries had one event",
                        "mautic:webhooks:process"));
    }

    @ParameterizedTest
    @MethodSource("faultsOfTheDatabase")
    void a_fault_of_the_database_is_reported_with_its_fix(Planted fault) {
        world.databaseOnly = true;
        world.sql(fault.sql());
        try {
            assertThat(world.lines())
                    .anySatisfy(
                            line -> assertThat(line).contains(fault.message()).contains(fault.fix()));
        } finally {
            world.sql(fault.undo());
        }
        assertThat(world.lines()).noneMatch(line -> line.contains(fault.message()));
    }
}
