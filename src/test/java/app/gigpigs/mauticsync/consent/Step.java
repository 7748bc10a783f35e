package app.gigpigs.mauticsync.consent;

import app.gigpigs.mauticsync.simulator.Webhooks;

/** One thing that happens to two systems and the sync between them. */
sealed interface Step {
    record NoInCrm(int customer) implements Step {}

    record YesInCrm(int customer) implements Step {}

    record EditInCrm(int customer) implements Step {}

    /** Customer 3 changes the address. */
    record Move() implements Step {}

    record NoInMautic(int customer, By by) implements Step {}

    record Bounce(int customer) implements Step {}

    /**
     * The do-not-contact entry goes in Mautic; nobody's yes follows from that.
     *
     * @param fate of the webhook that tells of it, and of those that follow
     */
    record TakenAway(int customer, Taker taker, Fate fate) implements Step {}

    /** @param cut the thing said to the database at which the process is cut off; 0 for a run that goes through */
    record Push(int cut) implements Step {}

    record WorkInbox(int cut) implements Step {}

    record CatchUp(int cut) implements Step {}

    /** Mautic does what the next batches say, and the answers are lost. */
    record AnswersLost() implements Step {}

    record Replay() implements Step {}

    /** What befalls webhooks from now on. */
    record Webhook(Fate fate) implements Step {}

    record QueueMode(Webhooks.Mode mode) implements Step {}

    record ProcessQueue() implements Step {}

    record LateOnesArrive() implements Step {}

    enum By {
        LINK,
        ONE_CLICK,
        ADMIN
    }

    enum Taker {
        ADMIN,
        RESUBSCRIBE_LINK
    }

    enum Fate {
        ARRIVES,
        IS_LOST,
        ARRIVES_TWICE,
        IS_LATE
    }
}
