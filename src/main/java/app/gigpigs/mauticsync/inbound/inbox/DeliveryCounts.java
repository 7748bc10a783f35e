package app.gigpigs.mauticsync.inbound.inbox;

/**
 * What a delivery held.
 *
 * @param fresh events applied
 * @param known events that had come before
 * @param ignored events that do not concern the CRM
 * @param unreadable events that should have been understood
 */
record DeliveryCounts(int fresh, int known, int ignored, int unreadable) {}
