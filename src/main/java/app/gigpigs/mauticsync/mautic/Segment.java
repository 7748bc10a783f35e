package app.gigpigs.mauticsync.mautic;

/**
 * A segment.
 *
 * @param filtered Mautic itself decides who is in it
 */
public record Segment(long id, String name, String alias, boolean published, boolean filtered) {}
