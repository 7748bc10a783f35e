package app.gigpigs.mauticsync.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.outbound.diff.SyncMode;
import app.gigpigs.mauticsync.runs.RunCounts;
import app.gigpigs.mauticsync.testing.Rows;
import app.gigpigs.mauticsync.testing.Scenario;
import app.gigpigs.mauticsync.testing.SmallCrm;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One customer at whom something fails stops nobody else, least of all their opt-outs. */
class OneRowTest {
    private static final int CUSTOMERS = 60;

    private final Scenario world = new Scenario();
    private final List<CustomerId> customers = new ArrayList<>();

    @AfterEach
    void close() {
        world.close();
    }

    private void customers() {
        for (int i = 1; i <= CUSTOMERS; i++) {
            customers.add(world.crm.add(
                    i, Map.of("email", "c" + i + "@example.com", "customer_segments", "{vip}", "lead_score", "1")));
        }
    }

    /** The view fails for the customers whose first name is Bad. */
    private void breakableView() {
        SmallCrm.execute(world.jdbi, """
                do $$ declare columns text; begin
                  select string_agg(case column_name
                           when 'lead_score' then '100 / (case when first_name = ''Bad'' then 0 else 1 end) * lead_score as lead_score'
                           else quote_ident(column_name) end, ', ' order by ordinal_position) into columns
                    from information_schema.columns
                   where table_schema = 'public' and table_name = 'customers_crm_v';
                  drop view public.customers_crm_v;
                  execute 'create view public.customers_crm_v as select ' || columns
                    || ' from public.customer_profiles where in_view';
                end $$
                """);
    }

    @Test
    void segments_in_an_array_of_two_dimensions_are_read_as_if_they_had_one() {
        customers();
        SmallCrm.execute(
                world.jdbi,
                "update public.customer_profiles set customer_segments = '{{vip,new},{new,vip}}' where id = '"
                        + customers.get(7) + "'");

        assertThat(world.sync().synced()).isEqualTo(CUSTOMERS);
        assertThat(world.sync().unchanged()).isEqualTo(CUSTOMERS);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void customers_for_whom_the_view_fails_are_rejected_and_all_others_are_sent(int bad) {
        customers();
        breakableView();
        for (int i = 0; i < bad; i++) {
            world.crm.set(customers.get(20 * i + 3), "first_name", "Bad");
        }

        RunCounts counts = world.sync();

        assertThat(counts.created()).isEqualTo(CUSTOMERS - bad);
        assertThat(counts.rejected()).isEqualTo(bad);
        assertThat(world.status(customers.get(3), "error_code")).isEqualTo("MS-330");
        assertThat(world.status(customers.get(3), "sync_error"))
                .contains("SQLSTATE 22012")
                .contains(customers.get(3).toString());
        assertThat(Rows.one(world.jdbi, "select error_details::text from public.mautic_sync_logs"))
                .contains("MS-330");

        world.crm.set(customers.get(3), "first_name", "Good");
        assertThat(world.sync().created()).isEqualTo(1);
        assertThat(world.status(customers.get(3), "state")).isEqualTo("synced");
    }

    @Test
    void a_customer_that_cannot_be_read_any_more_keeps_its_segments_and_its_opt_out_is_delivered() {
        customers();
        breakableView();
        world.sync();
        CustomerId bad = customers.get(30);
        CustomerId other = customers.get(31);
        long contact = world.contact("c31@example.com").id();
        world.crm.set(bad, "first_name", "Bad");
        world.crm.set(bad, "marketing_opt_in", "false");
        world.crm.set(other, "marketing_opt_in", "false");

        RunCounts counts = world.sync();

        assertThat(counts.rejected()).isEqualTo(1);
        assertThat(world.mautic.segmentMembers("vip-customers")).contains(contact);
        assertThat(world.contact("c31@example.com").doNotContact())
                .as("the one that cannot be read")
                .isNotEmpty();
        assertThat(world.contact("c32@example.com").doNotContact())
                .as("another one")
                .isNotEmpty();
    }

    @Test
    void a_view_that_fails_for_everybody_stops_the_run() {
        customers();
        breakableView();
        SmallCrm.execute(world.jdbi, "update public.customer_profiles set first_name = 'Bad'");
        for (int i = 61; i <= 130; i++) {
            world.crm.add(i, Map.of("email", "c" + i + "@example.com", "first_name", "Bad", "lead_score", "1"));
        }

        assertThat(world.run(SyncMode.CHANGED)).isInstanceOf(RunResult.Stopped.class);
        assertThat(world.mautic.contacts()).isEmpty();
    }

    /** Longer than the role's lock_timeout, if the run waited for it. */
    @Test
    @Timeout(value = 60, unit = TimeUnit.SECONDS)
    void a_customer_whose_row_is_locked_is_sent_by_the_next_run() {
        customers();
        try (Handle other = world.jdbi.open()) {
            other.begin();
            other.execute("select 1 from public.customer_profiles where id = ? for update", customers.get(5));

            assertThat(world.sync().created()).isEqualTo(CUSTOMERS - 1);

            other.rollback();
        }
        assertThat(world.sync().created()).isEqualTo(1);
    }
}
