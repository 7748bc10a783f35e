package app.gigpigs.mauticsync.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import app.gigpigs.mauticsync.app.Config;
import app.gigpigs.mauticsync.app.RunningServer;
import app.gigpigs.mauticsync.app.ServerWiring;
import app.gigpigs.mauticsync.consent.ConsentSettings;
import app.gigpigs.mauticsync.consent.ConsentSettings.DeletedCustomers;
import app.gigpigs.mauticsync.consent.ledger.ReconsentPolicy;
import app.gigpigs.mauticsync.crm.CrmNames;
import app.gigpigs.mauticsync.db.DatabaseUrl;
import app.gigpigs.mauticsync.mapping.Mapping;
import app.gigpigs.mauticsync.outbound.OutboundSettings;
import app.gigpigs.mauticsync.outbound.RunRequest;
import app.gigpigs.mauticsync.outbound.RunResult;
import app.gigpigs.mauticsync.outbound.diff.SyncMode;
import app.gigpigs.mauticsync.runs.NotReadyException;
import app.gigpigs.mauticsync.simulator.SimulatorSettings;
import app.gigpigs.mauticsync.testing.Logged;
import app.gigpigs.mauticsync.testing.Postgres;
import app.gigpigs.mauticsync.testing.Program;
import app.gigpigs.mauticsync.testing.Rows;
import app.gigpigs.mauticsync.testing.Scenario;
import app.gigpigs.mauticsync.testing.SmallCrm;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** An opt-out in the CRM is in Mautic within seconds while serve runs, and with the next run in any case. */
@SuppressWarnings("try") // it serves, and that is all
@Tag("slow")
@Execution(ExecutionMode.CONCURRENT)
class OptOutsAtOnceTest {
    private static final Duration SECONDS = Duration.ofSeconds(30);

    private final Scenario world = new Scenario();
    private final Map<String, String> environment = new HashMap<>();

    @BeforeEach
    void configure() {
        environment.put("SUPABASE_DB_URL", world.url.jdbc());
        environment.put("MAUTIC_URL", world.mautic.baseUri().toString());
        environment.put("MAUTIC_CLIENT_ID", SimulatorSettings.defaults().clientId());
        environment.put("MAUTIC_CLIENT_SECRET", SimulatorSettings.defaults().clientSecret());
        environment.put("SYNC_LISTEN", "127.0.0.1:0");
        environment.put("SYNC_ADMIN_LISTEN", "127.0.0.1:0");
        environment.put("SYNC_SCHEDULE", "1h");
        for (int i = 1; i <= 40; i++) {
            world.crm.add(i, "c" + i + "@example.com");
        }
        world.sync();
        SmallCrm.execute(
                world.jdbi, "insert into mautic_sync.pause (kind, reason) values ('outbound', 'no run in this test')");
    }

    @AfterEach
    void close() {
        world.close();
    }

    private RunningServer serve() {
        return ServerWiring.start(new Config(environment).serve());
    }

    private void optIn(int customer, boolean value) {
        world.crm.set(SmallCrm.id(customer), "marketing_opt_in", String.valueOf(value));
    }

    private boolean doNotContact(int customer) {
        return !world.contact("c" + customer + "@example.com").doNotContact().isEmpty();
    }

    /** Whether the ledger has a statement in force about the customer's address. */
    private boolean stands(int customer) {
        return !Rows.of(
                        world.jdbi,
                        "select id::text from mautic_sync.consent_ledger where ended_at is null and address = 'c"
                                + customer + "@example.com'")
                .isEmpty();
    }

    private void untilLookedAt() {
        await().atMost(SECONDS)
                .until(() -> Rows.of(world.jdbi, "select id::text from mautic_sync.outbox where state = 'pending'")
                        .isEmpty());
    }

    @Test
    void an_opt_out_is_in_mautic_within_seconds_without_a_run() {
        try (RunningServer serving = serve()) {
            optIn(1, false);
            await().atMost(SECONDS).until(() -> doNotContact(1));
        }
        assertThat(doNotContact(2)).isFalse();
        assertThat(Rows.of(
                        world.jdbi, "select reason from mautic_sync.consent_ledger where address = 'c1@example.com'"))
                .containsExactly("crm");
    }

    @Test
    void the_same_through_a_transaction_pooler() {
        Optional<DatabaseUrl> pooled = Postgres.pooled(world.url);
        assumeTrue(pooled.isPresent(), "there is no pgbouncer on this machine");
        environment.put("SUPABASE_DB_URL", pooled.get().jdbc());
        try (RunningServer serving = serve()) {
            optIn(1, false);
            await().atMost(SECONDS).until(() -> doNotContact(1));
        }
    }

    @Test
    void opting_out_and_in_again_within_a_second_ends_as_what_was_said_last() {
        try (RunningServer serving = serve()) {
            for (int i = 0; i < 10; i++) {
                optIn(1, false);
                optIn(1, true);
                optIn(2, false);
                optIn(2, true);
            }
            optIn(2, false);
            await().atMost(SECONDS).until(() -> doNotContact(2));
            untilLookedAt();
        }
        SmallCrm.execute(world.jdbi, "delete from mautic_sync.pause");
        world.sync();
        assertThat(doNotContact(1))
                .as("do-not-contact stands exactly where the opt-out was seen, since an opt-in ends none by default")
                .isEqualTo(stands(1));
        assertThat(doNotContact(2)).isTrue();
    }

    @Test
    void what_mautic_was_told_is_in_the_ledger_although_the_crm_says_otherwise_by_then() {
        optIn(1, false);
        optIn(1, true);
        optIn(2, false);
        when("insert on mautic_sync.consent_ledger", false);
        when("update of state on mautic_sync.outbox", true);

        world.deliverOptOuts();

        assertThat(doNotContact(1)).as("the opt-out was seen").isTrue();
        assertThat(stands(1)).isTrue();
    }

    @Test
    void an_opt_out_says_nothing_about_an_address_that_is_another_customers_by_now() {
        world.crm.set(SmallCrm.id(1), "email", "new@example.com");
        world.crm.set(SmallCrm.id(2), "email", "c1@example.com");
        optIn(1, false);

        world.deliverOptOuts();

        assertThat(Rows.of(world.jdbi, "select address from mautic_sync.consent_ledger"))
                .containsExactly("new@example.com");
    }

    /** Has customer 1 opt in or out as soon as this happens. */
    private void when(String event, boolean optIn) {
        SmallCrm.execute(world.jdbi, """
                create function public.test_%2$s() returns trigger language plpgsql as $$ begin
                  update public.customer_profiles set marketing_opt_in = %2$s
                   where id = '%3$s' and marketing_opt_in is distinct from %2$s;
                  return null;
                end $$;
                create trigger test_%2$s after %1$s for each row execute function public.test_%2$s()
                """.formatted(event, optIn, SmallCrm.id(1)));
    }

    @Test
    void two_processes_deliver_one_entry_each() {
        try (RunningServer one = serve();
                RunningServer two = serve()) {
            for (int i = 1; i <= 8; i++) {
                optIn(i, false);
            }
            await().atMost(SECONDS).until(() -> doNotContact(1) && doNotContact(8));
            untilLookedAt();
        }
        for (int i = 1; i <= 8; i++) {
            assertThat(world.contact("c" + i + "@example.com").doNotContact()).hasSize(1);
        }
    }

    @Test
    void while_mautic_is_down_it_is_tried_again_and_said_once() {
        world.mautic.faults().apiDisabled(true);
        try (Logged log = new Logged();
                RunningServer serving = serve()) {
            optIn(1, false);
            await().atMost(SECONDS)
                    .until(() -> !Rows.of(world.jdbi, "select id::text from mautic_sync.outbox where attempts >= 2")
                            .isEmpty());
            await().atMost(SECONDS).until(() -> log.contains("delivering opt-outs to Mautic failed"));
            world.mautic.faults().apiDisabled(false);
            await().atMost(SECONDS).until(() -> doNotContact(1));
        }
    }

    @Test
    void more_than_the_limit_wait_for_a_run_that_passes_it() {
        SmallCrm.execute(
                world.jdbi,
                "update public.customer_profiles set marketing_opt_in = false where right(id::text, 2) <= '20'");
        SmallCrm.execute(world.jdbi, "delete from mautic_sync.pause");
        assertThat(world.deliverOptOuts()).isZero();
        assertThat(doNotContact(1)).isFalse();

        assertThat(world.run(SyncMode.CHANGED)).isInstanceOf(RunResult.Stopped.class);
        assertThat(overflows()).hasSize(1);
        assertThat(world.run(new RunRequest(
                        SyncMode.CHANGED,
                        new RunRequest.Selection.Everybody(),
                        OptionalInt.of(20),
                        RunRequest.Trigger.COMMAND)))
                .isInstanceOf(RunResult.Done.class);
        assertThat(overflows()).isEmpty();
        assertThat(doNotContact(1)).isTrue();
        assertThat(doNotContact(20)).isTrue();
    }

    private List<String> overflows() {
        return Rows.of(world.jdbi, "select id::text from mautic_sync.outbox where kind = 'overflow'");
    }

    @Test
    void when_the_trigger_fails_the_next_run_delivers() {
        SmallCrm.execute(
                world.jdbi,
                "create or replace function mautic_sync.to_outbox(changed uuid[]) returns void"
                        + " language plpgsql as $$ begin raise exception 'no luck'; end $$; delete from mautic_sync.pause");
        optIn(1, false);
        assertThat(world.deliverOptOuts()).isZero();

        world.sync();

        assertThat(doNotContact(1)).isTrue();
    }

    @Test
    void a_write_that_may_be_going_on_is_looked_at_again() {
        optIn(1, false);
        SmallCrm.execute(
                world.jdbi,
                "update public.mautic_sync_status set in_flight_until = now() + interval '5 minutes' where customer_id = '"
                        + SmallCrm.id(1) + "'");
        world.deliverOptOuts();
        assertThat(Rows.one(world.jdbi, "select state from mautic_sync.outbox where kind = 'customer'"))
                .isEqualTo("pending");
        SmallCrm.execute(
                world.jdbi,
                "update public.mautic_sync_status set in_flight_until = null;"
                        + " update mautic_sync.outbox set next_attempt_at = now()");
        world.deliverOptOuts();
        assertThat(Rows.one(world.jdbi, "select state from mautic_sync.outbox where kind = 'customer'"))
                .isEqualTo("done");
    }

    @Test
    void newest_wins_does_not_start_where_nothing_tells_when_a_customer_opted_in() {
        environment.put("SYNC_RECONSENT", "newest-wins");
        SmallCrm.execute(world.jdbi, "drop trigger mautic_sync_update on public.customer_profiles");

        assertThatThrownBy(this::serve)
                .isInstanceOf(NotReadyException.class)
                .hasMessageContaining("public.customer_profiles (update)")
                .hasMessageContaining("opt-in-time");
    }

    @Test
    void newest_wins_goes_by_the_time_that_the_trigger_noted() {
        SmallCrm.execute(world.jdbi, "delete from mautic_sync.pause");
        optIn(1, false);
        optIn(2, false);
        world.deliverOptOuts();
        optIn(1, true);
        optIn(2, true);
        SmallCrm.execute(
                world.jdbi,
                "update mautic_sync.opt_in set opted_in_at = now() - interval '1 hour' where customer_id = '"
                        + SmallCrm.id(2) + "'");

        assertThat(world.run(SyncMode.CHANGED, newestWins(CrmNames.DEFAULT), world.mauticSettings()))
                .isInstanceOf(RunResult.Done.class);

        assertThat(doNotContact(1)).isFalse();
        assertThat(doNotContact(2)).as("opted in before the opt-out").isTrue();
    }

    @Test
    void newest_wins_goes_by_a_column_of_the_crm_where_there_is_one() {
        SmallCrm.execute(world.jdbi, """
                delete from mautic_sync.pause;
                drop trigger mautic_sync_update on public.customer_profiles;
                alter table public.customer_profiles add consented timestamp;
                """);
        optIn(1, false);
        optIn(2, false);
        world.sync();
        assertThat(doNotContact(1)).isTrue();
        optIn(1, true);
        optIn(2, true);
        world.crm.set(SmallCrm.id(1), "consented", "2999-01-01");
        world.crm.set(SmallCrm.id(2), "consented", "1999-01-01");
        CrmNames names = new CrmNames(
                CrmNames.DEFAULT.view(),
                new CrmNames.Profiles(CrmNames.DEFAULT.profiles().table(), "id", "marketing_opt_in", "consented"),
                CrmNames.DEFAULT.emails());

        assertThat(world.run(SyncMode.CHANGED, newestWins(names), world.mauticSettings()))
                .isInstanceOf(RunResult.Done.class);

        assertThat(doNotContact(1)).isFalse();
        assertThat(doNotContact(2)).isTrue();
    }

    private static OutboundSettings newestWins(CrmNames names) {
        OutboundSettings usual = Scenario.settings();
        return new OutboundSettings(
                new Mapping(names, Mapping.DEFAULT.fields(), Mapping.DEFAULT.segments()),
                usual.push(),
                usual.safety(),
                usual.unknownOutcomeWait(),
                new ConsentSettings(Optional.empty(), DeletedCustomers.KEEP, ReconsentPolicy.NEWEST_WINS));
    }

    @Test
    void the_status_names_tables_without_triggers_and_changes_that_are_held(@TempDir Path folder) {
        Program program = new Program(world, folder);
        assertThat(program.run("status").out())
                .contains("Opt-outs in the CRM reach Mautic within seconds while serve runs");

        SmallCrm.execute(
                world.jdbi,
                "update public.customer_profiles set marketing_opt_in = false;"
                        + " drop trigger mautic_sync_update on public.customer_profiles");

        assertThat(program.run("status").out())
                .contains("wait for the next run: no trigger on public.customer_profiles (update)")
                .contains("more changed at once than the safety limit allows");
        assertThat(program.run("status", "--json").json().at("/optOuts/held").asBoolean())
                .isTrue();
    }
}
