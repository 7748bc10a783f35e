package app.gigpigs.mauticsync.outbound.batch;

import static org.assertj.core.api.Assertions.assertThat;

import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.outbound.RunResult;
import app.gigpigs.mauticsync.outbound.diff.SyncMode;
import app.gigpigs.mauticsync.runs.RunCounts;
import app.gigpigs.mauticsync.simulator.Fault;
import app.gigpigs.mauticsync.testing.Rows;
import app.gigpigs.mauticsync.testing.Scenario;
import app.gigpigs.mauticsync.testing.SmallCrm;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls that are rejected as a whole, by Mautic or by a proxy in front of it, and what still has to arrive. */
@Tag("slow")
class RejectedCallsTest {
    private static final int CUSTOMERS = 12;
    private static final String CREATE = "/api/contacts/batch/new";
    private static final String EDIT = "/api/contacts/batch/edit";
    private static final String SERVER_ERROR = "{\"errors\":[{\"code\":500,\"message\":\"error #500\"}]}";

    private final Scenario world = new Scenario();
    private final CustomerId ann = SmallCrm.id(1);

    @BeforeEach
    void customers() {
        for (int i = 1; i <= CUSTOMERS; i++) {
            world.crm.add(i, Map.of("email", "c" + i + "@example.com", "total_orders", "3"));
        }
    }

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void an_opt_out_is_sent_to_a_contact_whose_other_values_are_rejected() {
        world.sync();
        world.mautic.faults().firewall("-- drop");
        world.crm.set(ann, "suburb", "Perth -- drop");
        world.crm.set(ann, "marketing_opt_in", "false");

        RunCounts counts = world.sync();

        assertThat(counts.rejected()).isEqualTo(1);
        assertThat(world.contact("c1@example.com").doNotContact())
                .singleElement()
                .satisfies(entry -> assertThat(entry.reason()).isEqualTo(3));
        assertThat(world.status(ann, "state")).isEqualTo("rejected");
    }

    @Test
    void a_contact_that_rejects_even_an_opt_out_is_named_and_blocks_no_other() {
        world.sync();
        SmallCrm.execute(world.jdbi, "update public.customer_profiles set suburb = 'Perth'");
        world.crm.set(ann, "marketing_opt_in", "false");
        long contact = world.contact("c1@example.com").id();
        for (int i = 0; i < 3; i++) { // the first call is for her alone: a canary
            world.mautic
                    .faults()
                    .next("PATCH", "/api/contacts/batch/edit", new Fault.Status(500, SERVER_ERROR))
                    .next("POST", "/api/contacts/" + contact + "/dnc/email/add", new Fault.Status(500, SERVER_ERROR));
        }

        RunCounts counts = world.sync();

        assertThat(counts.updated()).isEqualTo(CUSTOMERS - 1);
        assertThat(world.status(ann, "sync_error")).contains("its do-not-contact is not there");
        assertThat(world.status(ann, "error_code")).isEqualTo("MS-327");
    }

    /** Mautic may go on without the proxy, and contacts that it creates twice cannot be edited any more. */
    @ParameterizedTest
    @ValueSource(ints = {502, 503, 504, 520, 524})
    void after_a_proxys_page_nothing_is_created_before_it_was_looked_up_again(int status) {
        world.mautic.faults().next("POST", CREATE, new Fault.HtmlPage(status));

        world.syncUntilNothingIsOpen();

        assertThat(world.mautic.contacts()).hasSize(CUSTOMERS);
        List<String> calls = world.mautic.requests().stream()
                .map(request -> request.path())
                .filter(path -> path.equals(CREATE) || path.equals("/api/contacts"))
                .toList();
        assertThat(calls.indexOf(CREATE)).isNotNegative();
        assertThat(calls.get(calls.indexOf(CREATE) + 1)).isEqualTo("/api/contacts");
    }

    @Test
    void a_number_below_one_is_written_after_a_transient_error() {
        world.sync();
        SmallCrm.execute(world.jdbi, "update public.customer_profiles set total_orders = 0");
        // A run begins with one customer; this one needs no full replacement.
        world.crm.set(ann, "total_orders", "4");
        world.mautic.faults().next("PUT", EDIT, new Fault.Status(500, SERVER_ERROR));

        world.sync();

        assertThat(world.mautic.contacts())
                .filteredOn(contact -> "0".equals(contact.text("total_orders")))
                .hasSize(CUSTOMERS - 1);
    }

    @Test
    void a_number_below_one_that_cannot_be_written_is_named_and_tried_again() {
        world.sync();
        world.crm.set(ann, "total_orders", "0");
        world.mautic.faults().next("PUT", EDIT, new Fault.Status(500, SERVER_ERROR));

        assertThat(world.sync().rejected()).isEqualTo(1);

        assertThat(world.status(ann, "sync_error")).contains("a number below one was not written", "500");
        world.letPausesPass();
        world.sync();
        assertThat(world.contact("c1@example.com").text("total_orders")).isEqualTo("0");
        assertThat(world.status(ann, "state")).isEqualTo("synced");
    }

    @Test
    void a_customer_whom_a_firewall_stops_is_named_and_the_others_arrive() {
        world.crm.set(ann, "suburb", "O'Neil -- drop");
        world.mautic.faults().firewall("-- drop");

        RunCounts counts = world.sync();

        assertThat(counts.created()).isEqualTo(CUSTOMERS - 1);
        assertThat(world.status(ann, "sync_error"))
                .contains("in front of Mautic")
                .contains("403");
    }

    @Test
    void a_firewall_that_blocks_every_call_stops_the_run_and_is_named() {
        SmallCrm.execute(world.jdbi, "update public.customer_profiles set suburb = 'Perth'");
        for (int i = CUSTOMERS + 1; i <= 200; i++) {
            world.crm.add(i, Map.of("email", "c" + i + "@example.com", "suburb", "Perth"));
        }
        world.mautic.faults().firewall("Perth");

        assertThat(world.run(SyncMode.CHANGED))
                .isInstanceOfSatisfying(
                        RunResult.Stopped.class,
                        stopped -> assertThat(stopped.failure().message()).contains("in a row", "403"));
        assertThat(world.mautic.requestCount()).isLessThan(100);
        assertThat(Rows.of(
                        world.jdbi, "select customer_id::text from public.mautic_sync_status where state = 'synced'"))
                .isEmpty();
    }

    private void rejectAnn() {
        long contact = world.contact("c1@example.com").id();
        world.mautic.setValue(contact, "firstname", "nul\0");
        world.mautic.poison(contact);
        world.crm.set(ann, "suburb", "Perth");
    }
}
