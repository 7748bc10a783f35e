package app.gigpigs.mauticsync.outbound;

import app.gigpigs.mauticsync.consent.erasure.PersonalDataTable;
import app.gigpigs.mauticsync.crm.CrmNames;
import app.gigpigs.mauticsync.instance.InstanceTable;
import app.gigpigs.mauticsync.outbound.payload.SentValues;
import app.gigpigs.mauticsync.outbound.segment.SegmentTable;
import app.gigpigs.mauticsync.outbound.state.OverwrittenValues;
import app.gigpigs.mauticsync.outbound.state.SyncStatusErasure;
import app.gigpigs.mauticsync.outbound.state.SyncStatusReset;
import app.gigpigs.mauticsync.outbound.state.Tombstones;
import java.util.List;
import org.jdbi.v3.core.Jdbi;

/** The tables of the outbound journey that hold personal data, or ids of one Mautic instance. */
public final class OutboundTables {
    private OutboundTables() {}

    /** Children before their parents; a deleted row of the status leaves a tombstone by a trigger, so those come last. */
    public static List<PersonalDataTable> ofPeople(Jdbi jdbi, CrmNames crm) {
        return List.of(
                new SentValues(jdbi),
                new OverwrittenValues(jdbi),
                new SyncStatusErasure(),
                new Tombstones(jdbi, crm.profiles()));
    }

    /** In the order in which they are forgotten. */
    public static List<InstanceTable> ofInstance(Jdbi jdbi, CrmNames crm) {
        return List.of(
                new SyncStatusReset(),
                new SentValues(jdbi),
                new OverwrittenValues(jdbi),
                new Tombstones(jdbi, crm.profiles()),
                (handle, instance) -> SegmentTable.forget(handle));
    }
}
