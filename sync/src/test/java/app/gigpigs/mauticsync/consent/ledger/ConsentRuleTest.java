package app.gigpigs.mauticsync.consent.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import app.gigpigs.mauticsync.crm.EmailAddress;
import app.gigpigs.mauticsync.db.Database;
import app.gigpigs.mauticsync.testing.Postgres;
import app.gigpigs.mauticsync.testing.Scenario;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The one rule that decides who may be mailed, case by case, and the one rule for addresses in SQL and in Java. */
class ConsentRuleTest {
    private static Scenario world;

    @BeforeAll
    static void open() {
        world = new Scenario();
    }

    @AfterAll
    static void close() {
        world.close();
    }

    /** What is said, whether any customer opted in, whether one did neither and that counts: what follows. */
    @ParameterizedTest
    @CsvSource(
            nullValues = "mailable",
            value = {
                "'', true, false, mailable",
                "'', false, false, mailable",
                "'', false, true, no_opt_in",
                "'', true, true, mailable",
                "opted_out, true, false, opted_out",
                "opted_out, false, true, opted_out",
                "crm, true, false, opted_out",
                "unsubscribed, true, false, unsubscribed",
                "unsubscribed, false, true, unsubscribed",
                "complained, true, false, complained",
                "manual, true, false, manual",
                "blocked, true, false, blocked",
                "bounced, true, false, bounced",
                "bounced, false, true, bounced",
                "customer_deleted, false, false, customer_deleted",
                "customer_deleted, false, true, customer_deleted",
                "customer_deleted, true, false, mailable",
                "customer_deleted, true, true, mailable",
                "customer_deleted unsubscribed, true, false, unsubscribed",
                "customer_deleted bounced, true, false, bounced",
                "customer_deleted opted_out, true, false, opted_out",
                "bounced opted_out, true, false, opted_out",
                "bounced unsubscribed complained, true, false, complained",
                "blocked manual crm, true, true, manual"
            })
    void the_rule(String said, boolean optedIn, boolean missing, String follows) {
        String answer = world.jdbi.withHandle(handle -> handle.createQuery(
                        "select mautic_sync.consent(string_to_array(nullif(:said, ''), ' '), :in, :missing)")
                .bind("said", said)
                .bind("in", optedIn)
                .bind("missing", missing)
                .mapTo(String.class)
                .findOne()
                .orElse(null));

        assertThat(answer).isEqualTo(follows);
        assertThat(Consent.of(answer).mailable()).isEqualTo(follows == null);
    }

    @Test
    void sql_and_java_agree_about_every_address() {
        String letters = " \t\n\r\f\u000b\u00a0\u2003aZ@.İıKſßéЖ-+'\"<>;,\\/_0";
        Random random = new Random(16);
        try (Database plain = Postgres.open(world.url)) {
            for (int i = 0; i < 3000; i++) {
                StringBuilder address = new StringBuilder();
                int length = random.nextInt(12);
                for (int n = 0; n < length; n++) {
                    address.append(letters.charAt(random.nextInt(letters.length())));
                }
                String written = i % 3 == 0 ? address + "x@Example.org" : address.toString();
                String[] sql = plain.jdbi()
                        .withHandle(handle -> handle.createQuery("select n, "
                                        + EmailAddress.usableSql("n") + "::text from (select "
                                        + EmailAddress.sql(":written")
                                        + " as n) a")
                                .bind("written", written)
                                .map((row, context) -> new String[] {row.getString(1), row.getString(2)})
                                .one());
                assertThat(sql[0]).as(written).isEqualTo(EmailAddress.normal(written));
                assertThat(sql[1])
                        .as(written)
                        .isEqualTo(String.valueOf(EmailAddress.usable(written).isPresent()));
            }
        }
    }
}
