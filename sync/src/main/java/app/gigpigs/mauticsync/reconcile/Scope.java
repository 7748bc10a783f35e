package app.gigpigs.mauticsync.reconcile;

import app.gigpigs.mauticsync.crm.CustomerId;

/** Which linked customers are compared with their contacts. */
public sealed interface Scope {
    /** A random sample of this many customers. */
    record Sample(int customers) implements Scope {}

    /** All of them. */
    record All() implements Scope {}

    /** This one. */
    record One(CustomerId customer) implements Scope {}
}
