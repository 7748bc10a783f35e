package app.gigpigs.mauticsync.inbound.catchup;

import static org.assertj.core.api.Assertions.assertThat;

import app.gigpigs.mauticsync.inbound.InboundWorld;
import app.gigpigs.mauticsync.inbound.catchup.CatchUpWorld.Person;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Plugins for mail services write do-not-contact entries alone: the row of the e-mail is never marked as failed. */
class PluginReportsTest {
    private static InboundWorld crm;

    private final CatchUpWorld world = new CatchUpWorld(crm);

    @BeforeAll
    static void open() {
        crm = new InboundWorld();
    }

    @AfterAll
    static void closeAll() {
        crm.close();
    }

    @AfterEach
    void close() {
        world.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "webhook  | 2 | HARD: AWS: General: smtp; 550 5.1.1 user unknown | 1 false | true  | bounce",
                "catch-up | 2 | HARD: AWS: General: smtp; 550 5.1.1 user unknown | 1 false | true  | bounce",
                "both     | 2 | HARD: AWS: General: smtp; 550 5.1.1 user unknown | 1 false | true  | bounce",
                "webhook  | 2 | smtp; 550 5.1.1 user unknown                     | 1 true  | true  | bounce",
                "catch-up | 2 | smtp; 550 5.1.1 user unknown                     | 1 true  | true  | bounce",
                "both     | 2 | OTHER: AWS: Undetermined: unknown                | 1 true  | true  | bounce",
                "webhook  | 1 | abuse                                            | 0 true  | false | complaint",
                "catch-up | 1 | complaint                                        | 0 true  | false | complaint",
                "webhook  | 1 | marked as spam                                   | 0 true  | false | complaint",
                "webhook  | 2 | 554 rejected as spam                             | 1 true  | true  | bounce",
                "both     | 2 | Complaint: abuse                                 | 0 true  | false | complaint"
            })
    void what_a_plugin_reports_takes_effect_once(
            String way, int reason, String comment, String bounces, boolean wantsMails, String type) {
        Person person = world.person(1);
        long stat = world.send(person);
        world.caughtUp();
        if (!way.equals("catch-up")) {
            world.listen();
        }

        world.mautic.people().reportedByPlugin(stat, reason, comment);
        if (!way.equals("catch-up")) {
            world.deliver();
        }
        if (!way.equals("webhook")) {
            world.caughtUp();
            world.letSweepsBeDue();
            world.caughtUp();
        }

        assertThat(world.crm.events()).containsExactly("dnc:1:" + reason + " " + type + " 1");
        assertThat(world.crm.bounces(person.customer())).isEqualTo(bounces);
        assertThat(world.crm.wantsMails(person.customer())).isEqualTo(wantsMails);
    }
}
