package app.gigpigs.mauticsync.outbound.segment;

import app.gigpigs.mauticsync.mapping.SegmentMap;
import app.gigpigs.mauticsync.mapping.SegmentMap.MauticName;
import app.gigpigs.mauticsync.mautic.Segment;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * Which of Mautic's segments belong to the CRM's: by the id stored for them as long as that one still
 * has its alias or name, then by alias, then by name. Pure.
 *
 * @param found CRM name to segment
 * @param missing CRM names without a segment, and what theirs is to be called
 */
public record SegmentLookup(Map<String, Segment> found, Map<String, MauticName> missing) {
    /** Looks among the segments present. */
    public static SegmentLookup of(List<Segment> present, Map<String, Stored> stored, SegmentMap map) {
        Map<String, Segment> found = new LinkedHashMap<>();
        Map<String, MauticName> missing = new LinkedHashMap<>();
        map.ordered()
                .forEach((crmName, wanted) -> find(present, stored.get(crmName), wanted)
                        .ifPresentOrElse(segment -> found.put(crmName, segment), () -> missing.put(crmName, wanted)));
        return new SegmentLookup(found, missing);
    }

    /**
     * The segment of one of the CRM's at the last run.
     *
     * @param alias as it was then; null where an older version of this program stored it
     */
    public record Stored(long id, @Nullable String alias) {
        /** A segment renamed in Mautic keeps its alias; in a different Mautic instance the id may be any segment's. */
        boolean is(Segment segment, MauticName wanted) {
            return segment.id() == id
                    && (segment.alias().equals(alias)
                            || segment.alias().equals(wanted.alias())
                            || segment.name().equalsIgnoreCase(wanted.name()));
        }
    }

    /** CRM name to its segment at the last run. */
    public static Map<String, Stored> stored(Jdbi jdbi) {
        return SegmentTable.stored(jdbi);
    }

    private static Optional<Segment> find(List<Segment> present, @Nullable Stored stored, MauticName wanted) {
        return present.stream()
                .filter(segment -> stored != null && stored.is(segment, wanted))
                .findFirst()
                .or(() -> present.stream()
                        .filter(segment -> segment.alias().equals(wanted.alias()))
                        .findFirst())
                .or(() -> present.stream()
                        .filter(segment -> segment.name().equalsIgnoreCase(wanted.name()))
                        .findFirst());
    }

    /** Why a segment cannot be used, and what to do; empty when it can. */
    public static Optional<String> problem(Segment segment) {
        if (segment.filtered()) {
            // Mautic's own rebuild would remove members again, or keep them.
            return Optional.of("segment \"" + segment.name() + "\" (id " + segment.id()
                    + ") has filters: remove them in Mautic, or rename it so that a segment of its own is created");
        }
        return segment.published()
                ? Optional.empty()
                : Optional.of("segment \"" + segment.name() + "\" (id " + segment.id()
                        + ") is not published: Mautic adds no contact to it; publish it");
    }
}
