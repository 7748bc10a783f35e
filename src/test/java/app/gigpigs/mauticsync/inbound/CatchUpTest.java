package app.gigpigs.mauticsync.inbound;

import static org.assertj.core.api.Assertions.assertThat;

import app.gigpigs.mauticsync.inbound.CatchUpWorld.Person;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is read in Mautic's tables, against what its webhooks told or would have told. */
class CatchUpTest {
    private final CatchUpWorld world = new CatchUpWorld();

    @AfterEach
    void close() {
        world.close();
    }

    /** Opens, a click, an unsubscribe and a bounce, each a second apart. */
    private void aBusyDay() {
        Person reader = world.person(1);
        Person leaver = world.person(2);
        Person moved = world.person(3);
        long read = world.send(reader);
        long left = world.send(leaver);
        long lost = world.send(moved);
        for (int i = 0; i < 2; i++) {
            world.wait(Duration.ofSeconds(1));
            world.mautic.people().open(read);
        }
        world.wait(Duration.ofSeconds(1));
        world.mautic.people().click(read, CatchUpWorld.LINK);
        world.mautic.people().visit(reader.contact(), "https://example.test/");
        world.mautic.people().unsubscribe(left);
        world.mautic.people().bounce(lost);
    }

    @Test
    void what_webhooks_brought_is_not_counted_again() {
        world.listen();
        aBusyDay();
        world.deliver();
        List<String> rows = world.crm.events();

        Ledger ledger = world.caughtUp();

        assertThat(world.crm.events().stream().filter(row -> !row.contains(" bounce ")))
                .containsExactlyElementsOf(
                        rows.stream().filter(row -> !row.contains(" bounce ")).toList());
        assertThat(ledger.words())
                .containsExactly(
                        "clicks: by webhook 1, by catch-up 0, missing 0",
                        "opens: by webhook 2, by catch-up 0, missing 0",
                        "unsubscribes: by webhook 1, by catch-up 0, missing 0",
                        "bounces: by webhook 1, by catch-up 0, missing 0");
    }
}
