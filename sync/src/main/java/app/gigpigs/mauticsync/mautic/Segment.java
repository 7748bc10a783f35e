package app.gigpigs.mauticsync.mautic;

/**
 * A segment.
 *
 * @param filtered whether it has filters, by which Mautic itself chooses its members
 */
public record Segment(long id, String name, String alias, boolean published, boolean filtered) {}
