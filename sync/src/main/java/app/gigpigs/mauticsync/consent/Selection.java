package app.gigpigs.mauticsync.consent;

import app.gigpigs.mauticsync.consent.ledger.Reason;
import app.gigpigs.mauticsync.crm.EmailAddress;
import java.time.Instant;
import java.util.Collection;
import java.util.List;

/** What an operator wants to be mailed again. */
public sealed interface Selection {
    /** Everything that stands against these addresses. */
    record Addresses(List<String> addresses) implements Selection {
        public Addresses {
            addresses = addresses.stream().map(EmailAddress::normal).distinct().toList();
        }

        public static Addresses of(Collection<String> written) {
            return new Addresses(List.copyOf(written));
        }
    }

    /**
     * What was said for one reason between two times: after the outage of a mail server, the bounces of those hours.
     *
     * @param until exclusive
     */
    record Said(Reason reason, Instant from, Instant until) implements Selection {}
}
