package app.gigpigs.mauticsync.simulator;

import java.time.Instant;

/**
 * A followed link of an e-mail.
 *
 * @param hitId the id in page_hits
 * @param statId the e-mail, by its id in email_stats
 */
public record SimulatedClick(long hitId, long statId, long contactId, String url, Instant at) {}
