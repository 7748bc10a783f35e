package app.gigpigs.mauticsync.setup.check;

import app.gigpigs.mauticsync.consent.ledger.HashKey;
import app.gigpigs.mauticsync.db.Database;
import app.gigpigs.mauticsync.db.DatabaseUrl;
import app.gigpigs.mauticsync.mapping.Mapping;
import app.gigpigs.mauticsync.mautic.Mautic;
import app.gigpigs.mauticsync.mautic.MauticSettings;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jdbi.v3.core.Jdbi;

/** The database and Mautic, as far as they are configured, and what they are to contain. */
public record Installation(
        Mapping mapping,
        DatabaseSide database,
        Optional<MauticSide> mautic,
        WantedWebhook webhook,
        InstantSource clock) {

    /**
     * The CRM's database.
     *
     * @param service the sync's own login, where it is configured
     * @param admin the login of the tables' owner, where it is configured
     * @param hashKey from the environment
     */
    public record DatabaseSide(Optional<Service> service, Optional<Admin> admin, Optional<HashKey> hashKey) {}

    /** The sync's own login. */
    public record Service(DatabaseUrl url, Database database) {
        public Jdbi jdbi() {
            return database.jdbi();
        }
    }

    /** The owner's login, and the migration that it may run. */
    public record Admin(Jdbi jdbi, Runnable migrate) {}

    /** Mautic. */
    public record MauticSide(MauticSettings settings, Mautic client) {}

    /**
     * The webhook that is wanted.
     *
     * @param url where Mautic is to send to, where it is known
     * @param known the secrets that the receiver accepts: the first is the current one, a second the one before
     * @param newSecret generates one and adds it to the known ones
     */
    public record WantedWebhook(Optional<String> url, Supplier<List<String>> known, Supplier<String> newSecret) {
        List<String> secrets() {
            return known.get();
        }

        @Override
        public String toString() {
            return "Webhook[url=" + url + "]";
        }
    }
}
