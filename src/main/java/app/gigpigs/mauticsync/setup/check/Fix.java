package app.gigpigs.mauticsync.setup.check;

/**
 * A change that mends a finding; nothing happens before it is asked for.
 *
 * @param message what will be done, as a command: "create …"
 */
public record Fix(String message, Runnable action) {}
