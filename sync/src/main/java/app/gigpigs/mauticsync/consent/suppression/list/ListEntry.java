package app.gigpigs.mauticsync.consent.suppression.list;

import app.gigpigs.mauticsync.consent.ledger.OptOut;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One address that is on the list.
 *
 * @param since when the other system recorded it, where the list says so
 * @param line where it is in the file, from 1
 */
public record ListEntry(
        String email, OptOut.Reason reason, @Nullable Instant since, int line) {}
