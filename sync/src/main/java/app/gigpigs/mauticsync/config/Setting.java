package app.gigpigs.mauticsync.config;

import java.util.Locale;

/**
 * One setting. Each package declares its own; the documentation and the schema of the YAML file are made from them.
 *
 * @param variable the name of the environment variable
 * @param byDefault the value when it is not set; empty when there is none
 * @param meaning one sentence for the person who sets it
 * @param kind what a value looks like
 * @param place where it may be set
 */
public record Setting(String variable, String byDefault, String meaning, Kind kind, Place place) {
    /** Where a setting may be set. Secrets stay out of the file. */
    public enum Place {
        ENVIRONMENT,
        ENVIRONMENT_OR_FILE
    }

    /** A setting that the YAML file may hold as well. */
    public static Setting of(String variable, String byDefault, String meaning, Kind kind) {
        return new Setting(variable, byDefault, meaning, kind, Place.ENVIRONMENT_OR_FILE);
    }

    /** A setting of the environment alone. */
    public static Setting inEnvironment(String variable, String byDefault, String meaning, Kind kind) {
        return new Setting(variable, byDefault, meaning, kind, Place.ENVIRONMENT);
    }

    /** Its key in the YAML file: SYNC_BATCH_SIZE is written batch-size. */
    public String key() {
        return variable.replaceFirst("^(SYNC|MAUTIC)_", "")
                .toLowerCase(Locale.ROOT)
                .replace('_', '-');
    }
}
