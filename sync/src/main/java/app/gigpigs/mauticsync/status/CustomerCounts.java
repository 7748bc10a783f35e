package app.gigpigs.mauticsync.status;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jdbi.v3.core.Jdbi;

/**
 * How many customers are in which state.
 *
 * @param states synced, rejected, skipped, removed, pending
 * @param withWarnings synced without some values, which were left out
 * @param inFlight customers whose write may still be running in Mautic
 * @param doNotContact contacts that Mautic will not mail, according to its responses
 */
public record CustomerCounts(Map<String, Integer> states, int withWarnings, int inFlight, int doNotContact) {

    /** Counts them. */
    public static CustomerCounts of(Jdbi jdbi) {
        return jdbi.withHandle(handle -> {
            Map<String, Integer> states = new LinkedHashMap<>();
            int[] sums = new int[3];
            handle.createQuery("""
                            select state, count(*)::int as n,
                                   count(*) filter (where warnings <> '{}')::int as warned,
                                   count(*) filter (where in_flight_until > now())::int as in_flight,
                                   count(do_not_contact_reason)::int as do_not_contact
                              from public.mautic_sync_status group by state order by state
                            """)
                    .map((row, context) -> {
                        states.put(row.getString("state"), row.getInt("n"));
                        sums[0] += row.getInt("warned");
                        sums[1] += row.getInt("in_flight");
                        return sums[2] += row.getInt("do_not_contact");
                    })
                    .list();
            return new CustomerCounts(states, sums[0], sums[1], sums[2]);
        });
    }
}
