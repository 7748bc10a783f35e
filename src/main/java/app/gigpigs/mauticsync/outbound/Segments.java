package app.gigpigs.mauticsync.outbound;

import app.gigpigs.mauticsync.contact.SegmentMap;
import app.gigpigs.mauticsync.contact.SegmentMap.MauticName;
import app.gigpigs.mauticsync.mautic.Mautic;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jdbi.v3.core.Jdbi;

/**
 * The Mautic segments that stand for the CRM's: found by the id stored for them, then by alias, then by name, created
 * where missing. Writes the table mautic_sync.segment.
 */
final class Segments {
    private final Mautic mautic;
    private final Jdbi jdbi;

    Segments(Mautic mautic, Jdbi jdbi) {
        this.mautic = mautic;
        this.jdbi = jdbi;
    }

    /**
     * Looks which of them Mautic has; changes nothing there.
     *
     * @throws NotReadyException naming each segment that cannot be used
     */
    Found find(SegmentMap map) {
        Map<String, Long> stored = stored(jdbi);
        SegmentLookup lookup = SegmentLookup.of(mautic.segments(), stored, map);
        Map<String, Long> ids = new HashMap<>();
        List<String> problems = new ArrayList<>();
        lookup.found().forEach((crmName, segment) -> {
            SegmentLookup.problem(segment).ifPresent(problems::add);
            ids.put(crmName, segment.id());
        });
        if (!problems.isEmpty()) {
            throw new NotReadyException(problems);
        }
        Set<String> replaced = new TreeSet<>(stored.keySet());
        replaced.removeIf(crmName -> Objects.equals(stored.get(crmName), ids.get(crmName)));
        return new Found(ids, lookup.missing(), replaced);
    }

    /** Creates what is missing and stores all ids; answers them by CRM name. */
    Map<String, Long> complete(Found found) {
        Map<String, Long> ids = new HashMap<>(found.ids());
        found.missing()
                .forEach((crmName, wanted) -> ids.put(
                        crmName,
                        mautic.createSegment(wanted.name(), wanted.alias()).id()));
        remember(ids);
        return ids;
    }

    /**
     * The segments as they are in Mautic.
     *
     * @param ids CRM name to segment id
     * @param missing CRM names without a segment, and what theirs is to be called
     * @param replaced CRM names whose segment was another one before, so that what is remembered of members is void
     */
    record Found(Map<String, Long> ids, Map<String, MauticName> missing, Set<String> replaced) {}

    /** Which segment stood for which of the CRM's at the last run. */
    static Map<String, Long> stored(Jdbi jdbi) {
        return jdbi.withHandle(handle -> {
            Map<String, Long> stored = new HashMap<>();
            handle.createQuery("select crm_name, mautic_segment_id from mautic_sync.segment")
                    .map((row, context) -> Map.entry(row.getString("crm_name"), row.getLong("mautic_segment_id")))
                    .forEach(entry -> stored.put(entry.getKey(), entry.getValue()));
            return stored;
        });
    }

    private void remember(Map<String, Long> ids) {
        jdbi.useHandle(handle -> handle.createUpdate("""
                        insert into mautic_sync.segment as s (crm_name, mautic_segment_id)
                        select * from unnest(:names, cast(:ids as int[]))
                        on conflict (crm_name) do update
                           set mautic_segment_id = excluded.mautic_segment_id, linked_at = now()
                         where s.mautic_segment_id <> excluded.mautic_segment_id
                        """)
                .bind("names", ids.keySet().toArray(String[]::new))
                .bind("ids", ids.values().stream().map(String::valueOf).toArray(String[]::new))
                .execute());
    }
}
