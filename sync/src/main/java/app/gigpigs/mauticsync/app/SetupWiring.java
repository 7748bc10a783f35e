package app.gigpigs.mauticsync.app;

import app.gigpigs.mauticsync.consent.ledger.HashKeyStore;
import app.gigpigs.mauticsync.crm.CrmNames;
import app.gigpigs.mauticsync.db.ChangeTriggers;
import app.gigpigs.mauticsync.db.Database;
import app.gigpigs.mauticsync.db.DatabaseUrl;
import app.gigpigs.mauticsync.db.Migration;
import app.gigpigs.mauticsync.instance.InstanceCheck;
import app.gigpigs.mauticsync.instance.InstanceSwitch;
import app.gigpigs.mauticsync.mautic.Mautic;
import app.gigpigs.mauticsync.setup.DoctorConfig;
import app.gigpigs.mauticsync.setup.WebhookSecret;
import app.gigpigs.mauticsync.setup.check.Installation;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * Both sides as far as they are configured, for {@code setup} and {@code doctor}. Whether they can be reached is for
 * the checks to find.
 */
public final class SetupWiring implements AutoCloseable {
    private static final int SERVICE_CONNECTIONS = 2;
    private static final int ADMIN_CONNECTIONS = 4;

    private final DoctorConfig config;
    private final Optional<Database> service;
    private final Optional<Database> admin;
    private final Optional<Mautic> mautic;

    private SetupWiring(DoctorConfig config) {
        this.config = config;
        this.service = config.logins().service().map(login -> Database.open(login, SERVICE_CONNECTIONS));
        this.admin = config.logins().admin().map(login -> Database.open(login, ADMIN_CONNECTIONS));
        this.mautic = config.mautic().map(Connections::mautic);
    }

    public static SetupWiring open(DoctorConfig config) {
        return new SetupWiring(config);
    }

    public Installation installation(WebhookSecret secret) {
        return new Installation(
                config.mapping(),
                new Installation.DatabaseSide(
                        service(), admin(), config.logins().hashKey()),
                mautic.map(client -> new Installation.MauticSide(config.mautic().orElseThrow(), client)),
                new Installation.WantedWebhook(config.receiving().url(), secret::known, secret::issue),
                InstantSource.system());
    }

    private Optional<Installation.Service> service() {
        return service.map(
                opened -> new Installation.Service(config.logins().service().orElseThrow(), opened));
    }

    private Optional<Installation.Admin> admin() {
        return admin.map(opened -> new Installation.Admin(opened.jdbi(), () -> {
            migration(opened, config.mapping().crm()).run();
            opened.jdbi().useHandle(handle -> new HashKeyStore(config.logins().hashKey()).key(handle));
        }));
    }

    private static Migration migration(Database admin, CrmNames crm) {
        return new Migration(admin.dataSource(), crm);
    }

    /**
     * Brings the database to the schema that this program needs.
     *
     * @return what was done, and what could not be done
     */
    public static Migrated migrate(DatabaseUrl admin, CrmNames crm) {
        try (Database database = Database.connect(admin, ADMIN_CONNECTIONS)) {
            int applied = migration(database, crm).run();
            return new Migrated(applied, database.jdbi().withHandle(new ChangeTriggers(crm)::missing));
        }
    }

    /**
     * What a migration did.
     *
     * @param applied how many migration files
     * @param withoutTriggers tables of the CRM that got no triggers
     */
    public record Migrated(int applied, List<String> withoutTriggers) {}

    /** Forgets the ids of the Mautic instance before; stored deliveries are processed first. */
    public static InstanceSwitch instanceSwitch(Connections both) {
        InboundWiring inbound = new InboundWiring(both);
        return new InstanceSwitch(
                both.jdbi(),
                both.sleeper(),
                () -> inbound.inboxProcessor().run(),
                OwnedTables.ofInstance(both.jdbi(), both.crm()));
    }

    public static InstanceCheck instanceCheck(Connections both) {
        return new InstanceCheck(both.jdbi(), both.mautic());
    }

    @Override
    public void close() {
        mautic.ifPresent(Mautic::close);
        admin.ifPresent(Database::close);
        service.ifPresent(Database::close);
    }
}
