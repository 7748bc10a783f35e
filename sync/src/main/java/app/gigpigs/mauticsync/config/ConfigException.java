package app.gigpigs.mauticsync.config;

import java.util.List;

/** The configuration cannot be used; every problem is named. */
public final class ConfigException extends RuntimeException {
    /** With one line for each of them. */
    public ConfigException(List<String> problems) {
        super(String.join("\n", problems));
    }
}
