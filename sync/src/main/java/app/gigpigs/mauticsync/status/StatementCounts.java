package app.gigpigs.mauticsync.status;

import app.gigpigs.mauticsync.consent.ledger.Reason;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jdbi.v3.core.Jdbi;

/** How many statements of the consent ledger stand, by their reason. */
public final class StatementCounts {
    private StatementCounts() {}

    /** Reads it from the database; every reason is there, if only with 0. */
    public static Map<String, Integer> of(Jdbi jdbi) {
        Map<String, Integer> counts = new LinkedHashMap<>();
        for (Reason reason : Reason.values()) {
            counts.put(reason.code(), 0);
        }
        jdbi.useHandle(handle -> handle.createQuery("""
                        select reason, count(*)::int as n from mautic_sync.consent_ledger
                         where ended_at is null group by reason order by reason
                        """)
                .map((row, context) -> Map.entry(row.getString("reason"), row.getInt("n")))
                .forEach(row -> counts.put(row.getKey(), row.getValue())));
        return counts;
    }
}
