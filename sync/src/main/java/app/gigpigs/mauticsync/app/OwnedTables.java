package app.gigpigs.mauticsync.app;

import app.gigpigs.mauticsync.consent.erasure.ErasureRegister;
import app.gigpigs.mauticsync.consent.erasure.OutboxErasure;
import app.gigpigs.mauticsync.consent.erasure.PersonalDataEraser;
import app.gigpigs.mauticsync.consent.erasure.PersonalDataTable;
import app.gigpigs.mauticsync.consent.ledger.HashKey;
import app.gigpigs.mauticsync.crm.CrmNames;
import app.gigpigs.mauticsync.inbound.catchup.Cursors;
import app.gigpigs.mauticsync.inbound.engagement.BounceReports;
import app.gigpigs.mauticsync.inbound.engagement.BouncedMails;
import app.gigpigs.mauticsync.inbound.engagement.EmailNameTable;
import app.gigpigs.mauticsync.inbound.engagement.EngagementErasure;
import app.gigpigs.mauticsync.inbound.engagement.PendingEventErasure;
import app.gigpigs.mauticsync.inbound.inbox.Inbox;
import app.gigpigs.mauticsync.inbound.inbox.InboxErasure;
import app.gigpigs.mauticsync.instance.InstanceTable;
import app.gigpigs.mauticsync.outbound.OutboundTables;
import app.gigpigs.mauticsync.setup.WebhookMonitor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;

/** The tables that an erasure and a switch of the Mautic instance pass through; each is written by its own package. */
public final class OwnedTables {
    private OwnedTables() {}

    /** Children before their parents. */
    public static PersonalDataEraser ofPeople(Jdbi jdbi, CrmNames crm, Optional<HashKey> key) {
        List<PersonalDataTable> tables = new ArrayList<>();
        tables.add(new PendingEventErasure());
        tables.add(new BouncedMails());
        tables.add(new EngagementErasure());
        tables.add(new BounceReports());
        tables.addAll(OutboundTables.ofPeople(jdbi, crm));
        tables.add(new OutboxErasure());
        tables.add(new InboxErasure(new ErasureRegister(key)));
        return new PersonalDataEraser(key, tables);
    }

    /** In the order in which they are forgotten. */
    public static List<InstanceTable> ofInstance(Jdbi jdbi, CrmNames crm) {
        List<InstanceTable> tables = new ArrayList<>();
        tables.add(new Inbox(jdbi));
        tables.add(new BounceReports());
        tables.add(new BouncedMails());
        tables.add(new EmailNameTable());
        tables.addAll(OutboundTables.ofInstance(jdbi, crm));
        tables.add((handle, instance) -> Cursors.forget(handle));
        tables.add(new WebhookMonitor(jdbi));
        return tables;
    }
}
