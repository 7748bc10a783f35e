package app.gigpigs.mauticsync.inbound.inbox;

/**
 * How many events a delivery contained, by what became of them.
 *
 * @param added events that are new in the CRM
 * @param known events that the CRM had before
 * @param ignored events that do not concern the CRM
 * @param unreadable events that lack something this program needs
 */
record DeliveryCounts(int added, int known, int ignored, int unreadable) {
    static final DeliveryCounts NONE = new DeliveryCounts(0, 0, 0, 0);
}
