package app.gigpigs.mauticsync.outbound;

import java.util.UUID;

/** Which linked customers are compared with their contacts. */
public sealed interface CheckScope {
    /** So many, by chance. */
    record Sample(int customers) implements CheckScope {}

    /** All of them. */
    record All() implements CheckScope {}

    /** This one. */
    record One(UUID customer) implements CheckScope {}
}
