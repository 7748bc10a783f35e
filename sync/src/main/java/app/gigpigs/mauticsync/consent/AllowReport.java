package app.gigpigs.mauticsync.consent;

import java.util.List;
import java.util.Map;

/**
 * What was allowed, or would be. Contains personal data: for the terminal, never for the log.
 *
 * @param addresses how many may be mailed again
 * @param statements how many ended, by reason
 */
public record AllowReport(int addresses, Map<String, Integer> statements, List<Kept> kept) {
    /** An address that stays as it is, and why. */
    public record Kept(String address, String why) {}
}
