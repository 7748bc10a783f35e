package app.gigpigs.mauticsync.monitor;

import java.io.IOException;

/** A way to tell somebody. */
interface AlertChannel {
    /** What it is, for people. */
    String name();

    /**
     * Tells it; returns when the other side has taken it.
     *
     * @throws IOException when it has not; the message has no secret
     */
    void send(Alert alert) throws IOException;
}
