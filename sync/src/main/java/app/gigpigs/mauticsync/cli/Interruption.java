package app.gigpigs.mauticsync.cli;

import app.gigpigs.mauticsync.runs.StopRequest;
import java.io.PrintWriter;
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
    private final PrintWriter err;
    private final CountDownLatch ended = new CountDownLatch(1);

    private Interruption(StopRequest request, PrintWriter err) {
        this.request = request;
        this.err = err;
    }

    /** From now on a signal asks for the end, until the command has ended. */
    static Interruption of(StopRequest request, PrintWriter err) {
        Interruption interruption = new Interruption(request, err);
        Runtime.getRuntime().addShutdownHook(new Thread(interruption::stop, "stop"));
        return interruption;
    }

    private void stop() {
        if (ended.getCount() == 0) {
            return; // the command has ended by itself, and with it the process
        }
        request.ask();
        if (!request.isWatched()) {
            tell("stopped");
            return;
        }
        tell("stopping after the work in hand");
        try {
            if (!ended.await(LONGEST_MINUTES, TimeUnit.MINUTES)) {
                tell("the work in hand did not end; the next run looks up what became of it");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void tell(String message) {
        err.println("mautic-sync: " + message);
        err.flush();
    }

    /** The command has ended. */
    void ended() {
        ended.countDown();
    }
}
