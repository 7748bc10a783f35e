package app.gigpigs.mauticsync.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import app.gigpigs.mauticsync.crm.CrmNames;
import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.testing.Postgres;
import app.gigpigs.mauticsync.testing.Rows;
import app.gigpigs.mauticsync.testing.SmallCrm;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the triggers on the CRM's tables note, and that they never stop a statement of the CRM. */
class ChangeTriggersTest {
    private static final String CUSTOMERS =
            "select right(customer_id::text, 2)::int::text from mautic_sync.outbox where kind = 'customer' order by id";

    private final DatabaseUrl url = Postgres.emptyDatabase();
    private final Database database = Postgres.open(url);
    private final Jdbi jdbi = database.jdbi();
    private final SmallCrm crm = SmallCrm.create(jdbi);

    @BeforeEach
    void migrate() {
        SmallCrm.execute(jdbi, """
                create table public.customer_emails (customer_id uuid, email text, label text);
                alter table public.customer_profiles rename email to email_of_old;
                alter table public.customer_profiles add newsletter_since timestamptz;
                """);
        for (int i = 1; i <= 5; i++) {
            crm.add(i, java.util.Map.of("first_name", "A"));
        }
        new Migration(database.dataSource(), CrmNames.DEFAULT).run();
    }

    @AfterEach
    void close() {
        database.close();
        Postgres.drop(url);
    }

    private void execute(String sql) {
        SmallCrm.execute(jdbi, sql);
    }

    private List<String> noted() {
        List<String> noted = Rows.of(jdbi, CUSTOMERS);
        execute("delete from mautic_sync.outbox");
        return noted;
    }

    @Test
    void an_opt_in_that_becomes_anything_but_true_is_noted_and_nothing_else_is() {
        CustomerId one = SmallCrm.id(1);
        crm.set(one, "first_name", "B");
        crm.set(one, "marketing_opt_in", "true");
        assertThat(noted()).isEmpty();

        crm.set(one, "marketing_opt_in", null);
        assertThat(noted()).containsExactly("1");
        crm.set(one, "marketing_opt_in", "false");
        assertThat(noted()).containsExactly("1");
        crm.set(one, "first_name", "C");
        crm.set(one, "marketing_opt_in", "true");
        assertThat(noted()).isEmpty();

        execute("update public.customer_profiles set marketing_opt_in = right(id::text, 1)::int < 4");
        assertThat(noted()).containsExactlyInAnyOrder("4", "5");
    }

    @Test
    void new_customers_count_unless_they_are_opted_in() {
        crm.add(6, java.util.Map.of("marketing_opt_in", "true"));
        crm.add(7, java.util.Map.of("marketing_opt_in", "false"));

        assertThat(noted()).containsExactly("7");
    }

    @Test
    void addresses_are_noted_when_they_are_new_or_become_invalid() {
        execute("update public.customer_profiles set marketing_opt_in = false where id = '" + SmallCrm.id(2) + "'");
        noted();
        execute("insert into public.customer_emails select id, 'a' || right(id::text, 1) || '@example.com'"
                + " from public.customer_profiles where right(id::text, 1) < '4'");
        assertThat(noted()).as("an opted-in customer's waits for the run").containsExactly("2");

        execute("update public.customer_emails set label = 'x', bounce_count = 2");
        assertThat(noted()).isEmpty();
        execute("update public.customer_emails set bounce_count = 3 where email = 'a1@example.com'");
        assertThat(noted()).containsExactly("1");
        execute("update public.customer_emails set is_valid = false");
        assertThat(noted()).containsExactlyInAnyOrder("2", "3");
        execute("update public.customer_emails set is_valid = true, bounce_count = 0");
        assertThat(noted()).isEmpty();
        execute("update public.customer_emails set email = 'b@example.com' where email = 'a3@example.com'");
        assertThat(noted()).containsExactly("3");
        execute("delete from public.customer_emails where email = 'b@example.com'");
        assertThat(noted()).containsExactly("3");
    }

    @Test
    void the_addresses_of_the_profiles_themselves_are_looked_at_where_the_view_shows_them() {
        execute("alter table public.customer_profiles rename email_of_old to email");
        new Migration(database.dataSource(), CrmNames.DEFAULT).run();

        crm.set(SmallCrm.id(1), "email", "new@example.com");

        assertThat(noted()).containsExactly("1");
    }

    @Test
    void when_a_customer_opted_in_is_noted_until_it_does_not_hold() {
        String times = "select right(customer_id::text, 1) from mautic_sync.opt_in order by 1";
        execute("update public.customer_profiles set marketing_opt_in = null where right(id::text, 1) in ('1', '2')");
        execute("update public.customer_profiles set marketing_opt_in = true");
        assertThat(Rows.of(jdbi, times)).containsExactly("1", "2");
        assertThat(Rows.one(
                        jdbi,
                        "select bool_and(opted_in_at > now() - interval '1 minute')::text from mautic_sync.opt_in"))
                .isEqualTo("true");

        crm.set(SmallCrm.id(1), "marketing_opt_in", "false");
        assertThat(Rows.of(jdbi, times)).containsExactly("2");
        crm.delete(SmallCrm.id(2));
        assertThat(Rows.of(jdbi, times)).isEmpty();
    }

    @Test
    void more_than_the_limit_is_one_marker_in_one_statement_and_in_many() {
        for (int i = 6; i <= 40; i++) {
            crm.add(i, java.util.Map.of("first_name", "A"));
        }
        execute("update public.customer_profiles set marketing_opt_in = false where right(id::text, 2) < '10'");
        assertThat(noted()).as("nine are what the limit lets pass").hasSize(9);

        execute(
                "update public.customer_profiles set marketing_opt_in = false where right(id::text, 2) between '10' and '19'");
        execute(
                "update public.customer_profiles set marketing_opt_in = false where right(id::text, 2) between '20' and '29'");
        assertThat(Rows.of(jdbi, "select kind || ' ' || state from mautic_sync.outbox"))
                .containsExactly("overflow held");

        execute("delete from mautic_sync.outbox; update public.customer_profiles set marketing_opt_in = true");
        for (int i = 1; i <= 12; i++) {
            crm.set(SmallCrm.id(i), "marketing_opt_in", "false");
            execute("update mautic_sync.outbox set state = 'done' where kind = 'customer'");
        }
        assertThat(Rows.of(jdbi, "select kind || ' ' || count(*) from mautic_sync.outbox group by kind order by 1"))
                .containsExactly("customer 9", "overflow 1");
        execute("update mautic_sync.outbox set created_at = created_at - interval '16 minutes'");
        crm.set(SmallCrm.id(13), "marketing_opt_in", "false");
        assertThat(Rows.of(jdbi, "select customer_id::text from mautic_sync.outbox where state = 'pending'"))
                .as("a quarter of an hour later one may change again")
                .containsExactly(SmallCrm.id(13).toString());
    }

    @Test
    void the_limit_is_that_of_the_settings_and_the_writes_of_the_sync_do_not_count() {
        execute("insert into mautic_sync.outbox_limit (customers, bounces) values (2, 1)");
        jdbi.useTransaction(handle -> {
            OwnChange.in(handle);
            handle.execute(
                    "update public.customer_profiles set marketing_opt_in = false where right(id::text, 1) < '4'");
        });
        assertThat(Rows.of(jdbi, CUSTOMERS)).containsExactlyInAnyOrder("1", "2", "3");

        execute("update public.customer_profiles set marketing_opt_in = false where right(id::text, 1) >= '4'");
        assertThat(Rows.of(jdbi, "select kind from mautic_sync.outbox where not own_change"))
                .containsExactly("customer", "customer");
        crm.add(6, java.util.Map.of("marketing_opt_in", "false"));
        assertThat(Rows.of(jdbi, "select kind from mautic_sync.outbox where kind = 'overflow'"))
                .hasSize(1);
    }

    @Test
    void a_failure_within_is_a_warning_and_the_statement_of_the_crm_goes_through() {
        execute("create or replace function mautic_sync.to_outbox(changed uuid[]) returns void language plpgsql as"
                + " $$ begin raise exception 'no luck'; end $$");

        crm.set(SmallCrm.id(1), "marketing_opt_in", "false");
        execute("insert into public.customer_emails values ('" + SmallCrm.id(1) + "', 'a@example.com')");
        execute("drop table mautic_sync.outbox_limit cascade");
        crm.set(SmallCrm.id(2), "marketing_opt_in", "false");

        assertThat(
                        Rows.of(
                                jdbi,
                                "select right(id::text, 1) from public.customer_profiles where marketing_opt_in is false order by 1"))
                .containsExactly("1", "2");
        assertThat(Rows.of(jdbi, CUSTOMERS)).isEmpty();
    }

    @Test
    void a_role_of_the_crm_without_rights_of_ours_writes_as_before() {
        execute("""
                do $$ begin create role trigger_clerk; exception when duplicate_object then null; end $$;
                grant select, insert, update, delete on public.customer_profiles, public.customer_emails to trigger_clerk;
                set role trigger_clerk;
                update public.customer_profiles set marketing_opt_in = false where right(id::text, 1) = '1';
                insert into public.customer_emails values ('%s', 'a@example.com');
                reset role;
                """.formatted(SmallCrm.id(1)));

        assertThat(noted()).containsExactly("1", "1");
    }

    @Test
    void partitions_have_their_own_also_new_ones_after_the_next_migration() {
        execute("""
                drop table public.customer_emails;
                create table public.customer_emails (customer_id uuid, email text) partition by hash (customer_id);
                create table public.first_half partition of public.customer_emails for values with (modulus 2, remainder 0);
                """);
        new Migration(database.dataSource(), CrmNames.DEFAULT).run();
        execute(
                "create table public.second_half partition of public.customer_emails for values with (modulus 2, remainder 1)");
        assertThat(missing()).containsExactly("public.second_half (delete, insert, update)");
        new Migration(database.dataSource(), CrmNames.DEFAULT).run();
        assertThat(missing()).isEmpty();
        execute("update public.customer_profiles set marketing_opt_in = false");
        noted();

        execute("insert into public.customer_emails select id, id || '@example.com' from public.customer_profiles");
        assertThat(noted()).as("through the table, once each").containsExactlyInAnyOrder("1", "2", "3", "4", "5");
        execute("update public.first_half set is_valid = false; update public.second_half set is_valid = false");
        assertThat(noted()).as("by partition").containsExactlyInAnyOrder("1", "2", "3", "4", "5");

        execute("alter table public.first_half disable trigger mautic_sync_update");
        assertThat(missing()).containsExactly("public.first_half (update)");
    }

    @Test
    void without_rights_on_a_partition_the_migration_goes_on_and_says_so() {
        execute("""
                do $$ begin create role crm_owner login; exception when duplicate_object then null; end $$;
                do $$ begin create role other_owner; exception when duplicate_object then null; end $$;
                drop table public.customer_emails;
                create table public.customer_emails (customer_id uuid, email text) partition by hash (customer_id);
                create table public.theirs partition of public.customer_emails for values with (modulus 1, remainder 0);
                """);
        new Migration(database.dataSource(), CrmNames.DEFAULT).run();
        execute("""
                drop trigger mautic_sync_update on public.theirs;
                alter table public.theirs owner to other_owner;
                """);
        String triggers = Migration.sql(CrmNames.DEFAULT);
        triggers = triggers.substring(triggers.indexOf("-- One trigger a table"));
        execute(
                "grant usage on schema mautic_sync to crm_owner; grant execute on all functions in schema mautic_sync to crm_owner;"
                        + "set role crm_owner; " + triggers + "; reset role");

        assertThat(missing()).containsExactly("public.theirs (update)");
    }

    @Test
    void a_plan_made_for_one_row_is_not_used_to_compare_many_one_by_one() {
        jdbi.useTransaction(handle -> {
            handle.execute("set local statement_timeout = '30s'");
            for (int i = 0; i < 7; i++) {
                handle.execute(
                        "update public.customer_profiles set marketing_opt_in = not marketing_opt_in where id = ?",
                        SmallCrm.id(1));
            }
            handle.execute("insert into public.customer_profiles (id, marketing_opt_in) select gen_random_uuid(), true"
                    + " from generate_series(1, 50000)");
            handle.execute("update public.customer_profiles set marketing_opt_in = false");
        });
        assertThat(Rows.one(jdbi, "select count(*) from mautic_sync.outbox where kind = 'overflow'"))
                .isEqualTo("1");
    }

    @Test
    void it_works_through_a_transaction_pooler() {
        Optional<DatabaseUrl> pooled = Postgres.pooled(url);
        assumeTrue(pooled.isPresent(), "there is no pgbouncer on this machine");
        try (Database through = Postgres.open(pooled.get())) {
            through.jdbi().useTransaction(handle -> {
                OwnChange.in(handle);
                handle.execute(
                        "update public.customer_profiles set marketing_opt_in = false where id = ?", SmallCrm.id(1));
            });
            for (int i = 2; i <= 5; i++) {
                CustomerId id = SmallCrm.id(i);
                through.jdbi()
                        .useHandle(handle -> handle.execute(
                                "update public.customer_profiles set marketing_opt_in = false where id = ?", id));
            }
        }
        assertThat(Rows.of(jdbi, "select own_change::text from mautic_sync.outbox order by id"))
                .containsExactly("true", "false", "false", "false", "false");
    }

    @Test
    void it_tells_whether_the_view_shows_the_column_that_the_triggers_see() {
        assertThat(jdbi.withHandle(new ChangeTriggers(CrmNames.DEFAULT)::seeTheViewsConsent))
                .isTrue();
        execute("""
                create materialized view public.flat as select id, marketing_opt_in from public.customer_profiles;
                create view public.over_flat as select id, marketing_opt_in from public.flat;
                create table public.elsewhere (id uuid, marketing_opt_in boolean);
                create view public.over_elsewhere as select e.id, e.marketing_opt_in, p.first_name
                  from public.elsewhere e join public.customer_profiles p on p.id = e.id;
                """);
        assertThat(sees("public.over_flat")).isTrue();
        assertThat(sees("public.over_elsewhere")).isFalse();
    }

    private boolean sees(String view) {
        CrmNames names = new CrmNames(
                app.gigpigs.mauticsync.crm.Relation.parse(view),
                CrmNames.DEFAULT.profiles(),
                CrmNames.DEFAULT.emails());
        return jdbi.withHandle(new ChangeTriggers(names)::seeTheViewsConsent);
    }

    private List<String> missing() {
        return jdbi.withHandle(new ChangeTriggers(CrmNames.DEFAULT)::missing);
    }

    @Test
    void a_statement_that_fails_notes_nothing() {
        execute("alter table public.customer_profiles add constraint named check (first_name <> 'Z')");

        assertThatThrownBy(
                        () -> execute("update public.customer_profiles set marketing_opt_in = false, first_name = 'Z'"))
                .hasStackTraceContaining("named");

        assertThat(noted()).isEmpty();
    }
}
