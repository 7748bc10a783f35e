package app.gigpigs.mauticsync.cli;

import app.gigpigs.mauticsync.runs.StopRequest;
import java.io.PrintStream;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * SIGTERM and Ctrl-C. A command that looks at the request ends after the work in hand, and is waited for. Another one
 * ends at once: it only reads, or the database takes back what it has not finished.
 */
final class Interruption {
    /** Mautic finishes a batch whatever we do, and only then it is known what became of it. */
    private static final long LONGEST_MINUTES = 10;

    private final StopRequest request;
    private final PrintStream err;
    private final CountDownLatch ended = new CountDownLatch(1);

    private Interruption(StopRequest request, PrintStream err) {
        this.request = request;
        this.err = err;
    }

    /** From now on a signal asks for the end, until the command has ended. */
    static Interruption of(StopRequest request) {
        Interruption interruption = new Interruption(request, System.err);
        Runtime.getRuntime().addShutdownHook(new Thread(interruption::stop, "stop"));
        return interruption;
    }

    private void stop() {
        if (ended.getCount() == 0) {
            return; // the command has ended by itself, and with it the process
        }
        request.ask();
        if (!request.isObeyed()) {
            err.println("mautic-sync: stopped");
            return;
        }
        err.println("mautic-sync: stopping after the work in hand");
        try {
            if (!ended.await(LONGEST_MINUTES, TimeUnit.MINUTES)) {
                err.println("mautic-sync: the work in hand did not end; the next run looks up what became of it");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The command has ended. */
    void ended() {
        ended.countDown();
    }
}
