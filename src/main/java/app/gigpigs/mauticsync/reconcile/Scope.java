package app.gigpigs.mauticsync.reconcile;

import java.util.UUID;

/** Which linked customers are compared with their contacts. */
public sealed interface Scope {
    /** A random sample of this many customers. */
    record Sample(int customers) implements Scope {}

    /** All of them. */
    record All() implements Scope {}

    /** This one. */
    record One(UUID customer) implements Scope {}
}
