package app.gigpigs.mauticsync.config;

import app.gigpigs.mauticsync.failure.ErrorCode;
import app.gigpigs.mauticsync.failure.FailureException;
import java.util.List;

/** The configuration cannot be used; every problem is named. */
public final class ConfigException extends FailureException {
    /** With one line for each of them. */
    public ConfigException(List<String> problems) {
        super(ErrorCode.CONFIGURATION, String.join("\n", problems));
    }
}
