package app.gigpigs.mauticsync.plan;

import app.gigpigs.mauticsync.consent.erasure.ErasureRegister;
import app.gigpigs.mauticsync.mapping.Mapping;
import app.gigpigs.mauticsync.mapping.PlaceNames;
import app.gigpigs.mauticsync.mautic.Mautic;
import app.gigpigs.mauticsync.outbound.diff.ChangeDetector;
import app.gigpigs.mauticsync.outbound.diff.ChangeSet;
import app.gigpigs.mauticsync.outbound.diff.CustomerReader;
import app.gigpigs.mauticsync.outbound.diff.SourceSchemaCheck;
import app.gigpigs.mauticsync.outbound.diff.SyncMode;
import app.gigpigs.mauticsync.outbound.match.ContactLookup;
import app.gigpigs.mauticsync.outbound.payload.PayloadBuilder;
import app.gigpigs.mauticsync.outbound.payload.PlannedWrite;
import app.gigpigs.mauticsync.outbound.payload.SentValues;
import app.gigpigs.mauticsync.outbound.payload.TargetSchema;
import app.gigpigs.mauticsync.outbound.payload.WritePlanner;
import app.gigpigs.mauticsync.outbound.safety.Impact;
import app.gigpigs.mauticsync.outbound.safety.SafetyLimit;
import app.gigpigs.mauticsync.outbound.safety.SafetySettings;
import app.gigpigs.mauticsync.runs.NotReadyException;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jdbi.v3.core.Jdbi;

/** What the next run would do, without doing it: reads the CRM, what was sent last, and Mautic's fields. */
public final class SyncPlan {
    private final Jdbi jdbi;
    private final Mautic mautic;
    private final Mapping mapping;
    private final SafetySettings safety;
    private final ChangeDetector detector;

    /** Writes nothing, on either side. */
    public SyncPlan(Jdbi jdbi, Mautic mautic, Mapping mapping, SafetySettings safety, ErasureRegister erased) {
        this.jdbi = jdbi;
        this.mautic = mautic;
        this.mapping = mapping;
        this.safety = safety;
        this.detector = new ChangeDetector(jdbi, mapping, erased);
    }

    /** Counts what a run would do, from the CRM's side alone; asks Mautic nothing. */
    public PlannedCounts preview(SyncMode mode) {
        SourceSchemaCheck.check(jdbi, mapping);
        return PlannedCounts.of(detector.changes(mode));
    }

    /**
     * Works out what would be sent.
     *
     * @param each is called with every customer that would be sent, in the order of their ids
     * @throws NotReadyException when the view or Mautic's fields are not as the mapping needs them
     */
    public Summary make(SyncMode mode, Consumer<PlannedWrite> each) {
        SourceSchemaCheck.check(jdbi, mapping);
        TargetSchema schema = TargetSchema.of(mautic.fields().all(), mapping.fields(), PlaceNames.load());
        WritePlanner planner = new WritePlanner(
                new PayloadBuilder(new CustomerReader(jdbi, mapping), mapping, schema), new SentValues(jdbi));
        ChangeSet changes = detector.changes(mode);
        Map<String, Integer> fields = new TreeMap<>();
        Map<String, Integer> warnings = new TreeMap<>();
        planner.each(changes.pushes(), (write, push) -> {
            push.changes().forEach(change -> fields.merge(change.alias(), 1, Integer::sum));
            push.warnings().forEach(warning -> warnings.merge(warning, 1, Integer::sum));
            each.accept(push);
        });
        Impact impact = new SafetyLimit(jdbi, mapping, planner, safety).impact(changes);
        return new Summary(
                PlannedCounts.of(changes),
                fields,
                warnings,
                impact,
                impact.stops(safety, OptionalInt.empty()).stream().toList());
    }

    /** Looks the customers that would be sent up in Mautic; reads there, and writes nothing. */
    public MatchPreview againstMautic(SyncMode mode) {
        TargetSchema schema = TargetSchema.of(mautic.fields().all(), mapping.fields(), PlaceNames.load());
        MatchPreview.Lookup preview = new MatchPreview.Lookup(mautic, new ContactLookup(mautic, jdbi, mapping));
        new WritePlanner(new PayloadBuilder(new CustomerReader(jdbi, mapping), mapping, schema), new SentValues(jdbi))
                .each(detector.changes(mode).pushes(), (write, push) -> preview.look(write));
        return preview.found();
    }

    /**
     * The plan in numbers.
     *
     * @param fields alias to the number of customers whose value would change
     * @param warnings what would be left out, and how often
     * @param safetyLimit why the run would stop before sending, if it would
     */
    public record Summary(
            PlannedCounts counts,
            Map<String, Integer> fields,
            Map<String, Integer> warnings,
            Impact impact,
            List<String> safetyLimit) {}
}
