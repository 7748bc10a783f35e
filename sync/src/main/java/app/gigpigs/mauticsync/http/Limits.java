package app.gigpigs.mauticsync.http;

import java.time.Duration;

/**
 * What a port bears.
 *
 * @param time how long a client may take to send a request, from the connection to the last byte
 * @param connections how many may be open at a time
 * @param bytes of all bodies that are held at a time
 */
public record Limits(Duration time, int connections, long bytes) {
    private static final int CONNECTIONS = 500;
    /** The rest of the memory is for the work of the process. */
    private static final int PART_OF_MEMORY = 8;

    /** The usual ones; at least one body of the longest kind has room. */
    public static Limits of(Duration time, int longestBody) {
        return new Limits(
                time, CONNECTIONS, Math.max(longestBody, Runtime.getRuntime().maxMemory() / PART_OF_MEMORY));
    }
}
