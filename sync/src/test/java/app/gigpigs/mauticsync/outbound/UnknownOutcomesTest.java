package app.gigpigs.mauticsync.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import app.gigpigs.mauticsync.mapping.Mapping;
import app.gigpigs.mauticsync.outbound.RunRequest.Selection;
import app.gigpigs.mauticsync.outbound.RunRequest.Trigger;
import app.gigpigs.mauticsync.outbound.diff.SyncMode;
import app.gigpigs.mauticsync.outbound.safety.SafetySettings;
import app.gigpigs.mauticsync.runs.RunCounts;
import app.gigpigs.mauticsync.simulator.Fault;
import app.gigpigs.mauticsync.testing.Rows;
import app.gigpigs.mauticsync.testing.Scenario;
import app.gigpigs.mauticsync.testing.SmallCrm;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * An answer was lost, and Mautic may go on for five minutes: what it shows is finished in seconds, what it does not show is
 * not sent, and nobody else waits for it.
 */
@Execution(ExecutionMode.CONCURRENT)
class UnknownOutcomesTest {
    private static final int CUSTOMERS = 8;
    private static final String CREATE = "/api/contacts/batch/new";
    private static final String EDIT = "/api/contacts/batch/edit";
    private static final OutboundSettings FIVE_MINUTES = new OutboundSettings(
            Mapping.DEFAULT, Scenario.settings().push(), SafetySettings.DEFAULT, Duration.ofMinutes(5));

    private final Scenario world = new Scenario();

    @BeforeEach
    void customers() {
        for (int i = 1; i <= CUSTOMERS; i++) {
            world.crm.add(i, "c" + i + "@example.com");
        }
    }

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void a_batch_that_mautic_shows_is_finished_in_the_same_run() {
        world.mautic.faults().next("POST", CREATE, new Fault.CloseAfter());

        RunResult.Done done = run(new Selection.Everybody());

        assertThat(done.openFor()).isEmpty();
        assertThat(done.report().counts().synced()).isEqualTo(CUSTOMERS);
        assertThat(world.mautic.contacts()).hasSize(CUSTOMERS);
        assertThat(world.sync().unchanged()).isEqualTo(CUSTOMERS);
    }

    @Test
    void a_batch_that_mautic_does_not_show_waits_and_nobody_else_does() {
        world.mautic.faults().next("POST", CREATE, new Fault.HtmlPage(504));
        RunResult.Done first = run(new Selection.AtMost(1));
        assertThat(first.report().counts().outcomeUnknown()).isEqualTo(1);
        assertThat(first.openFor())
                .hasValueSatisfying(time -> assertThat(time).isBetween(Duration.ofMinutes(4), Duration.ofMinutes(5)));

        RunResult.Done next = run(new Selection.Everybody());
        assertThat(next.report().counts().created()).isEqualTo(CUSTOMERS - 1);
        assertThat(next.report().counts().outcomeUnknown()).isEqualTo(1);
        assertThat(next.openFor()).isPresent();

        mauticHasCertainlyEnded();
        RunResult.Done last = run(new Selection.Everybody());
        assertThat(last.report().counts().created()).isEqualTo(1);
        assertThat(last.openFor()).isEmpty();
        assertThat(world.mautic.contacts()).hasSize(CUSTOMERS);
    }

    @Test
    void items_that_mautic_passed_without_saving_them_are_over() {
        // One for the customer that goes ahead, one for the others.
        world.mautic.faults().next("POST", CREATE, new Fault.HtmlPage(504));
        world.mautic.faults().next("POST", CREATE, new Fault.HtmlPage(504));
        run(new Selection.Everybody());
        String fifth = SmallCrm.id(5).toString();
        List<String> after = Rows.of(world.jdbi, """
                        select st.customer_id::text from public.mautic_sync_status st
                          join public.mautic_sync_status fifth on fifth.customer_id = '%s'
                         where st.in_flight_call <> fifth.in_flight_call or st.in_flight_position > fifth.in_flight_position
                         order by 1
                        """.formatted(fifth));
        world.mautic.addContact(Map.of("email", "c5@example.com", "supabase_id", fifth));

        RunResult.Done next = run(new Selection.Everybody());

        assertThat(after).hasSizeBetween(1, CUSTOMERS - 2);
        assertThat(
                        Rows.of(
                                world.jdbi,
                                "select customer_id::text from public.mautic_sync_status where in_flight_until is not null order by 1"))
                .isEqualTo(after);
        assertThat(next.report().counts().synced()).isEqualTo(CUSTOMERS - after.size());
        assertThat(world.mautic.contacts()).hasSize(CUSTOMERS - after.size());
    }

    @Test
    void a_contact_that_showed_the_values_before_says_nothing_of_the_others() {
        world.sync();
        world.crm.set(SmallCrm.id(1), "suburb", "Newtown");
        world.crm.set(SmallCrm.id(2), "suburb", "Perth");
        world.mautic.setValue(world.contact("c2@example.com").id(), "city", "Perth");
        world.mautic.faults().next("PATCH", EDIT, new Fault.HtmlPage(504));
        world.mautic.faults().next("PATCH", EDIT, new Fault.HtmlPage(504));

        run(new Selection.Everybody());

        assertThat(open()).isEqualTo(SmallCrm.id(1).toString());
    }

    @Test
    void what_was_not_sent_before_the_process_died_is_sent_at_once() {
        world.sync();
        world.crm.set(SmallCrm.id(1), "suburb", "Newtown");
        SmallCrm.execute(world.jdbi, """
                update public.mautic_sync_status
                   set in_flight_until = now() + interval '5 minutes', in_flight_hash = 'h', in_flight_consent = 'mailable'
                 where customer_id = '%s'
                """.formatted(SmallCrm.id(1)));

        assertThat(run(new Selection.Everybody()).report().counts().updated()).isEqualTo(1);
    }

    @Test
    void one_customer_is_sent_at_once_while_the_outcome_of_others_is_unknown() {
        world.mautic.faults().next("POST", CREATE, new Fault.HtmlPage(504));
        run(new Selection.AtMost(1));

        RunResult.Done one = run(new Selection.One(SmallCrm.id(CUSTOMERS)));

        assertThat(one.report().counts().created()).isEqualTo(1);
        assertThat(world.contact("c" + CUSTOMERS + "@example.com").text("supabase_id"))
                .isEqualTo(SmallCrm.id(CUSTOMERS).toString());
    }

    @Test
    void an_update_that_the_contact_shows_is_over_and_another_is_not() {
        world.sync();
        world.crm.set(SmallCrm.id(1), "suburb", "Newtown");
        world.crm.set(SmallCrm.id(2), "suburb", "Perth");
        // One for the first customer, which goes ahead of the others.
        world.mautic.faults().next("PATCH", EDIT, new Fault.HtmlPage(504));
        world.mautic.faults().next("PATCH", EDIT, new Fault.HtmlPage(504));
        run(new Selection.Everybody());
        // Mautic gets as far as the first of them.
        world.mautic.setValue(world.contact("c1@example.com").id(), "city", "Newtown");

        RunCounts counts = run(new Selection.Everybody()).report().counts();

        assertThat(counts.updated()).isEqualTo(1);
        assertThat(counts.outcomeUnknown()).isEqualTo(1);
        assertThat(open()).isEqualTo(SmallCrm.id(2).toString());
    }

    @Test
    void a_customer_that_changed_after_it_was_sent_waits_until_mautic_has_ended() {
        world.sync();
        world.crm.set(SmallCrm.id(1), "suburb", "Newtown");
        world.mautic.faults().next("PATCH", EDIT, new Fault.HtmlPage(504));
        run(new Selection.Everybody());
        world.crm.set(SmallCrm.id(1), "suburb", "Perth");
        world.mautic.setValue(world.contact("c1@example.com").id(), "city", "Perth");

        assertThat(run(new Selection.Everybody()).report().counts().outcomeUnknown())
                .as("what was sent before may still replace what the contact shows")
                .isEqualTo(1);

        mauticHasCertainlyEnded();
        assertThat(run(new Selection.Everybody()).report().counts().updated()).isEqualTo(1);
    }

    @Test
    void an_opt_out_that_the_contact_does_not_show_is_not_over() {
        world.crm.set(SmallCrm.id(1), "marketing_opt_in", "false");
        world.mautic.faults().next("POST", CREATE, new Fault.HtmlPage(504));
        run(new Selection.One(SmallCrm.id(1)));
        world.mautic.addContact(
                Map.of("email", "c1@example.com", "supabase_id", SmallCrm.id(1).toString()));

        run(new Selection.Everybody());

        assertThat(open()).isEqualTo(SmallCrm.id(1).toString());
    }

    private RunResult.Done run(Selection selection) {
        RunRequest request = new RunRequest(SyncMode.CHANGED, selection, OptionalInt.empty(), Trigger.COMMAND);
        return (RunResult.Done) world.run(request, FIVE_MINUTES);
    }

    private String open() {
        return Rows.one(
                world.jdbi,
                "select customer_id::text from public.mautic_sync_status where in_flight_until is not null");
    }

    private void mauticHasCertainlyEnded() {
        SmallCrm.execute(
                world.jdbi,
                "update public.mautic_sync_status set in_flight_until = now() where in_flight_until is not null");
    }
}
