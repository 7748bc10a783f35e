package app.gigpigs.mauticsync.simulator;

import java.io.IOException;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A simulator of the version that the test names, with a clock that the test moves, and a receiver of its webhooks. */
abstract class VersionedSimulator {
    static final SimulatorSettings SETTINGS = SimulatorSettings.defaults();

    final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-26T00:00:00Z"));
    MauticSimulator mautic;
    SimulatorClient client;
    WebhookReceiver receiver;

    @BeforeEach
    final void startDefault() throws IOException {
        receiver = new WebhookReceiver();
        open(SETTINGS);
    }

    @AfterEach
    final void close() {
        mautic.close();
        receiver.close();
    }

    final void start(MauticVersion version) {
        mautic.close();
        open(SETTINGS.withVersion(version));
    }

    private void open(SimulatorSettings settings) {
        mautic = MauticSimulator.start(settings);
        mautic.clock(now::get);
        client = new SimulatorClient(mautic, settings);
    }
}
