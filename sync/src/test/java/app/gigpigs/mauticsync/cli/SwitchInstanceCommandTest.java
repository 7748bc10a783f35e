package app.gigpigs.mauticsync.cli;

import static org.assertj.core.api.Assertions.assertThat;

import app.gigpigs.mauticsync.runs.Lease;
import app.gigpigs.mauticsync.runs.Sleeper;
import app.gigpigs.mauticsync.simulator.MauticSimulator;
import app.gigpigs.mauticsync.simulator.SimulatorSettings;
import app.gigpigs.mauticsync.testing.Program;
import app.gigpigs.mauticsync.testing.Program.Ended;
import app.gigpigs.mauticsync.testing.Rows;
import app.gigpigs.mauticsync.testing.Scenario;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Switching to a different Mautic instance by commands. */
@Tag("slow")
class SwitchInstanceCommandTest {
    private final Scenario world = new Scenario();
    private final MauticSimulator other = MauticSimulator.start(SimulatorSettings.defaults());

    @TempDir
    private Path folder;

    @AfterEach
    void close() {
        other.close();
        world.close();
    }

    private List<String> links() {
        return Rows.of(
                world.jdbi,
                "select mautic_contact_id from public.mautic_sync_status where mautic_contact_id is not null");
    }

    @Test
    void switch_instance_is_suggested_asks_and_lets_the_next_run_proceed() {
        for (int number = 1; number <= 6; number++) {
            world.crm.add(number, "p" + number + "@example.com");
        }
        world.sync();
        Program program = new Program(world, folder);

        Ended known = program.run("switch-instance");
        assertThat(known.code()).isEqualTo(3);
        assertThat(known.out())
                .startsWith("This would be forgotten:\n  the contacts of 6 customers")
                .contains("Take care: this Mautic has contacts with the stored ids.")
                .endsWith("Nothing was forgotten.\n");

        program.environment.put("MAUTIC_URL", other.baseUri().toString());
        Ended stopped = program.run("sync");
        assertThat(stopped.code()).isEqualTo(2);
        assertThat(stopped.err() + stopped.out())
                .contains("none of the 6 linked contacts")
                .contains("If that is meant: ./mautic-sync switch-instance");
        Ended doctor = program.run("doctor");
        assertThat(doctor.code()).isEqualTo(2);
        assertThat(doctor.out()).contains("problem      linked contacts: none of the 6 linked contacts");
        assertThat(program.run("reconcile").err()).contains("none of the 6 linked contacts");

        Ended unasked = program.run("switch-instance", "--json");
        assertThat(unasked.code()).isEqualTo(2);
        assertThat(unasked.err()).contains("--json cannot ask; add --yes");
        try (Lease run =
                Lease.acquire(world.jdbi, Lease.OUTBOUND, Sleeper.onThread()).orElseThrow()) {
            Ended busy = program.run("switch-instance", "--yes", "--json");
            assertThat(busy.code())
                    .as("while run %d holds the lease", run.token())
                    .isEqualTo(1);
            assertThat(busy.json().get("error").asText()).contains("nothing was forgotten: stop ./mautic-sync serve");
        }
        assertThat(links()).hasSize(6);

        Ended yes = program.answering("yes\n", "switch-instance");
        assertThat(yes.code()).isZero();
        assertThat(yes.out())
                .doesNotContain("Take care")
                .contains("Forget? (yes/no; --yes does not ask)")
                .contains("Forgotten: the contacts of 6 customers.");
        assertThat(links()).isEmpty();
        assertThat(program.run("sync").code()).isZero();
        assertThat(other.contacts()).hasSize(6);

        Ended again = program.run("switch-instance", "--yes", "--json");
        assertThat(again.code()).isZero();
        assertThat(again.names()).containsExactly("contacts", "segments", "overwritten", "events", "deliveries");
        assertThat(again.json().get("contacts").asInt()).isEqualTo(6);
    }
}
