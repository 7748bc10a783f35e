package app.gigpigs.mauticsync.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import app.gigpigs.mauticsync.outbound.RunRequest.Selection.Everybody;
import app.gigpigs.mauticsync.outbound.RunRequest.Trigger;
import app.gigpigs.mauticsync.runs.RunCounts;
import app.gigpigs.mauticsync.testing.Rows;
import app.gigpigs.mauticsync.testing.Scenario;
import app.gigpigs.mauticsync.testing.SmallCrm;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A broken CRM must not become a broken Mautic. */
class BrakeTest {
    private static final int CUSTOMERS = 40;

    private final Scenario world = new Scenario();

    @BeforeEach
    void fill() {
        for (int i = 1; i <= CUSTOMERS; i++) {
            world.crm.add(
                    i, Map.of("email", "c" + i + "@example.com", "suburb", "Perth", "customer_segments", "{vip}"));
        }
        world.sync();
        world.mautic.clearRequests();
    }

    @AfterEach
    void close() {
        world.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "update public.customer_profiles set marketing_opt_in = false | 40 of 40 customers would be opted out",
                "update public.customer_profiles set customer_segments = '{}' | would leave segments",
                "update public.customer_profiles set suburb = null | would have values blanked",
                "update public.customer_profiles set in_view = email = 'c1@example.com' | 39 of 40 customers are gone",
                "update public.customer_profiles set email = null where email > 'c2' | are gone or can no longer be sent",
                "update public.customer_profiles set in_view = false | has no rows, while 40 customers were sent before",
                "delete from public.customer_profiles where email <> 'c1@example.com' | 39 of 40 customers are gone",
            })
    void a_run_that_would_do_that_to_many_stops_before_anything_is_sent(String accident, String words) {
        SmallCrm.execute(world.jdbi, accident);

        RunResult result = world.run(Mode.CHANGED);

        assertThat(result).isInstanceOfSatisfying(RunResult.Stopped.class, stopped -> {
            assertThat(stopped.kind()).isEqualTo(RunResult.Kind.BRAKE);
            assertThat(stopped.words()).contains(words).contains("sync --confirm");
        });
        assertThat(world.mautic.requests())
                .noneMatch(request ->
                        !request.method().equals("GET") && !request.path().equals("/oauth/v2/token"));
        assertThat(Rows.one(
                        world.jdbi, "select status from public.mautic_sync_logs order by run_started_at desc limit 1"))
                .isEqualTo("braked");
    }

    @Test
    void it_goes_on_when_a_person_confirms_the_number() {
        SmallCrm.execute(world.jdbi, "update public.customer_profiles set marketing_opt_in = false");

        assertThat(world.run(confirmed(CUSTOMERS - 1))).isInstanceOf(RunResult.Stopped.class);
        RunCounts counts = Scenario.counts(world.run(confirmed(CUSTOMERS)));

        assertThat(counts.updated()).isEqualTo(CUSTOMERS);
        assertThat(world.contact("c7@example.com").doNotContact()).hasSize(1);
    }

    @Test
    void what_happens_to_a_few_is_daily_business() {
        SmallCrm.execute(
                world.jdbi,
                "update public.customer_profiles set marketing_opt_in = false, suburb = null where email < 'c17@'");

        assertThat(world.sync().updated()).isEqualTo(7);
    }

    @Test
    void moving_on_to_another_segment_harms_nobody() {
        SmallCrm.execute(world.jdbi, "update public.customer_profiles set customer_segments = '{regular}'");

        assertThat(world.sync().updated()).isEqualTo(CUSTOMERS);
    }

    @Test
    void a_view_that_hides_everybody_from_a_new_installation_is_noticed() {
        SmallCrm.execute(
                world.jdbi,
                "delete from public.mautic_sync_status; update public.customer_profiles set in_view = false");

        assertThat(world.run(Mode.CHANGED))
                .isInstanceOfSatisfying(
                        RunResult.Stopped.class,
                        stopped -> assertThat(stopped.words()).contains("Row Level Security"));
        assertThat(world.run(confirmed(0))).isInstanceOf(RunResult.Done.class);
    }

    private static RunRequest confirmed(int customers) {
        return new RunRequest(Mode.CHANGED, new Everybody(), OptionalInt.of(customers), Trigger.COMMAND);
    }
}
