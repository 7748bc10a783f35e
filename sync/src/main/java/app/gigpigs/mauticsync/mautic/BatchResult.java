package app.gigpigs.mauticsync.mautic;

import app.gigpigs.mauticsync.failure.Failure;
import java.time.Duration;
import java.util.List;

/** How a batch call ended. Batch calls are never repeated here: only the caller knows whether that is safe. */
public sealed interface BatchResult {
    /** One answer for each item, in the order sent. */
    record Answered(List<ItemResult> items) implements BatchResult {
        public Answered {
            items = List.copyOf(items);
        }
    }

    /** A complete answer that is an error: Mautic has ended the call, but may have saved some of its items. */
    record Rejected(int status, String message) implements BatchResult {
        /** Who rejected it and why. */
        public String reason() {
            return Response.rejection(status, message);
        }

        /** The same with its code. */
        public Failure failure() {
            return new Failure(Response.code(status), reason());
        }
    }

    /**
     * Mautic's rate limiter rejected the call before anything was done.
     *
     * @param until how long it rejects calls; zero when it does not say
     */
    record Limited(Duration until, String message) implements BatchResult {
        /** Who rejected it, why, and what to do. */
        public String reason() {
            return "Mautic accepts no more calls for now (429): " + message
                    + "; raise api_rate_limiter_limit in Mautic's configuration";
        }
    }

    /** No complete answer: Mautic may still be working, and finishes the batch without us (seen on 5.1.0). */
    record Unknown(String reason) implements BatchResult {}

    /** No connection could be opened: certainly nothing happened. */
    record NotSent(String reason) implements BatchResult {}
}
