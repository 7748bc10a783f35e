package app.gigpigs.mauticsync.simulator;

/**
 * Failures of the network between Mautic and the receiver, as shares of all deliveries from 0 to 1. Mautic does not
 * notice them.
 *
 * @param lost the share that never arrives
 * @param duplicated the share that arrives twice
 * @param delayed the share that arrives later, in any order
 */
public record NetworkFaults(double lost, double duplicated, double delayed) {
    /** Everything arrives once, in order. */
    public static final NetworkFaults NONE = new NetworkFaults(0, 0, 0);

    public NetworkFaults {
        if (lost < 0 || duplicated < 0 || delayed < 0 || lost + duplicated + delayed > 1) {
            throw new IllegalArgumentException("the shares must be from 0 to 1, and at most 1 together, not " + lost
                    + ", " + duplicated + " and " + delayed);
        }
    }
}
