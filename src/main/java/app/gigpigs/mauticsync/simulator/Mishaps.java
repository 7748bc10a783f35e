package app.gigpigs.mauticsync.simulator;

/**
 * What befalls deliveries on their way, as shares of all of them from 0 to 1; Mautic notices none of it.
 *
 * @param lost never arrive
 * @param duplicated arrive twice
 * @param delayed arrive later, in any order
 */
public record Mishaps(double lost, double duplicated, double delayed) {
    /** Everything arrives once, in order. */
    public static final Mishaps NONE = new Mishaps(0, 0, 0);

    public Mishaps {
        if (lost < 0 || duplicated < 0 || delayed < 0 || lost + duplicated + delayed > 1) {
            throw new IllegalArgumentException("shares from 0 to 1 that are 1 at most together, not " + lost + ", "
                    + duplicated + " and " + delayed);
        }
    }
}
