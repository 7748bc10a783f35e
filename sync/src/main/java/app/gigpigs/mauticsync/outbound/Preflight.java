package app.gigpigs.mauticsync.outbound;

import app.gigpigs.mauticsync.instance.InstanceCheck;
import app.gigpigs.mauticsync.mapping.Mapping;
import app.gigpigs.mauticsync.mapping.PlaceNames;
import app.gigpigs.mauticsync.mautic.Mautic;
import app.gigpigs.mauticsync.outbound.diff.SourceSchemaCheck;
import app.gigpigs.mauticsync.outbound.payload.TargetSchema;
import app.gigpigs.mauticsync.outbound.segment.SegmentTable;
import app.gigpigs.mauticsync.outbound.state.SyncStatus;
import app.gigpigs.mauticsync.runs.StopSignal.RunStoppedException;
import org.jdbi.v3.core.Jdbi;

/** Checks that both sides are ready before anything is sent. */
final class Preflight {
    private final Jdbi jdbi;
    private final Mautic mautic;
    private final Mapping mapping;
    private final RunEnvironment.Consents consents;

    Preflight(Jdbi jdbi, Mautic mautic, Mapping mapping, RunEnvironment.Consents consents) {
        this.jdbi = jdbi;
        this.mautic = mautic;
        this.mapping = mapping;
        this.consents = consents;
    }

    /**
     * Checks the CRM's view, Mautic's fields, that it is the same Mautic as before, that the CRM knows Mautic's opt-outs,
     * and the segments. Members of a segment that was made anew are remembered no longer.
     */
    Target check(SyncStatus status) {
        SourceSchemaCheck.check(jdbi, mapping);
        TargetSchema schema = TargetSchema.of(mautic.fields().all(), mapping.fields(), PlaceNames.load());
        new InstanceCheck(jdbi, mautic).check();
        consents.beforePush().get().ifPresent(reason -> {
            throw new RunStoppedException(reason);
        });
        SegmentTable.Found segments = new SegmentTable(mautic, jdbi).find(mapping.segments());
        segments.replaced().forEach(status::forgetMembers);
        return new Target(schema, segments);
    }
}
