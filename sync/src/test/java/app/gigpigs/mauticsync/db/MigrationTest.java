package app.gigpigs.mauticsync.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import app.gigpigs.mauticsync.crm.CrmNames;
import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.testing.Postgres;
import app.gigpigs.mauticsync.testing.Rows;
import app.gigpigs.mauticsync.testing.SmallCrm;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MigrationTest {
    private final DatabaseUrl url = Postgres.emptyDatabase();
    private final Database database = Postgres.open(url);
    private final Jdbi jdbi = database.jdbi();

    @AfterEach
    void close() {
        database.close();
    }

    private void supabaseRoles() {
        SmallCrm.execute(jdbi, """
                do $$ declare r text; begin
                  foreach r in array array['anon', 'authenticated', 'service_role'] loop
                    if not exists (select from pg_roles where rolname = r) then
                      execute 'create role ' || r || ' nologin';
                    end if;
                  end loop;
                end $$;
                alter default privileges in schema public grant all on tables to anon, authenticated, service_role;
                """);
    }

    @Test
    void what_an_operator_set_since_stays() {
        supabaseRoles();
        SmallCrm.create(jdbi);
        new Migration(database.dataSource(), CrmNames.DEFAULT).run();
        // The role is the server's, so its other tests see this for a moment.
        SmallCrm.execute(jdbi, """
                alter role mautic_sync_service set lock_timeout = '11s';
                grant usage on schema mautic_sync to service_role;
                grant select on mautic_sync.inbox, public.mautic_consent_v to service_role;
                """);
        try {
            new Migration(database.dataSource(), CrmNames.DEFAULT).run();

            assertThat(Rows.one(jdbi, """
                    select (select count(*) from pg_db_role_setting, unnest(setconfig) c
                             where setrole = 'mautic_sync_service'::regrole and setdatabase = 0 and c = 'lock_timeout=11s')
                        || ' ' || has_schema_privilege('service_role', 'mautic_sync', 'usage')
                        || ' ' || has_table_privilege('service_role', 'mautic_sync.inbox', 'select')
                        || ' ' || has_table_privilege('service_role', 'public.mautic_consent_v', 'select')
                        || ' ' || has_table_privilege('anon', 'public.mautic_consent_v', 'select')
                        || ' ' || has_table_privilege('anon', 'mautic_sync.inbox', 'select')
                    """)).isEqualTo("1 true true true false false");
        } finally {
            SmallCrm.execute(jdbi, "alter role mautic_sync_service set lock_timeout = '10s'");
        }
    }

    @Test
    void the_database_is_the_one_this_test_run_is_meant_for() {
        String expected = System.getProperty("postgres.expected", "15");

        assertThat(Rows.one(jdbi, "show server_version")).startsWith(expected + ".");
    }

    @Test
    void a_database_without_the_schema_names_the_command_to_run() {
        assertThatThrownBy(() -> Migration.check(jdbi))
                .isInstanceOf(Migration.NotMigratedException.class)
                .hasMessageContaining("./mautic-sync migrate");
    }

    @Test
    void the_tables_have_the_columns_of_the_original_design() {
        SmallCrm.create(jdbi);

        assertThat(new Migration(database.dataSource(), CrmNames.DEFAULT).run()).isEqualTo(Migration.VERSION);

        assertThatCode(() -> Migration.check(jdbi)).doesNotThrowAnyException();
        assertThat(columns("mautic_sync_status"))
                .contains(
                        "customer_id uuid",
                        "mautic_contact_id integer",
                        "sync_hash text",
                        "last_synced_at timestamp with time zone",
                        "sync_error text");
        assertThat(columns("customer_email_engagement"))
                .contains("event_type text", "occurred_at timestamp with time zone", "raw_payload jsonb");
        assertThat(columns("mautic_sync_logs"))
                .contains("contacts_synced integer", "segments_synced integer", "error_details jsonb");
    }

    @Test
    void running_it_twice_or_after_pasting_the_sql_changes_nothing() {
        SmallCrm.create(jdbi);
        SmallCrm.execute(jdbi, Migration.sql(CrmNames.DEFAULT));

        assertThat(new Migration(database.dataSource(), CrmNames.DEFAULT).run()).isEqualTo(Migration.VERSION);
        assertThat(new Migration(database.dataSource(), CrmNames.DEFAULT).run()).isZero();
    }

    @Test
    void two_migrators_at_once_apply_it_once() throws Exception {
        SmallCrm.create(jdbi);
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try (Database other = Postgres.open(url)) {
            Callable<Integer> first = () -> new Migration(database.dataSource(), CrmNames.DEFAULT).run();
            Callable<Integer> second = () -> new Migration(other.dataSource(), CrmNames.DEFAULT).run();
            List<Future<Integer>> both = threads.invokeAll(List.of(first, second));
            assertThat(both.get(0).get() + both.get(1).get()).isEqualTo(Migration.VERSION);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void without_the_crm_migration_names_what_is_missing() {
        assertThatThrownBy(() -> new Migration(database.dataSource(), CrmNames.DEFAULT).run())
                .isInstanceOf(Migration.MigrationException.class)
                .hasMessageContaining("public.customer_profiles (id uuid) was not found");
    }

    @Test
    void supabase_roles_see_nothing_and_every_table_has_row_level_security() {
        supabaseRoles();
        SmallCrm.create(jdbi);

        new Migration(database.dataSource(), CrmNames.DEFAULT).run();

        assertThat(Rows.of(jdbi, """
                        select c.oid::regclass::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
                         where c.relkind = 'r' and not c.relrowsecurity
                           and (n.nspname = 'mautic_sync' or c.relname like 'mautic\\_sync%'
                                or c.relname = 'customer_email_engagement')
                        """)).isEmpty();
        for (String role : List.of("anon", "authenticated")) {
            for (String table : List.of("mautic_sync_status", "customer_email_engagement", "mautic_sync_logs")) {
                assertThat(privileged(role, "public." + table))
                        .as(role + " on " + table)
                        .isFalse();
            }
            assertThat(privileged(role, "mautic_sync.deleted_customer")).isFalse();
        }
    }

    @Test
    void the_service_role_may_do_its_work_and_nothing_else() {
        SmallCrm crm = SmallCrm.create(jdbi);
        CustomerId customer = crm.add(1, "a@example.com");
        new Migration(database.dataSource(), CrmNames.DEFAULT).run();
        jdbi.useHandle(handle -> handle.execute("alter role mautic_sync_service password 'secret'"));

        try (Database service = Postgres.open(Postgres.as(url, "mautic_sync_service"))) {
            Jdbi as = service.jdbi();
            assertThat(Rows.one(as, "select count(*) from public.customers_crm_v"))
                    .isEqualTo("1");
            as.useHandle(
                    h -> h.execute(
                            "insert into public.mautic_sync_status (customer_id) select id from public.customer_profiles for key share"));
            as.useHandle(h ->
                    h.execute("update public.customer_profiles set marketing_opt_in = false where id = ?", customer));
            for (String forbidden : List.of(
                    "update public.customer_profiles set first_name = 'x'",
                    "delete from public.customer_profiles",
                    "create table public.mine (id int)",
                    "insert into mautic_sync.schema_version (version) values (99)")) {
                assertThatThrownBy(() -> as.useHandle(h -> h.execute(forbidden)))
                        .hasMessageContaining("permission denied");
            }
        }
    }

    @Test
    void addresses_get_a_bounce_counter_and_a_flag_as_the_only_writable_columns() {
        SmallCrm.create(jdbi);
        SmallCrm.execute(jdbi, """
                create table public.customer_emails (customer_id uuid, email text, note text);
                alter table public.customer_emails enable row level security;
                insert into public.customer_emails (email) values ('a@example.com');
                """);
        new Migration(database.dataSource(), CrmNames.DEFAULT).run();
        jdbi.useHandle(handle -> handle.execute("alter role mautic_sync_service password 'secret'"));

        try (Database service = Postgres.open(Postgres.as(url, "mautic_sync_service"))) {
            Jdbi as = service.jdbi();
            as.useHandle(h ->
                    h.execute("update public.customer_emails set bounce_count = bounce_count + 1, is_valid = false"));
            assertThat(Rows.one(
                            as, "select bounce_count || ' ' || is_valid || ' ' || email from public.customer_emails"))
                    .isEqualTo("1 false a@example.com");
            for (String forbidden : List.of(
                    "select note from public.customer_emails",
                    "update public.customer_emails set email = 'x'",
                    "delete from public.customer_emails")) {
                assertThatThrownBy(() -> as.useHandle(h -> h.execute(forbidden)))
                        .hasMessageContaining("permission denied");
            }
        }
    }

    @Test
    void the_views_are_closed_to_the_api_roles_and_a_reader_sees_only_what_a_policy_shows() {
        supabaseRoles();
        SmallCrm.create(jdbi);
        new Migration(database.dataSource(), CrmNames.DEFAULT).run();
        jdbi.useHandle(handle -> handle.execute(
                "insert into public.customer_email_engagement (event_type, mautic_email_id) values ('open', '1')"));

        for (String view :
                List.of("mautic_customer_engagement_v", "mautic_campaign_engagement_v", "mautic_consent_v")) {
            for (String role : List.of("anon", "authenticated", "service_role")) {
                assertThat(privileged(role, "public." + view))
                        .as(role + " on " + view)
                        .isFalse();
            }
        }
        jdbi.useTransaction(handle -> {
            handle.execute(
                    "grant select on public.mautic_campaign_engagement_v, public.customer_email_engagement to authenticated");
            handle.execute("set local role authenticated");
            assertThat(handle.createQuery("select count(*) from public.mautic_campaign_engagement_v")
                            .mapTo(Integer.class)
                            .one())
                    .as("no policy for it, so no row")
                    .isZero();
        });
    }

    @Test
    void an_ordinary_crm_role_can_delete_a_synced_customer_and_the_contact_is_remembered() {
        SmallCrm crm = SmallCrm.create(jdbi);
        CustomerId customer = crm.add(1, "a@example.com");
        new Migration(database.dataSource(), CrmNames.DEFAULT).run();
        jdbi.useHandle(handle -> {
            handle.execute(
                    "insert into public.mautic_sync_status (customer_id, mautic_contact_id, synced_segments) values (?, 77, '{vip}')",
                    customer);
            handle.execute(
                    "do $$ begin if not exists (select from pg_roles where rolname = 'crm_clerk') then create role crm_clerk login password 'secret'; end if; end $$");
            handle.execute("grant select, delete on public.customer_profiles to crm_clerk");
        });

        try (Database clerk = Postgres.open(Postgres.as(url, "crm_clerk"))) {
            clerk.jdbi().useHandle(handle -> handle.execute("delete from public.customer_profiles"));
        }

        assertThat(Rows.of(
                        jdbi,
                        "select mautic_contact_id || synced_segments::text from mautic_sync.deleted_customer where customer_id = ?",
                        customer))
                .containsExactly("77{vip}");
    }

    @Test
    void a_state_without_its_columns_is_rejected() {
        SmallCrm crm = SmallCrm.create(jdbi);
        CustomerId customer = crm.add(1, "a@example.com");
        new Migration(database.dataSource(), CrmNames.DEFAULT).run();
        String status =
                "insert into public.mautic_sync_status (customer_id, state, skip_reason, address_owner) values ('"
                        + customer + "', ";
        String report = "insert into mautic_sync.bounce_report (report_key, state, event_key) values ('r', ";

        for (String wrong : List.of(
                status + "'skipped', null, null)",
                status + "'synced', 'no_email', null)",
                status + "'skipped', 'shared_email', null)",
                status + "'skipped', 'no_email', '" + customer + "')",
                status + "'skipped', 'of no kind', null)",
                report + "'counted', null)",
                report + "'open', 'bounce:1')")) {
            assertThatThrownBy(() -> SmallCrm.execute(jdbi, wrong))
                    .as(wrong)
                    .hasStackTraceContaining("check constraint");
        }
        SmallCrm.execute(jdbi, status + "'skipped', 'shared_email', '" + customer + "')");
        SmallCrm.execute(jdbi, report + "'counted', 'bounce:1')");
    }

    private List<String> columns(String table) {
        return Rows.of(
                jdbi,
                "select column_name || ' ' || data_type from information_schema.columns where table_schema = 'public' and table_name = ?",
                table);
    }

    private boolean privileged(String role, String table) {
        return !Rows.of(
                        jdbi,
                        "select 1 from unnest(array['select', 'insert', 'update', 'delete']) p where has_table_privilege(?, ?, p)",
                        role,
                        table)
                .isEmpty();
    }
}
