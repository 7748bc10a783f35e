package app.gigpigs.mauticsync.consent.suppression.list;

import app.gigpigs.mauticsync.consent.ledger.OptOut.Reason;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How a list was understood, and what is on it.
 *
 * @param header the line with the names of the columns
 * @param byReason lines with an address that is opted out
 * @param notOptedOut lines with an address that is not
 */
public record ListSummary(
        Form form,
        Optional<Integer> header,
        List<ColumnSummary> columns,
        Map<Reason, Long> byReason,
        long notOptedOut) {
    /** How the file is written. */
    public record Form(String encoding, String delimiter) {}

    /**
     * A column, and what it was taken for.
     *
     * @param values what its values were taken for, where they decide
     */
    public record ColumnSummary(String name, String use, List<ValueSummary> values) {}

    /** A value, what it was taken for, and on how many lines it is. */
    public record ValueSummary(String value, String meaning, long lines) {}
}
