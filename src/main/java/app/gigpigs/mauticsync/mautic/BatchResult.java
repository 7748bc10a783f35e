package app.gigpigs.mauticsync.mautic;

import java.time.Duration;
import java.util.List;

/** How a batch call ended. Batch calls are never repeated here: whether that is safe, only the caller knows. */
public sealed interface BatchResult {
    /** One answer for each item, in the order sent. */
    record Answered(List<ItemResult> items) implements BatchResult {
        public Answered {
            items = List.copyOf(items);
        }
    }

    /** A complete answer that is no success: the call is over, nothing of it still runs; single items may be saved. */
    record Rejected(int status, String message) implements BatchResult {
        /** Who refused it and why. */
        public String reason() {
            return Response.rejection(status, message);
        }
    }

    /**
     * Mautic's rate limiter refused the call before anything was done.
     *
     * @param until how long before it lets calls through again; zero when it does not say
     */
    record Limited(Duration until, String message) implements BatchResult {
        /** Who refused it, why, and what to do. */
        public String reason() {
            return "Mautic takes no more calls just now (429): " + message
                    + "; raise api_rate_limiter_limit in Mautic's configuration";
        }
    }

    /** No complete answer: Mautic may still be working, and finishes the batch without us (seen on 5.1.0). */
    record Unknown(String reason) implements BatchResult {}

    /** No connection could be opened: certainly nothing happened. */
    record NotSent(String reason) implements BatchResult {}
}
