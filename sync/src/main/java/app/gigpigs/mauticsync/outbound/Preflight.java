package app.gigpigs.mauticsync.outbound;

import app.gigpigs.mauticsync.instance.InstanceCheck;
import app.gigpigs.mauticsync.instance.ProvenRelease;
import app.gigpigs.mauticsync.mapping.Mapping;
import app.gigpigs.mauticsync.mapping.PlaceNames;
import app.gigpigs.mauticsync.mautic.Mautic;
import app.gigpigs.mauticsync.mautic.MauticRelease;
import app.gigpigs.mauticsync.outbound.diff.SourceSchemaCheck;
import app.gigpigs.mauticsync.outbound.payload.TargetSchema;
import app.gigpigs.mauticsync.outbound.push.Canary;
import app.gigpigs.mauticsync.outbound.segment.SegmentTable;
import app.gigpigs.mauticsync.outbound.state.SyncStatus;
import app.gigpigs.mauticsync.runs.StopSignal.RunStoppedException;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Checks that both sides are ready before anything is sent. */
final class Preflight {
    private static final Logger log = LoggerFactory.getLogger(Preflight.class);

    private final Jdbi jdbi;
    private final Mautic mautic;
    private final Mapping mapping;
    private final RunEnvironment.Consents consents;
    private final ProvenRelease proven;

    Preflight(Jdbi jdbi, Mautic mautic, Mapping mapping, RunEnvironment.Consents consents) {
        this.jdbi = jdbi;
        this.mautic = mautic;
        this.mapping = mapping;
        this.consents = consents;
        this.proven = new ProvenRelease(jdbi);
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
        return new Target(schema, segments, trust(mautic.release()));
    }

    private Canary.Trust trust(MauticRelease now) {
        Optional<MauticRelease> before = proven.last();
        if (before.filter(now::equals).isPresent()) {
            return Canary.Trust.PROVEN;
        }
        before.ifPresent(old -> log.warn(
                "Mautic was updated: it was {}, and is {}. More contacts than usual are read back before the rest is sent;"
                        + " ./mautic-sync reconcile compares all",
                old,
                now));
        if (now.known() != MauticRelease.Known.UNTRIED) {
            return Canary.Trust.UPDATED;
        }
        log.warn(
                "Mautic is {}, which nobody tried with this program: more contacts than usual are read back first",
                now);
        return Canary.Trust.UNTRIED;
    }

    /** Contacts that were sent to this Mautic were read back and right. */
    void proven() {
        proven.prove(mautic.release());
    }
}
