package app.gigpigs.mauticsync.outbound;

import app.gigpigs.mauticsync.outbound.Change.Push;
import app.gigpigs.mauticsync.runs.Pause;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** Works batches off on a fixed number of threads. The first failure ends all lanes after the batch they are in. */
final class Lanes {
    private final Pacing settings;
    private final Pause pause;

    Lanes(Pacing settings, Pause pause) {
        this.settings = settings;
        this.pause = pause;
    }

    /** Returns when every batch is done; rethrows the first failure. */
    void run(List<Push> pushes, Consumer<List<Push>> work) {
        ConcurrentLinkedQueue<List<Push>> batches = new ConcurrentLinkedQueue<>(split(pushes));
        int lanes = Math.min(settings.lanes().orElse(2), batches.size());
        if (lanes == 0) {
            return;
        }
        AtomicBoolean failed = new AtomicBoolean();
        ExecutorService threads = Executors.newFixedThreadPool(lanes);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < lanes; i++) {
                running.add(threads.submit(() -> lane(batches, failed, work)));
            }
            join(running);
        } finally {
            threads.shutdownNow();
        }
    }

    private void lane(ConcurrentLinkedQueue<List<Push>> batches, AtomicBoolean failed, Consumer<List<Push>> work) {
        try {
            for (List<Push> batch = batches.poll(); batch != null && !failed.get(); batch = batches.poll()) {
                work.accept(batch);
                if (!settings.pauseBetweenBatches().isZero() && !batches.isEmpty()) {
                    pause.of(settings.pauseBetweenBatches());
                }
            }
        } catch (RuntimeException | Error e) {
            failed.set(true);
            throw e;
        }
    }

    private static void join(List<Future<?>> running) {
        RuntimeException first = null;
        for (Future<?> lane : running) {
            try {
                lane.get();
            } catch (ExecutionException e) {
                RuntimeException failure = e.getCause() instanceof RuntimeException known
                        ? known
                        : new IllegalStateException("a lane broke down", e.getCause());
                if (first == null) {
                    first = failure;
                } else {
                    first.addSuppressed(failure);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("stopped while lanes were running", e);
            }
        }
        if (first != null) {
            throw first;
        }
    }

    private List<List<Push>> split(List<Push> pushes) {
        List<List<Push>> batches = new ArrayList<>();
        for (int from = 0; from < pushes.size(); from += settings.batchSize()) {
            batches.add(pushes.subList(from, Math.min(pushes.size(), from + settings.batchSize())));
        }
        return batches;
    }
}
