package app.gigpigs.mauticsync.consent;

/** Who decides that addresses are mailed again, and why. Both are kept. */
public record Operator(String name, String why, Complaints complaints) {
    public Operator {
        if (name.isBlank() || why.isBlank()) {
            throw new IllegalArgumentException("who ends a statement says who and why");
        }
    }

    /** What becomes of complaints of spam. */
    public enum Complaints {
        STAY,
        END
    }
}
