package app.gigpigs.mauticsync.setup.check;

/**
 * A change that mends a finding; nothing happens before it is asked for.
 *
 * @param words what will be done, as a command: "create …"
 */
public record Fix(String words, Runnable action) {}
