package app.gigpigs.mauticsync.outbound.push;

import static org.assertj.core.api.Assertions.assertThat;

import app.gigpigs.mauticsync.failure.ErrorCode;
import app.gigpigs.mauticsync.outbound.RunRequest;
import app.gigpigs.mauticsync.outbound.RunResult;
import app.gigpigs.mauticsync.outbound.diff.SyncMode;
import app.gigpigs.mauticsync.runs.Progress;
import app.gigpigs.mauticsync.testing.Logged;
import app.gigpigs.mauticsync.testing.Rows;
import app.gigpigs.mauticsync.testing.Scenario;
import app.gigpigs.mauticsync.testing.SmallCrm;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A run pushes a few customers first, reads them back, and stops when Mautic stored something else. */
class CanaryTest {
    private final Scenario world = new Scenario();

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void a_first_import_goes_one_then_twenty_then_two_hundred_then_the_rest() {
        customers(300);

        world.sync();

        assertThat(world.mautic.requests().stream()
                        .filter(request -> request.path().equals("/api/contacts/batch/new"))
                        .count())
                .isEqualTo(4);
        assertThat(world.mautic.requests().stream()
                        .filter(request -> request.path().endsWith("/segments")
                                && request.path().startsWith("/api/contacts/"))
                        .count())
                .isEqualTo(221);
        assertThat(world.mautic.contacts()).hasSize(300);
    }

    @Test
    void a_first_import_into_a_mautic_that_keeps_something_else_stops_after_one_contact() {
        customers(30);

        RunResult result =
                world.run(RunRequest.of(SyncMode.CHANGED), Scenario.settings(), changing("city", "Elsewhere", 99));

        assertThat(result).isInstanceOfSatisfying(RunResult.Stopped.class, stopped -> {
            assertThat(stopped.failure().code()).isEqualTo(ErrorCode.MAUTIC_ALTERS);
            assertThat(stopped.failure().message()).contains("field city").doesNotContain("Elsewhere");
            assertThat(stopped.report().counts().rejected()).isEqualTo(1);
        });
        assertThat(world.mautic.contacts()).hasSize(1);
    }

    @Test
    void a_missing_do_not_contact_is_noticed() {
        SmallCrm.execute(
                world.jdbi,
                "insert into public.customer_profiles (id, email, marketing_opt_in) values (gen_random_uuid(), 'no@example.com', false)");
        Progress wiper =
                watcher(() -> world.mautic.contacts().forEach(contact -> world.mautic.clearDoNotContact(contact.id())));

        assertThat(world.run(RunRequest.of(SyncMode.CHANGED), Scenario.settings(), wiper))
                .isInstanceOfSatisfying(
                        RunResult.Stopped.class,
                        stopped -> assertThat(stopped.failure().message()).contains("do-not-contact missing"));
    }

    @Test
    void a_missing_membership_is_noticed() {
        world.crm.add(1, Map.of("email", "a@example.com", "customer_segments", "{vip}"));
        Progress thief = watcher(() -> world.mautic.leave(
                "vip-customers", world.contact("a@example.com").id()));

        assertThat(world.run(RunRequest.of(SyncMode.CHANGED), Scenario.settings(), thief))
                .isInstanceOfSatisfying(
                        RunResult.Stopped.class,
                        stopped -> assertThat(stopped.failure().message()).contains("not in segment vip"));
    }

    @Test
    void a_single_odd_contact_of_a_later_run_is_named_and_the_others_go_on() {
        customers(30);
        world.sync();
        SmallCrm.execute(world.jdbi, "update public.customer_profiles set suburb = 'Perth'");

        RunResult result =
                world.run(RunRequest.of(SyncMode.CHANGED), Scenario.settings(), changing("city", "Elsewhere", 1));

        assertThat(Scenario.counts(result).updated()).isEqualTo(29);
        assertThat(Scenario.counts(result).rejected()).isEqualTo(1);
        assertThat(Rows.of(world.jdbi, "select error_code from public.mautic_sync_status where state = 'rejected'"))
                .containsExactly("MS-325");
        world.letPausesPass();
        assertThat(world.sync().updated()).isEqualTo(1);
    }

    @Test
    void three_odd_contacts_in_a_row_stop_a_later_run() {
        customers(30);
        world.sync();
        SmallCrm.execute(world.jdbi, "update public.customer_profiles set suburb = 'Perth'");

        RunResult result =
                world.run(RunRequest.of(SyncMode.CHANGED), Scenario.settings(), changing("city", "Elsewhere", 99));

        assertThat(result).isInstanceOf(RunResult.Stopped.class);
        assertThat(world.mautic.contacts().stream()
                        .filter(contact -> "Perth".equals(contact.text("city")))
                        .count())
                .isZero();
    }

    @Test
    void after_an_update_of_mautic_a_run_reads_more_contacts_back_and_says_so() {
        customers(30);
        world.sync();
        assertThat(proven()).isEqualTo("5.1.0");
        SmallCrm.execute(world.jdbi, "update mautic_sync.instance set mautic_version = '4.4.10'");
        SmallCrm.execute(world.jdbi, "update public.customer_profiles set suburb = 'Perth'");

        try (Logged log = new Logged()) {
            assertThat(world.run(
                            RunRequest.of(SyncMode.CHANGED), Scenario.settings(), changing("city", "Elsewhere", 1)))
                    .isInstanceOf(RunResult.Stopped.class);
            assertThat(log.contains("it was 4.4.10, and is 5.1.0")).isTrue();
        }
        assertThat(proven()).as("nothing was right yet").isEqualTo("4.4.10");

        world.mautic.clearRequests();
        assertThat(world.sync().updated()).isEqualTo(29);
        assertThat(readBack()).as("one, and twenty").isEqualTo(21);
        assertThat(proven()).isEqualTo("5.1.0");

        SmallCrm.execute(world.jdbi, "update public.customer_profiles set suburb = 'Darwin'");
        world.mautic.clearRequests();
        world.sync();
        assertThat(readBack()).isEqualTo(1);
    }

    @Test
    void an_update_is_not_proven_by_a_run_that_sends_nobody() {
        customers(3);
        world.sync();
        SmallCrm.execute(world.jdbi, "update mautic_sync.instance set mautic_version = '4.4.10'");

        world.sync();

        assertThat(proven()).isEqualTo("4.4.10");
    }

    private String proven() {
        return Rows.one(world.jdbi, "select mautic_version from mautic_sync.instance");
    }

    /** The segments of each contact that is read back are asked for. */
    private long readBack() {
        return world.mautic.requests().stream()
                .filter(request -> request.path().matches("/api/contacts/\\d+/segments"))
                .count();
    }

    private void customers(int count) {
        SmallCrm.execute(
                world.jdbi,
                "insert into public.customer_profiles (id, email, suburb, customer_segments) select gen_random_uuid(), 'c' || i || '@example.com', 'Sydney', '{vip}' from generate_series(1, "
                        + count + ") i");
    }

    /** A person changes a field of every contact with another value in it, right after it was pushed. */
    private Progress changing(String alias, String value, int times) {
        AtomicInteger left = new AtomicInteger(times);
        return watcher(() -> {
            if (left.getAndDecrement() > 0) {
                world.mautic.contacts().forEach(contact -> world.mautic.setValue(contact.id(), alias, value));
            }
        });
    }

    private static Progress watcher(Runnable afterEachBatch) {
        return new Progress() {
            @Override
            public void expect(int customers) {}

            @Override
            public void done(int customers) {
                afterEachBatch.run();
            }

            @Override
            public void note(String line) {}
        };
    }
}
