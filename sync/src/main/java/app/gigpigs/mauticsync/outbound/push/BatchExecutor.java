package app.gigpigs.mauticsync.outbound.push;

import app.gigpigs.mauticsync.metrics.Meters;
import app.gigpigs.mauticsync.outbound.diff.Change.Push;
import app.gigpigs.mauticsync.runs.Sleeper;
import app.gigpigs.mauticsync.runs.StopSignal;
import app.gigpigs.mauticsync.runs.StopSignal.RunStoppedException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * Sends batches, several at a time. The first failure, or the stop signal, ends the run after the batches under way.
 */
public final class BatchExecutor {
    private final PushSettings settings;
    private final AdaptiveConcurrency adaptiveConcurrency;
    private final Sleeper pause;
    private final StopSignal stop;

    /** The concurrency is shared by all lists of pushes; its object is the lock. */
    public BatchExecutor(
            PushSettings settings, AdaptiveConcurrency adaptiveConcurrency, Sleeper pause, StopSignal stop) {
        this.settings = settings;
        this.adaptiveConcurrency = adaptiveConcurrency;
        this.pause = pause;
        this.stop = stop;
    }

    /** Returns when every batch is done; rethrows the first failure. */
    void run(List<Push> pushes, Consumer<List<Push>> work) {
        if (pushes.isEmpty()) {
            return;
        }
        ExecutorService threads = Executors.newCachedThreadPool();
        try {
            new Batches(pushes, work, threads).run();
        } finally {
            Meters.activeBatches(0);
            threads.shutdownNow();
        }
    }

    /** One list of pushes, batch by batch. */
    private final class Batches {
        private final List<Push> pushes;
        private final Consumer<List<Push>> work;
        private final ExecutorService threads;
        private int next;
        private int active;
        private @Nullable Throwable failure;

        private Batches(List<Push> pushes, Consumer<List<Push>> work, ExecutorService threads) {
            this.pushes = pushes;
            this.work = work;
            this.threads = threads;
        }

        private void run() {
            synchronized (adaptiveConcurrency) {
                adaptiveConcurrency.begin(
                        (pushes.size() + adaptiveConcurrency.batchSize() - 1) / adaptiveConcurrency.batchSize());
                while (next < pushes.size() && failure == null) {
                    if (active >= adaptiveConcurrency.concurrency()) {
                        await();
                    } else {
                        start();
                    }
                }
                while (active > 0) {
                    await();
                }
                rethrow();
            }
        }

        private void start() {
            stop.reason().ifPresent(reason -> failed(new RunStoppedException(reason)));
            if (failure != null) {
                return;
            }
            int until = Math.min(pushes.size(), next + adaptiveConcurrency.batchSize());
            List<Push> batch = List.copyOf(pushes.subList(next, until));
            next = until;
            active++;
            Meters.activeBatches(active);
            // The log names the run in the lines of its threads, too.
            Map<String, String> named = MDC.getCopyOfContextMap();
            threads.execute(() -> {
                if (named != null) {
                    MDC.setContextMap(named);
                }
                send(batch);
            });
        }

        private void send(List<Push> batch) {
            Throwable thrown = null;
            long started = System.nanoTime();
            Duration took = Duration.ZERO;
            try {
                work.accept(batch);
                took = Duration.ofNanos(System.nanoTime() - started);
                if (!settings.pauseBetweenBatches().isZero()) {
                    pause.of(settings.pauseBetweenBatches());
                }
            } catch (RuntimeException | Error e) {
                thrown = e;
            }
            synchronized (adaptiveConcurrency) {
                active--;
                if (thrown == null) {
                    adaptiveConcurrency.saw(batch.size(), took, System.nanoTime());
                } else {
                    failed(thrown);
                }
                adaptiveConcurrency.notifyAll();
            }
        }

        private void failed(Throwable thrown) {
            if (failure == null) {
                failure = thrown;
            } else {
                failure.addSuppressed(thrown);
            }
        }

        private void await() {
            try {
                adaptiveConcurrency.wait();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("stopped while batches were running", e);
            }
        }

        private void rethrow() {
            if (failure instanceof RuntimeException known) {
                throw known;
            }
            if (failure != null) {
                throw new IllegalStateException("a batch failed with an error", failure);
            }
        }
    }
}
