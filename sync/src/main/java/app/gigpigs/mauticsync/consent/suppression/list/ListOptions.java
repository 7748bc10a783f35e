package app.gigpigs.mauticsync.consent.suppression.list;

import app.gigpigs.mauticsync.consent.ledger.OptOut.Reason;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a person says about a list that does not say it itself. A column is named by its header, or by its number from 1.
 *
 * @param emailColumns where the addresses are
 * @param ignoredColumns columns that say nothing about opt-outs
 * @param meanings what a value means
 * @param reason why the addresses are on the list that have no reason there
 */
public record ListOptions(
        List<String> emailColumns,
        List<String> ignoredColumns,
        Map<String, Meaning> meanings,
        Optional<Reason> reason) {
    public static final ListOptions NONE = new ListOptions(List.of(), List.of(), Map.of(), Optional.empty());
}
