package app.gigpigs.mauticsync.simulator;

import java.time.Instant;

/**
 * A request that the simulator received.
 *
 * @param body as text
 */
public record RecordedRequest(Instant at, String method, String path, String query, String body) {}
