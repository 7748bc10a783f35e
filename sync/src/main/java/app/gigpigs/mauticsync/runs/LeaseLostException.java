package app.gigpigs.mauticsync.runs;

/** Another run has taken over; this one must stop without writing anything more. */
public final class LeaseLostException extends RuntimeException {
    /** Names the token that is no longer the newest. */
    public LeaseLostException(long token) {
        super("another run took over (our lease token " + token
                + " is no longer valid): this run stops, the other finishes the work");
    }
}
