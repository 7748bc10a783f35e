package app.gigpigs.mauticsync.outbound.segment;

import app.gigpigs.mauticsync.failure.ErrorCode;
import app.gigpigs.mauticsync.mapping.SegmentMap;
import app.gigpigs.mauticsync.mapping.SegmentMap.MauticName;
import app.gigpigs.mauticsync.mautic.Mautic;
import app.gigpigs.mauticsync.mautic.Segment;
import app.gigpigs.mauticsync.outbound.segment.SegmentLookup.Stored;
import app.gigpigs.mauticsync.runs.NotReadyException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * The Mautic segments of the CRM's: found by the id stored for them, then by alias, then by name, see
 * {@link SegmentLookup}, created where missing. Writes the table mautic_sync.segment_link.
 */
public final class SegmentTable {
    private final Mautic mautic;
    private final Jdbi jdbi;

    public SegmentTable(Mautic mautic, Jdbi jdbi) {
        this.mautic = mautic;
        this.jdbi = jdbi;
    }

    /**
     * Looks which of them Mautic has; changes nothing there.
     *
     * @throws NotReadyException naming each segment that cannot be used
     */
    public Found find(SegmentMap map) {
        Map<String, Stored> stored = stored(jdbi);
        SegmentLookup lookup = SegmentLookup.of(mautic.segments().all(), stored, map);
        List<String> problems = new ArrayList<>();
        lookup.found()
                .values()
                .forEach(segment -> SegmentLookup.problem(segment).ifPresent(problems::add));
        if (!problems.isEmpty()) {
            throw new NotReadyException(ErrorCode.MAUTIC_INCOMPLETE, problems);
        }
        Set<String> replaced = new TreeSet<>();
        stored.forEach((crmName, before) -> {
            Segment now = lookup.found().get(crmName);
            if (now == null || now.id() != before.id()) {
                replaced.add(crmName);
            }
        });
        return new Found(lookup.found(), lookup.missing(), replaced);
    }

    /** Forgets all stored ids: they belong to one Mautic instance. */
    public static void forget(Handle handle) {
        handle.execute("delete from mautic_sync.segment_link");
    }

    /** Creates what is missing and stores all ids; answers them by CRM name. */
    public Map<String, Long> complete(Found found) {
        Map<String, Segment> all = new HashMap<>(found.segments());
        found.missing()
                .forEach(
                        (crmName, wanted) -> all.put(crmName, mautic.segments().create(wanted.name(), wanted.alias())));
        remember(all);
        return ids(all);
    }

    /**
     * The segments as they are in Mautic.
     *
     * @param segments CRM name to segment
     * @param missing CRM names without a segment, and what theirs is to be called
     * @param replaced CRM names whose segment was a different one before, so that the remembered members are wrong
     */
    public record Found(Map<String, Segment> segments, Map<String, MauticName> missing, Set<String> replaced) {
        /** CRM name to segment id. */
        public Map<String, Long> ids() {
            return SegmentTable.ids(segments);
        }
    }

    private static Map<String, Long> ids(Map<String, Segment> segments) {
        Map<String, Long> ids = new HashMap<>();
        segments.forEach((crmName, segment) -> ids.put(crmName, segment.id()));
        return ids;
    }

    /** CRM name to its segment at the last run. */
    static Map<String, Stored> stored(Jdbi jdbi) {
        return jdbi.withHandle(handle -> {
            Map<String, Stored> stored = new HashMap<>();
            handle.createQuery("select crm_name, mautic_segment_id, alias from mautic_sync.segment_link")
                    .map((row, context) -> Map.entry(
                            row.getString("crm_name"),
                            new Stored(row.getLong("mautic_segment_id"), row.getString("alias"))))
                    .forEach(entry -> stored.put(entry.getKey(), entry.getValue()));
            return stored;
        });
    }

    private void remember(Map<String, Segment> segments) {
        List<Map.Entry<String, Segment>> entries = List.copyOf(segments.entrySet());
        jdbi.useHandle(handle -> handle.createUpdate("""
                        insert into mautic_sync.segment_link as s (crm_name, mautic_segment_id, alias)
                        select * from unnest(:names, cast(:ids as int[]), :aliases)
                        on conflict (crm_name) do update
                           set mautic_segment_id = excluded.mautic_segment_id, alias = excluded.alias, linked_at = now()
                         where (s.mautic_segment_id, s.alias) is distinct from (excluded.mautic_segment_id, excluded.alias)
                        """)
                .bind("names", entries.stream().map(Map.Entry::getKey).toArray(String[]::new))
                .bind(
                        "ids",
                        entries.stream()
                                .map(entry -> String.valueOf(entry.getValue().id()))
                                .toArray(String[]::new))
                .bind(
                        "aliases",
                        entries.stream().map(entry -> entry.getValue().alias()).toArray(String[]::new))
                .execute());
    }
}
