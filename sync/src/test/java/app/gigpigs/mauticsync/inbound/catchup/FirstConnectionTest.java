package app.gigpigs.mauticsync.inbound.catchup;

import static org.assertj.core.api.Assertions.assertThat;

import app.gigpigs.mauticsync.crm.CrmNames;
import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.outbound.OutboundRun;
import app.gigpigs.mauticsync.outbound.RunEnvironment;
import app.gigpigs.mauticsync.outbound.RunRequest;
import app.gigpigs.mauticsync.outbound.RunResult;
import app.gigpigs.mauticsync.outbound.diff.SyncMode;
import app.gigpigs.mauticsync.runs.Progress;
import app.gigpigs.mauticsync.runs.Sleeper;
import app.gigpigs.mauticsync.runs.StopSignal;
import app.gigpigs.mauticsync.simulator.Fault;
import app.gigpigs.mauticsync.testing.CrmSides;
import app.gigpigs.mauticsync.testing.Rows;
import app.gigpigs.mauticsync.testing.Scenario;
import app.gigpigs.mauticsync.testing.SmallCrm;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a push learns of consent in Mautic, and what it must know before the first one. */
class FirstConnectionTest {
    private final Scenario world = new Scenario();

    @AfterEach
    void close() {
        world.close();
    }

    /** A run as the program wires it. */
    private RunResult sync() {
        return world.with(client -> {
            CatchUp catchUp = new CatchUp(
                    world.jdbi, client, CrmSides.of(CrmNames.DEFAULT), CatchUpSettings.DEFAULT, InstantSource.system());
            ObservedOptOuts seen =
                    new ObservedOptOuts(world.jdbi, CrmSides.of(CrmNames.DEFAULT), InstantSource.system());
            RunEnvironment environment = new RunEnvironment(
                    Sleeper.onThread(),
                    new Random(1),
                    Progress.NONE,
                    StopSignal.NEVER,
                    new RunEnvironment.Consents(catchUp::beforePush, seen::apply));
            return new OutboundRun(world.jdbi, client, Scenario.settings(), environment)
                    .run(RunRequest.of(SyncMode.CHANGED));
        });
    }

    private String wantsMails(CustomerId customer) {
        return Rows.one(
                world.jdbi, "select marketing_opt_in::text from public.customer_profiles where id = ?", customer);
    }

    private List<String> events() {
        return Rows.of(
                world.jdbi,
                "select event_key || ' ' || event_type || ' ' || source from public.customer_email_engagement order by 1");
    }

    @Test
    void opt_outs_that_nobody_read_for_an_hour_are_known_before_the_next_push() {
        CustomerId customer = world.crm.add(1, "ann@example.com");
        Scenario.counts(sync());
        world.mautic.unsubscribe(world.contact("ann@example.com").id());
        Scenario.counts(sync());
        assertThat(wantsMails(customer))
                .as("within the hour it is left to serve")
                .isEqualTo("true");

        // As in a database that was restored from a backup.
        SmallCrm.execute(
                world.jdbi, "update mautic_sync.catch_up_cursor set completed_at = now() - interval '61 minutes'");
        Scenario.counts(sync());

        assertThat(wantsMails(customer)).isEqualTo("false");
    }

    @Test
    void contacts_unsubscribed_in_mautic_before_the_first_push_are_opted_out_on_both_sides() {
        CustomerId customer = world.crm.add(1, "removed@example.com");
        CustomerId other = world.crm.add(2, "stays@example.com");
        long contact = world.mautic.addContact(Map.of("email", "Removed@example.com"));
        world.mautic.unsubscribe(contact);

        Scenario.counts(sync());

        assertThat(wantsMails(customer)).isEqualTo("false");
        assertThat(wantsMails(other)).isEqualTo("true");
        assertThat(world.contact("removed@example.com").values()).containsEntry("marketing_opt_in", false);
        assertThat(world.mautic.contact(contact).doNotContact())
                .singleElement()
                .satisfies(entry -> assertThat(entry.reason()).isEqualTo(1));
        assertThat(world.mautic.requests().stream()
                        .filter(request -> request.path().endsWith("/batch/edit")
                                || request.path().endsWith("/batch/new"))
                        .map(request -> request.body().contains("\"marketing_opt_in\":true")
                                && request.body().contains("removed@example.com")
                                && !request.body().contains("stays@example.com")))
                .as("no push ever sent an opt-in for them")
                .doesNotContain(true);
        assertThat(events()).containsExactly("dnc:1:1 unsubscribe catch_up");
    }

    @Test
    void no_customer_is_pushed_before_mautics_opt_outs_were_read() {
        world.crm.add(1, "a@example.com");
        world.mautic
                .faults()
                .next(
                        "GET",
                        "/api/stats/lead_donotcontact",
                        new Fault.Status(200, "{\"errors\":[{\"message\":\"Access denied\",\"code\":403}]}"));

        RunResult result = sync();

        assertThat(result).isInstanceOf(RunResult.Stopped.class);
        assertThat(((RunResult.Stopped) result).failure().message())
                .contains("no customer is pushed before", "Access denied");
        assertThat(world.mautic.contacts()).isEmpty();
        Scenario.counts(sync());
        assertThat(world.mautic.contacts()).hasSize(1);
    }

    @Test
    void an_opt_out_seen_in_a_push_response_is_applied_once_and_at_once_in_the_crm() {
        CustomerId customer = world.crm.add(1, "a@example.com");
        Scenario.counts(sync());
        long contact = world.contact("a@example.com").id();
        world.mautic.unsubscribe(contact);

        world.crm.set(customer, "first_name", "Ann");
        Scenario.counts(sync());
        assertThat(wantsMails(customer)).isEqualTo("false");
        assertThat(events()).containsExactly("dnc:1:1 unsubscribe push_response");

        world.crm.set(customer, "marketing_opt_in", "true");
        Scenario.counts(sync());
        assertThat(wantsMails(customer)).as("an explicit later opt-in").isEqualTo("true");
        assertThat(events()).hasSize(1);
    }

    @Test
    void our_own_entry_in_a_response_is_not_an_event() {
        CustomerId customer = world.crm.add(1, Map.of("email", "a@example.com", "marketing_opt_in", "false"));
        Scenario.counts(sync());

        world.crm.set(customer, "marketing_opt_in", "true");
        Scenario.counts(sync());

        assertThat(events()).isEmpty();
        assertThat(wantsMails(customer)).isEqualTo("true");
    }

    @Test
    void a_bounce_in_a_response_waits_for_its_mail_and_opts_no_customer_out() {
        CustomerId customer = world.crm.add(1, "a@example.com");
        Scenario.counts(sync());
        long contact = world.contact("a@example.com").id();
        long email = world.mautic.mails().create("News", "Hello");
        long stat = world.mautic.mails().sendToContact(email, contact);
        world.mautic.people().bounce(stat);
        world.crm.set(customer, "first_name", "Ann");
        Scenario.counts(sync());
        assertThat(events()).containsExactly("dnc:1:2 bounce push_response");

        world.with(client -> new CatchUp(
                        world.jdbi,
                        client,
                        CrmSides.of(CrmNames.DEFAULT),
                        CatchUpSettings.DEFAULT,
                        InstantSource.system())
                .run(CatchUp.Extent.DUE, "command"));

        assertThat(events()).containsExactly("bounce:" + stat + " bounce push_response");
        assertThat(wantsMails(customer)).isEqualTo("true");
    }
}
