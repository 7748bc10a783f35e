package app.gigpigs.mauticsync.referencecrm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import app.gigpigs.mauticsync.db.Database;
import app.gigpigs.mauticsync.testing.Postgres;
import app.gigpigs.mauticsync.testing.Rows;
import app.gigpigs.mauticsync.testing.SmallCrm;
import java.math.BigDecimal;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReferenceCrmTest {
    private static final String DIGEST =
            "select md5(string_agg(v::text, '|' order by v.id)) from (select (v.*) from public.customers_crm_v v) v";

    private final Database database = Postgres.open(Postgres.emptyDatabase());
    private final ReferenceCrm crm = new ReferenceCrm(database.dataSource());

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void the_same_seed_gives_the_same_customers_everywhere() {
        crm.create();
        crm.fill(600, 42);
        try (Database second = Postgres.open(Postgres.emptyDatabase())) {
            ReferenceCrm same = new ReferenceCrm(second.dataSource());
            same.create();
            same.fill(600, 42);

            assertThat(Rows.one(second.jdbi(), DIGEST)).isEqualTo(Rows.one(database.jdbi(), DIGEST));
        }
    }

    @Test
    void every_edge_case_is_there_in_its_known_number() {
        crm.create();

        Map<String, Integer> edgeCases = crm.fill(1_000, 1);

        assertThat(edgeCases).hasSize(39).containsEntry("no e-mail", 2).containsEntry("malformed e-mail", 10);
        assertThat(count("email is null")).isEqualTo("2");
        assertThat(count("email like 'josé%'")).isEqualTo("2");
        assertThat(count("first_name like '<b>%'")).isEqualTo("2");
        assertThat(count("total_spent = 0.5")).isEqualTo("2");
        assertThat(count("length(last_event_name) > 191")).isEqualTo("2");
        assertThat(count("marketing_opt_in is null")).isEqualTo("2");
        assertThat(count("'newsletter_2019' = any(customer_segments)")).isEqualTo("2");
        assertThat(
                        Rows.one(
                                database.jdbi(),
                                "select count(*) from (select lower(btrim(email)) from public.customers_crm_v where btrim(email) <> '' group by 1 having count(*) > 1) shared"))
                .isEqualTo("4");
    }

    @Test
    void change_changes_exactly_that_many_customers() {
        crm.create();
        crm.fill(2_000, 1);
        SmallCrm.execute(
                database.jdbi(),
                "create table public.before as select v.id, v::text as row from public.customers_crm_v v");

        assertThat(crm.change(new BigDecimal("2.5"), 9)).isEqualTo(50);

        assertThat(
                        Rows.one(
                                database.jdbi(),
                                "select count(*) from public.before b join public.customers_crm_v v on v.id = b.id where v::text <> b.row"))
                .isEqualTo("50");
    }

    @Test
    void tables_that_hold_customers_are_not_filled_again() {
        crm.create();
        crm.fill(10, 1);

        assertThatThrownBy(() -> crm.fill(10, 1)).hasMessageContaining("holds rows already");
    }

    private String count(String condition) {
        return Rows.one(database.jdbi(), "select count(*) from public.customers_crm_v where " + condition);
    }
}
