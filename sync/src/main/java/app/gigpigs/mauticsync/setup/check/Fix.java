package app.gigpigs.mauticsync.setup.check;

/**
 * A change that fixes a finding; it is made only when a person confirms it.
 *
 * @param message what will be done, as a command: "create …"
 */
public record Fix(String message, Runnable action) {}
