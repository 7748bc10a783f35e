package app.gigpigs.mauticsync.setup.check;

import app.gigpigs.mauticsync.mapping.SegmentMap;
import app.gigpigs.mauticsync.mautic.Mautic;
import app.gigpigs.mauticsync.mautic.Segment;
import app.gigpigs.mauticsync.outbound.segment.SegmentLookup;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Whether Mautic has a segment for each of the CRM's, and does not change its members itself. */
public final class SegmentChecks {
    private final Mautic mautic;
    private final Map<String, SegmentLookup.Stored> stored;

    /** Finds segments by their stored ids first. */
    public SegmentChecks(Mautic mautic, Map<String, SegmentLookup.Stored> stored) {
        this.mautic = mautic;
        this.stored = stored;
    }

    public List<Finding> findings(SegmentMap map) {
        SegmentLookup lookup = SegmentLookup.of(mautic.segments().all(), stored, map);
        List<Finding> findings = new ArrayList<>();
        lookup.missing()
                .forEach((crmName, wanted) -> findings.add(Finding.problem(
                                "segment " + wanted.name(), "Mautic has no segment of this name or alias", "")
                        .fixedBy(new Fix(
                                "create the segment " + wanted.name(),
                                () -> mautic.segments().create(wanted.name(), wanted.alias())))));
        lookup.found().values().forEach(segment -> faults(segment, findings));
        return findings.isEmpty()
                ? List.of(Finding.ok("segments", map.names().size() + " segments, published and without filters"))
                : findings;
    }

    private static void faults(Segment segment, List<Finding> findings) {
        String subject = "segment " + segment.name();
        if (segment.filtered()) {
            findings.add(Finding.problem(
                    subject,
                    "has filters (id " + segment.id() + "): Mautic itself would add and remove members",
                    "Mautic: Segments > " + segment.name()
                            + ": remove its filters, or rename it and run ./mautic-sync setup"));
        }
        if (!segment.published()) {
            findings.add(Finding.problem(
                    subject,
                    "is not published (id " + segment.id() + "): Mautic adds no members",
                    "Mautic: Segments > " + segment.name() + ": publish it"));
        }
    }
}
