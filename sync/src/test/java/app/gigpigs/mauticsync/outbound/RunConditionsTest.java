package app.gigpigs.mauticsync.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import app.gigpigs.mauticsync.consent.ledger.Consent;
import app.gigpigs.mauticsync.crm.CrmNames;
import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.failure.ErrorCode;
import app.gigpigs.mauticsync.mapping.Customer;
import app.gigpigs.mauticsync.mautic.Credentials;
import app.gigpigs.mauticsync.mautic.MauticSettings;
import app.gigpigs.mauticsync.outbound.diff.SourceRow;
import app.gigpigs.mauticsync.outbound.diff.SyncMode;
import app.gigpigs.mauticsync.outbound.state.InFlightWrites;
import app.gigpigs.mauticsync.runs.Lease;
import app.gigpigs.mauticsync.runs.Sleeper;
import app.gigpigs.mauticsync.simulator.Fault;
import app.gigpigs.mauticsync.simulator.SimulatorSettings;
import app.gigpigs.mauticsync.testing.Rows;
import app.gigpigs.mauticsync.testing.Scenario;
import app.gigpigs.mauticsync.testing.SmallCrm;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A run that has to stop reports the reason and the fix; the next run completes it. */
@Tag("slow")
@Execution(ExecutionMode.CONCURRENT)
class RunConditionsTest {
    private final Scenario world = new Scenario();

    @BeforeEach
    void customer() {
        world.crm.add(1, "a@example.com");
    }

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void a_second_run_finds_the_first_alive_and_does_nothing() {
        try (Lease first =
                Lease.acquire(world.jdbi, "outbound", Sleeper.onThread()).orElseThrow()) {
            assertThat(first.token()).isEqualTo(1);
            assertThat(world.run(SyncMode.CHANGED)).isInstanceOf(RunResult.AlreadyRunning.class);
        }
        assertThat(world.sync().created()).isEqualTo(1);
    }

    @Test
    void the_lease_of_a_crashed_process_is_taken_over_when_it_expires() {
        SmallCrm.execute(
                world.jdbi,
                "insert into mautic_sync.lease (name, holder, token, expires_at) values ('outbound', 'dead', 7, now() + interval '2 seconds')");

        assertThat(world.sync().created()).isEqualTo(1);

        assertThat(Rows.one(world.jdbi, "select token from mautic_sync.lease")).isEqualTo("8");
    }

    @Test
    void a_run_whose_lease_was_taken_over_writes_nothing_more() {
        try (Lease lease =
                Lease.acquire(world.jdbi, "outbound", Sleeper.onThread()).orElseThrow()) {
            InFlightWrites writes =
                    new InFlightWrites(world.jdbi, lease, Duration.ofSeconds(1), CrmNames.DEFAULT.profiles());
            SourceRow row = new SourceRow(
                    new Customer(SmallCrm.id(1), "hash", java.util.Map.of(), java.util.List.of()),
                    0,
                    null,
                    Consent.MAILABLE,
                    new SourceRow.LastTime(java.util.List.of(), false, 0, null));
            SmallCrm.execute(world.jdbi, "update mautic_sync.lease set token = token + 1, holder = 'another'");

            org.assertj.core.api.Assertions.assertThatThrownBy(() -> writes.begin(java.util.List.of(row)))
                    .isInstanceOf(app.gigpigs.mauticsync.runs.LeaseLostException.class);
        }
        assertThat(Rows.of(world.jdbi, "select customer_id::text from public.mautic_sync_status"))
                .isEmpty();
    }

    @Test
    void a_mautic_that_is_down_is_logged_as_skipped() {
        RunResult result = runAgainst(new MauticSettings(
                URI.create("http://127.0.0.1:1"), new Credentials.Client("id", "secret"), Duration.ofSeconds(2)));

        assertThat(stopped(result).failure().code()).isEqualTo(ErrorCode.MAUTIC_UNREACHABLE);
        assertThat(stopped(result).failure().message()).contains("http://127.0.0.1:1");
        assertThat(logged()).startsWith("skipped").contains("no connection");
    }

    @Test
    void a_wrong_secret_names_the_two_variables() {
        MauticSettings wrong = new MauticSettings(
                world.mautic.baseUri(),
                new Credentials.Client(SimulatorSettings.defaults().clientId(), "wrong"),
                Duration.ofSeconds(5));

        RunResult.Stopped stopped = stopped(runAgainst(wrong));

        assertThat(stopped.failure().code()).isEqualTo(ErrorCode.MAUTIC_CREDENTIALS);
        assertThat(stopped.failure().message())
                .contains("MAUTIC_CLIENT_ID")
                .contains("MAUTIC_CLIENT_SECRET")
                .doesNotContain("wrong\"");
        assertThat(logged()).startsWith("failed");
    }

    @Test
    void an_api_that_is_switched_off_is_reported_with_the_setting_to_switch_it_on() {
        world.mautic.faults().apiDisabled(true);

        assertThat(stopped(world.run(SyncMode.CHANGED)).failure().message()).contains("API enabled");
    }

    @Test
    void a_page_instead_of_an_api_names_the_url() {
        world.mautic.faults().next("POST", "/oauth/v2/token", new Fault.HtmlPage(200));

        assertThat(stopped(world.run(SyncMode.CHANGED)).failure().message())
                .contains("MAUTIC_URL")
                .contains(world.mautic.baseUri().toString());
    }

    @Test
    void a_url_that_redirects_names_where_it_leads() {
        MauticSettings slash = new MauticSettings(
                URI.create(world.mautic.baseUri() + "/somewhere/else"),
                new Credentials.Client("id", "secret"),
                Duration.ofSeconds(5));

        assertThat(stopped(runAgainst(slash)).failure().message()).contains("MAUTIC_URL");
    }

    @Test
    void every_missing_or_wrong_field_of_mautic_is_named_before_anything_is_sent() {
        world.mautic.removeField("lead_score");
        world.mautic.removeField("total_orders");
        world.mautic.addField("total_orders", "text");

        RunResult.Stopped stopped = stopped(world.run(SyncMode.CHANGED));

        assertThat(stopped.failure().message())
                .contains("no contact field \"lead_score\"")
                .contains("\"total_orders\" is of type text, expected number");
        assertThat(world.mautic.contacts()).isEmpty();
    }

    @Test
    void a_missing_view_is_named() {
        SmallCrm.execute(world.jdbi, "drop view public.customers_crm_v");

        assertThat(stopped(world.run(SyncMode.CHANGED)).failure().message())
                .contains("public.customers_crm_v was not found");
    }

    @Test
    void every_missing_or_wrong_column_is_named() {
        SmallCrm.execute(world.jdbi, """
                drop view public.customers_crm_v;
                create view public.customers_crm_v as
                  select id, email, first_name, last_name, mobile, landline, address_line1, address_line2, suburb, state,
                         postcode, country, customer_segment, lead_score::text as lead_score, total_orders, total_spent,
                         last_order_date, preferred_venue, marketing_opt_in, customer_since, customer_segment as customer_segments
                    from public.customer_profiles
                """);

        assertThat(stopped(world.run(SyncMode.CHANGED)).failure().message())
                .contains("no column \"last_event_name\"")
                .contains("lead_score is of type text, expected number")
                .contains("customer_segments is of type text, expected text[]");
    }

    @Test
    void a_view_without_rows_never_empties_mautic() {
        world.sync();
        SmallCrm.execute(world.jdbi, "update public.customer_profiles set in_view = false");

        assertThat(stopped(world.run(SyncMode.CHANGED)).failure().message()).contains("Row Level Security");
        assertThat(Rows.one(world.jdbi, "select state from public.mautic_sync_status"))
                .isEqualTo("synced");
    }

    @Test
    void a_run_that_died_is_logged_as_died_by_the_next_one() {
        SmallCrm.execute(
                world.jdbi, "insert into public.mautic_sync_logs (run_started_at) values (now() - interval '1 hour')");

        world.sync();

        assertThat(Rows.of(world.jdbi, "select status from public.mautic_sync_logs order by run_started_at"))
                .containsExactly("died", "done");
    }

    @Test
    void a_rejected_customer_is_retried_at_once_when_it_changes() {
        CustomerId customer = world.crm.add(2, "twin@example.com");
        world.mautic.addContact(Map.of("email", "twin@example.com"));
        long second = world.mautic.addContact(Map.of("email", "twin@example.com"));
        assertThat(world.sync().rejected()).isEqualTo(1);

        world.mautic.clearRequests();
        assertThat(world.sync().rejected()).isEqualTo(1);
        assertThat(world.mautic.requests())
                .filteredOn(request -> request.path().startsWith("/api/contacts"))
                .as("only whether this is the same Mautic is asked")
                .hasSize(1);

        world.mautic.deleteContact(second);
        world.crm.set(customer, "suburb", "Newtown");
        assertThat(world.sync().matched()).isEqualTo(1);
    }

    @Test
    void a_rejected_customer_is_retried_after_its_delay() {
        world.crm.add(2, "twin@example.com");
        world.mautic.addContact(Map.of("email", "twin@example.com"));
        long second = world.mautic.addContact(Map.of("email", "twin@example.com"));
        world.sync();
        world.mautic.deleteContact(second);

        world.letPausesPass();

        assertThat(world.sync().matched()).isEqualTo(1);
    }

    private RunResult runAgainst(MauticSettings settings) {
        return world.run(SyncMode.CHANGED, Scenario.settings(), settings);
    }

    private static RunResult.Stopped stopped(RunResult result) {
        assertThat(result).isInstanceOf(RunResult.Stopped.class);
        return (RunResult.Stopped) result;
    }

    private String logged() {
        return Optional.ofNullable(Rows.one(
                        world.jdbi,
                        "select status || ' ' || coalesce(error_details::text, '') from public.mautic_sync_logs"))
                .orElse("");
    }
}
