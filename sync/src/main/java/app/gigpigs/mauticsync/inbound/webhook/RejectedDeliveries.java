package app.gigpigs.mauticsync.inbound.webhook;

import app.gigpigs.mauticsync.failure.ErrorCode;
import app.gigpigs.mauticsync.failure.Failure;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says that deliveries are rejected, and the likely cause: at the first one, and then at most every ten minutes, because
 * anybody can send some. Thread-safe.
 */
final class RejectedDeliveries {
    private static final Logger log = LoggerFactory.getLogger(RejectedDeliveries.class);
    private static final Duration BETWEEN = Duration.ofMinutes(10);

    private final InstantSource clock;
    private @Nullable Instant logged;
    private @Nullable Instant last;
    private long since;
    private long all;

    RejectedDeliveries(InstantSource clock) {
        this.clock = clock;
    }

    synchronized void add(Cause cause) {
        all++;
        since++;
        last = clock.instant();
        if (logged == null || !last.isBefore(logged.plus(BETWEEN))) {
            log.warn(new Failure(
                            ErrorCode.WEBHOOK_UNSIGNED,
                            since + (since == 1 ? " delivery was" : " deliveries were") + " rejected: " + cause.message)
                    .line());
            logged = last;
            since = 0;
        }
    }

    /** How many since the start. */
    synchronized long count() {
        return all;
    }

    /** When the last one came. */
    synchronized Optional<Instant> last() {
        return Optional.ofNullable(last);
    }

    /** Why a delivery is rejected, as far as one can see. */
    enum Cause {
        NO_SECRET("MAUTIC_WEBHOOK_SECRET is not set, so that none can be verified"),
        UNSIGNED("without a usable header Webhook-Signature: the sender is not Mautic, or a proxy removes the header"),
        OTHER_SECRET(
                "the signature is not made with MAUTIC_WEBHOOK_SECRET: compare it with the secret of the webhook in"
                        + " Mautic, ./mautic-sync doctor");

        private final String message;

        Cause(String message) {
            this.message = message;
        }
    }
}
