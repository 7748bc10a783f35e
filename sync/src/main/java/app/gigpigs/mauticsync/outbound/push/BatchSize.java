package app.gigpigs.mauticsync.outbound.push;

import java.time.Duration;

/** How large batches are: smaller when a call takes too long, and larger again, up to the setting, when it does not. */
final class BatchSize {
    /** A proxy may cut off a call that takes longer. */
    private static final Duration LONGEST_CALL = Duration.ofSeconds(20);

    private static final double SAFE_SHARE = 0.7;
    private static final int LEAST = 10;

    private final int most;
    private int contacts;

    BatchSize(int most) {
        this.most = most;
        this.contacts = most;
    }

    int contacts() {
        return contacts;
    }

    /** A call with this many contacts took that long. */
    void saw(int sent, Duration took) {
        if (took.compareTo(LONGEST_CALL) > 0 && contacts > LEAST) {
            double perContact = took.toMillis() / (double) Math.max(1, sent);
            int fitting = (int) (LONGEST_CALL.toMillis() * SAFE_SHARE / perContact);
            contacts = Math.max(LEAST, Math.min(contacts - 1, fitting));
        } else if (took.compareTo(LONGEST_CALL.dividedBy(3)) < 0 && sent >= contacts) {
            contacts = Math.min(most, contacts + Math.max(1, contacts / 2));
        }
    }
}
