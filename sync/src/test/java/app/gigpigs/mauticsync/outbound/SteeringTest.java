package app.gigpigs.mauticsync.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.mapping.FieldChange;
import app.gigpigs.mauticsync.outbound.RunRequest.Selection;
import app.gigpigs.mauticsync.outbound.RunRequest.Trigger;
import app.gigpigs.mauticsync.outbound.diff.SyncMode;
import app.gigpigs.mauticsync.outbound.payload.PlannedWrite;
import app.gigpigs.mauticsync.outbound.state.ResendRequests;
import app.gigpigs.mauticsync.runs.Lease;
import app.gigpigs.mauticsync.runs.PauseSwitch;
import app.gigpigs.mauticsync.runs.Progress;
import app.gigpigs.mauticsync.runs.RunHistory;
import app.gigpigs.mauticsync.status.CustomerCounts;
import app.gigpigs.mauticsync.status.RejectedCustomers;
import app.gigpigs.mauticsync.testing.Scenario;
import app.gigpigs.mauticsync.testing.SmallCrm;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Plan, selected customers, limit, pause, retry and the history of runs. */
class SteeringTest {
    private final Scenario world = new Scenario();

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void a_plan_says_field_by_field_what_would_change_and_sends_nothing() {
        CustomerId ann = world.crm.add(
                1,
                Map.of(
                        "email",
                        "a@example.com",
                        "suburb",
                        "Perth",
                        "total_orders",
                        "5",
                        "mobile",
                        "0400",
                        "customer_segments",
                        "{vip}"));
        world.sync();
        world.crm.set(ann, "suburb", "Sydney");
        world.crm.set(ann, "total_orders", "0");
        world.crm.set(ann, "mobile", null);
        world.crm.set(ann, "customer_segments", "{new}");
        world.crm.set(ann, "country", "Atlantis");
        CustomerId bob = world.crm.add(2, "b@example.com");
        world.mautic.clearRequests();

        List<PlannedWrite> plan = world.plan();

        assertThat(plan).extracting(PlannedWrite::customer).containsExactly(ann, bob);
        assertThat(plan.get(0).changes())
                .containsExactlyInAnyOrder(
                        new FieldChange("city", "Perth", "Sydney"),
                        new FieldChange("total_orders", "5", "0"),
                        new FieldChange("mobile", "0400", null));
        assertThat(plan.get(0).moves()).isEqualTo(new PlannedWrite.Moves(Set.of("new"), Set.of("vip")));
        assertThat(plan.get(0).warnings()).singleElement().asString().contains("country");
        assertThat(plan.get(1).contactId()).isNull();
        assertThat(plan.get(1).changes()).contains(new FieldChange("email", null, "b@example.com"));
        assertThat(world.mautic.requests())
                .allMatch(request ->
                        request.method().equals("GET") || request.path().startsWith("/oauth"));
    }

    @Test
    void after_a_run_there_is_nothing_to_plan() {
        world.crm.add(
                1,
                Map.of("email", "a@example.com", "total_spent", "12.50", "last_order_date", "2026-01-02 03:04:05+00"));
        world.sync();

        assertThat(world.plan()).isEmpty();
    }

    @Test
    void one_customer_alone_is_sent_changed_or_not() {
        CustomerId ann = world.crm.add(1, "a@example.com");
        world.crm.add(2, "b@example.com");

        assertThat(Scenario.counts(world.run(only(ann))).created()).isEqualTo(1);
        assertThat(world.mautic.contacts()).hasSize(1);
        world.mautic.setValue(world.contact("a@example.com").id(), "city", "Elsewhere");
        assertThat(Scenario.counts(world.run(only(ann))).updated()).isEqualTo(1);
        assertThat(world.contact("a@example.com").text("city")).isNull();
        assertThat(world.run(only(CustomerId.of(UUID.randomUUID()))))
                .isInstanceOfSatisfying(
                        RunResult.Stopped.class,
                        stopped -> assertThat(stopped.failure().message()).contains("is not in the CRM's view"));
    }

    @Test
    void a_run_for_one_customer_leaves_removed_customers_to_the_next_run() {
        CustomerId ann = world.crm.add(1, Map.of("email", "a@example.com", "customer_segments", "{vip}"));
        CustomerId bob = world.crm.add(2, Map.of("email", "b@example.com", "customer_segments", "{vip}"));
        world.sync();
        world.crm.set(bob, "in_view", "false");

        world.run(only(ann));

        assertThat(world.status(bob, "state")).isEqualTo("synced");
    }

    @Test
    void one_customer_alone_that_left_the_view_leaves_our_segments() {
        CustomerId ann = world.crm.add(1, Map.of("email", "a@example.com", "customer_segments", "{vip}"));
        world.sync();
        world.crm.set(ann, "in_view", "false");

        assertThat(world.run(only(ann))).isInstanceOf(RunResult.Done.class);

        assertThat(world.mautic.segmentMembers("vip-customers")).isEmpty();
        assertThat(world.status(ann, "state")).isEqualTo("removed");
    }

    @Test
    void a_limit_sends_at_most_that_number() {
        SmallCrm.execute(
                world.jdbi,
                "insert into public.customer_profiles (id, email) select gen_random_uuid(), 'c' || i || '@example.com' from generate_series(1, 30) i");

        RunRequest request =
                new RunRequest(SyncMode.CHANGED, new Selection.AtMost(7), OptionalInt.empty(), Trigger.COMMAND);
        assertThat(Scenario.counts(world.run(request)).created()).isEqualTo(7);
        assertThat(world.mautic.contacts()).hasSize(7);
        assertThat(world.sync().created()).isEqualTo(23);
    }

    @Test
    void paused_runs_do_nothing_until_they_are_resumed() {
        world.crm.add(1, "a@example.com");
        PauseSwitch pause = new PauseSwitch(world.jdbi);

        assertThat(pause.pause(Lease.OUTBOUND, "moving house")).isTrue();
        assertThat(pause.pause(Lease.OUTBOUND, "again")).isFalse();
        assertThat(world.run(SyncMode.CHANGED))
                .isInstanceOfSatisfying(
                        RunResult.Paused.class,
                        paused -> assertThat(paused.message())
                                .contains("moving house")
                                .contains("resume"));
        assertThat(world.mautic.requestCount()).isZero();
        assertThat(pause.resume(Lease.OUTBOUND)).isTrue();
        assertThat(world.sync().created()).isEqualTo(1);
    }

    @Test
    void a_run_under_way_ends_after_the_batch_in_flight_when_it_is_paused() {
        SmallCrm.execute(
                world.jdbi,
                "insert into public.customer_profiles (id, email) select gen_random_uuid(), 'c' || i || '@example.com' from generate_series(1, 30) i");
        Progress pauser = new Progress() {
            @Override
            public void expect(int customers) {}

            @Override
            public void done(int customers) {
                new PauseSwitch(world.jdbi).pause(Lease.OUTBOUND, "enough");
            }

            @Override
            public void note(String line) {}
        };

        RunResult result = world.run(RunRequest.of(SyncMode.CHANGED), Scenario.settings(), pauser);

        assertThat(result).isInstanceOfSatisfying(RunResult.Stopped.class, stopped -> {
            assertThat(stopped.failure().message()).contains("enough");
            assertThat(stopped.report().counts().created()).isEqualTo(1);
        });
        new PauseSwitch(world.jdbi).resume(Lease.OUTBOUND);
        assertThat(world.sync().created()).isEqualTo(29);
        assertThat(world.mautic.contacts()).hasSize(30);
    }

    @Test
    void rejected_customers_are_listed_with_the_reason_and_retried_on_request() {
        world.mautic.addContact(Map.of("email", "twin@example.com"));
        long other = world.mautic.addContact(Map.of("email", "twin@example.com"));
        CustomerId twin = world.crm.add(1, "twin@example.com");
        world.crm.add(2, "nobody");
        world.sync();
        RejectedCustomers rejections = new RejectedCustomers(world.jdbi);

        assertThat(rejections.list(10)).singleElement().satisfies(rejection -> {
            assertThat(rejection.customer()).isEqualTo(twin);
            assertThat(rejection.reason().message()).contains("share this e-mail address");
            assertThat(rejection.attempts()).isEqualTo(1);
            assertThat(rejection.nextAttempt()).isNotNull();
        });
        assertThat(rejections.skipped()).isEqualTo(Map.of("malformed e-mail address", 1));
        world.mautic.deleteContact(other);
        assertThat(world.sync().matched()).isZero();

        int retried = world.jdbi.withHandle(handle -> new ResendRequests(handle).rejected(Optional.of(twin)));
        assertThat(retried).isEqualTo(1);
        assertThat(world.sync().matched()).isEqualTo(1);
        assertThat(rejections.list(10)).isEmpty();
    }

    @Test
    void the_history_has_every_run_and_when_the_last_good_one_ended() {
        RunHistory history = new RunHistory(world.jdbi);
        assertThat(history.lastGood()).isEmpty();
        world.crm.add(1, "a@example.com");
        world.sync();
        world.sync();

        assertThat(history.last(10)).hasSize(2);
        assertThat(history.last(10).get(1).pushed()).isEqualTo(new RunHistory.Pushed(1, 0));
        assertThat(history.lastGood()).isPresent();
        assertThat(history.find(world.lastRun().toString().substring(0, 12))).contains(world.lastRun());
        assertThat(history.find("")).isEmpty();
        assertThat(CustomerCounts.of(world.jdbi).states()).isEqualTo(Map.of("synced", 1));
    }

    @Test
    void a_run_shows_what_it_has_pushed_before_it_has_ended() {
        for (int i = 1; i <= 30; i++) {
            world.crm.add(i, "c" + i + "@example.com");
        }
        List<Integer> seen = new ArrayList<>();
        world.run(RunRequest.of(SyncMode.CHANGED), Scenario.settings(), new Progress() {
            @Override
            public void expect(int customers) {}

            @Override
            public void done(int customers) {
                seen.add(new RunHistory(world.jdbi).last(1).get(0).pushed().synced());
            }

            @Override
            public void note(String line) {}
        });

        // What was recorded after the first contact, when the next ones are done.
        assertThat(seen).hasSizeGreaterThan(1).contains(1);
        assertThat(new RunHistory(world.jdbi).last(1).get(0).pushed().synced()).isEqualTo(30);
    }

    private static RunRequest only(CustomerId customer) {
        return new RunRequest(SyncMode.CHANGED, new Selection.One(customer), OptionalInt.empty(), Trigger.COMMAND);
    }
}
