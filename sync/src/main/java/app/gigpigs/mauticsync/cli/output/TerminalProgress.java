package app.gigpigs.mauticsync.cli.output;

import app.gigpigs.mauticsync.runs.Progress;
import java.io.PrintWriter;
import java.util.concurrent.atomic.AtomicInteger;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import org.jspecify.annotations.Nullable;

/** Shows a run on standard error: a bar on a terminal, otherwise a plain line now and then. Thread-safe. */
public final class TerminalProgress implements Progress, AutoCloseable {
    /** The number of lines for a whole run. */
    private static final int LINES = 20;

    private final PrintWriter err;
    private final AtomicInteger expected = new AtomicInteger();
    private final AtomicInteger finished = new AtomicInteger();
    private @Nullable ProgressBar bar;

    public TerminalProgress(PrintWriter err) {
        this.err = err;
    }

    @Override
    public synchronized void expect(int customers) {
        expected.addAndGet(customers);
        if (!Boolean.getBoolean("mautic-sync.terminal") || customers == 0) {
            return;
        }
        if (bar == null) {
            bar = new ProgressBarBuilder()
                    .setTaskName("customers")
                    .setUpdateIntervalMillis(200)
                    .build();
        }
        bar.maxHint(expected.get());
    }

    @Override
    public synchronized void done(int customers) {
        int before = finished.getAndAdd(customers);
        if (bar != null) {
            bar.stepBy(customers);
            return;
        }
        int step = Math.max(1, expected.get() / LINES);
        if (before / step != (before + customers) / step) {
            err.println("mautic-sync: " + finished.get() + " of " + expected.get() + " customers");
            err.flush();
        }
    }

    @Override
    public synchronized void note(String line) {
        err.println("mautic-sync: " + line);
        err.flush();
    }

    @Override
    public synchronized void close() {
        if (bar != null) {
            bar.close();
            bar = null;
        }
    }
}
