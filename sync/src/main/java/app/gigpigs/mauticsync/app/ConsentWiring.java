package app.gigpigs.mauticsync.app;

import app.gigpigs.mauticsync.consent.delivery.CrmAccess;
import app.gigpigs.mauticsync.consent.delivery.OutboxWorker;
import app.gigpigs.mauticsync.consent.erasure.Erasure;
import app.gigpigs.mauticsync.consent.erasure.ErasureReversal;
import app.gigpigs.mauticsync.consent.suppression.ImportImpact;
import app.gigpigs.mauticsync.consent.suppression.MauticOptOuts;
import app.gigpigs.mauticsync.consent.suppression.SuppressionImport;
import app.gigpigs.mauticsync.consent.suppression.list.ListWriter;
import app.gigpigs.mauticsync.db.Database;
import app.gigpigs.mauticsync.inbound.catchup.ObservedOptOuts;
import app.gigpigs.mauticsync.mautic.Mautic;
import app.gigpigs.mauticsync.mautic.MauticSettings;
import app.gigpigs.mauticsync.outbound.state.ResendRequests;
import java.io.IOException;
import java.nio.file.Path;

/** Erasing people, and keeping out those who must not be mailed. */
public final class ConsentWiring {
    private final Connections both;

    public ConsentWiring(Connections both) {
        this.both = both;
    }

    public Erasure erasure() {
        return new Erasure(
                both.jdbi(),
                both.mautic(),
                both.crm(),
                OwnedTables.ofPeople(both.jdbi(), both.crm(), both.hashKey()),
                both.sleeper());
    }

    /** Needs the database alone. */
    public static ErasureReversal erasureReversal(Database database, Config.Sync config) {
        return new ErasureReversal(
                database.jdbi(),
                config.outbound().mapping().crm(),
                config.outbound().consent().key());
    }

    public SuppressionImport suppressionImport() {
        return new SuppressionImport(both.jdbi(), both.mautic(), both.mapping(), both.erasures(), both.clock());
    }

    OutboxWorker outboxWorker() {
        return new OutboxWorker(
                both.jdbi(), both.mautic(), crm(), new ObservedOptOuts(both.jdbi(), crm(), both.clock())::apply);
    }

    CrmAccess crm() {
        return new CrmAccess(
                both.crm(), both.mapping().consent(), both.erasures(), (handle, customers, why) -> switch (why) {
                    case CONTACT_DELETED -> new ResendRequests(handle).contactsDeleted(customers);
                    case CONTACT_CHANGED -> new ResendRequests(handle).contactsChanged(customers);
                });
    }

    public ImportLimit importLimit() {
        return new ImportLimit(
                new ImportImpact(both.jdbi(), both.crm()),
                both.config().outbound().safety());
    }

    /** Writes the do-not-contact entries of a previous Mautic into a list; answers how many have no usable address. */
    public static long previousOptOuts(MauticSettings previous, Path list) throws IOException {
        try (Mautic mautic = Connections.mautic(previous);
                ListWriter writer = ListWriter.create(list)) {
            return new MauticOptOuts(mautic).write(writer);
        }
    }
}
