package app.gigpigs.mauticsync.setup;

import app.gigpigs.mauticsync.consent.ledger.HashKey;
import app.gigpigs.mauticsync.db.DatabaseUrl;
import app.gigpigs.mauticsync.inbound.ses.SesSettings;
import app.gigpigs.mauticsync.mapping.Mapping;
import app.gigpigs.mauticsync.mautic.MauticSettings;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The part of the configuration that can be used.
 *
 * @param mistakes the errors that would keep {@code serve} from starting
 * @param mautic empty when something about it is missing or wrong
 */
public record DoctorConfig(
        List<String> mistakes, Logins logins, Optional<MauticSettings> mautic, Mapping mapping, Receiving receiving) {
    public DoctorConfig {
        mistakes = List.copyOf(mistakes);
    }

    /** The sync's own login to the database, the owner's, and the key of the hashes in it. */
    public record Logins(Optional<DatabaseUrl> service, Optional<DatabaseUrl> admin, Optional<HashKey> hashKey) {}

    /**
     * How the service is reached.
     *
     * @param url where Mautic sends its webhooks
     * @param secrets never shown
     * @param ses from where Amazon reports bounces and complaints
     * @param staleAfter how old the last successful run may be
     */
    public record Receiving(Optional<String> url, List<String> secrets, SesSettings ses, Duration staleAfter) {
        public Receiving {
            secrets = List.copyOf(secrets);
        }

        @Override
        public String toString() {
            return "Receiving[url=" + url + "]";
        }
    }
}
