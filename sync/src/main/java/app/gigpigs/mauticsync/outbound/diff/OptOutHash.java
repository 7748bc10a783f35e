package app.gigpigs.mauticsync.outbound.diff;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The hash of a customer that is sent as opted out although its own row says otherwise: an opt-out counts for
 * every customer with the address. Made of the hash of the row, the same way in SQL and in Java.
 */
final class OptOutHash {
    private static final String OPTED_OUT = " opted out";

    private OptOutHash() {}

    /** As an expression of SQL. */
    static String sql(String hash) {
        return "encode(sha256(convert_to(" + hash + " || '" + OPTED_OUT + "', 'UTF8')), 'hex')";
    }

    static String of(String hash) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(digest.digest((hash + OPTED_OUT).getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
