package app.gigpigs.mauticsync.app;

import app.gigpigs.mauticsync.consent.suppression.ImportImpact;
import app.gigpigs.mauticsync.consent.suppression.list.SuppressionList;
import app.gigpigs.mauticsync.outbound.safety.SafetySettings;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The safety limit of an import that nobody is asked about: the wrong list opts out everybody. */
public final class ImportLimit {
    private final ImportImpact impact;
    private final SafetySettings safety;

    ImportLimit(ImportImpact impact, SafetySettings safety) {
        this.impact = impact;
        this.safety = safety;
    }

    /**
     * Why a person has to look before anything is written; empty when that is not necessary.
     *
     * @param confirmed how many customers may be opted out; null when nobody said
     */
    public Optional<String> stops(SuppressionList list, @Nullable Integer confirmed) throws IOException {
        ImportImpact.Count count = impact.of(list);
        return confirmed == null || count.optsOut() > confirmed ? stops(count) : Optional.empty();
    }

    private Optional<String> stops(ImportImpact.Count count) {
        return safety.exceededBy(count.optsOut(), count.customers())
                ? Optional.of("the safety limit stopped this import before anything was written: " + count.optsOut()
                        + " of " + count.customers() + " customers would be opted out, more than "
                        + safety.safetyLimitPercent().toPlainString()
                        + " per cent. See --dry-run; if this is right, add --confirm " + count.optsOut())
                : Optional.empty();
    }
}
