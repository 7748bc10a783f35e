package app.gigpigs.mauticsync.mautic;

import app.gigpigs.mauticsync.failure.ErrorCode;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongConsumer;

/** Segments and their members. */
public final class SegmentApi {
    private static final int MEMBERS_PAGE = 10_000;
    private static final int SEGMENT_CHUNK = 200;

    private final ApiCalls calls;

    SegmentApi(ApiCalls calls) {
        this.calls = calls;
    }

    /** All segments. */
    public List<Segment> all() {
        List<Segment> segments = new ArrayList<>();
        calls.pages("/api/segments", "lists", segment -> segments.add(read(segment)));
        return segments;
    }

    private static Segment read(JsonNode segment) {
        return new Segment(
                segment.path("id").asLong(),
                segment.path("name").asText(),
                segment.path("alias").asText(),
                segment.path("isPublished").asBoolean(),
                !segment.path("filters").isEmpty());
    }

    /** Creates a published segment without filters; Mautic may change the alias, so read it from the answer. */
    public Segment create(String name, String alias) {
        Map<String, Object> wanted = Map.of("name", name, "alias", alias, "isPublished", 1);
        JsonNode created =
                calls.creating("/api/segments/new", Json.write(wanted)).path("list");
        if (created.path("id").asLong() <= 0) {
            throw new MauticRejected(ErrorCode.MAUTIC_CALL, "Mautic created no segment \"" + name + "\"");
        }
        return read(created);
    }

    /**
     * Adds contacts to a segment.
     *
     * @return for each contact whether it is a member now; Mautic answers 200 for contacts it does not have, too
     */
    public Map<Long, Boolean> addContacts(long segmentId, Collection<Long> contactIds) {
        List<Long> ids = List.copyOf(contactIds);
        Map<Long, Boolean> done = new LinkedHashMap<>();
        for (int from = 0; from < ids.size(); from += SEGMENT_CHUNK) {
            List<Long> chunk = ids.subList(from, Math.min(ids.size(), from + SEGMENT_CHUNK));
            String path = "/api/segments/" + segmentId + "/contacts/add";
            JsonNode details =
                    calls.json("POST", path, Json.write(Map.of("ids", chunk))).path("details");
            chunk.forEach(id -> done.put(
                    id, details.path(String.valueOf(id)).path("success").asBoolean()));
        }
        return done;
    }

    /**
     * Removes a contact from a segment; Mautic has no call for several.
     *
     * @return false when Mautic no longer has the contact
     */
    public boolean removeContact(long segmentId, long contactId) {
        String path = "/api/segments/" + segmentId + "/contact/" + contactId + "/remove";
        if (calls.found("POST", path, null)) {
            return true;
        }
        // Mautic answers alike whether the segment or the contact is missing; only the message differs, and Mautic
        // translates it.
        if (!new ContactApi(calls).withIds(List.of(contactId)).isEmpty()) {
            throw new MauticRejected(ErrorCode.MAUTIC_CALL, "Mautic has no segment " + segmentId + " any more");
        }
        return false;
    }

    /** The ids of a segment's members, without those that a user removed by hand. */
    public Set<Long> members(long segmentId) {
        Set<Long> members = new HashSet<>();
        forEachMember(segmentId, members::add);
        return members;
    }

    /** Calls back with the id of each member, page by page, for segments too large for a set in memory. */
    public void forEachMember(long segmentId, LongConsumer each) {
        int rows = MEMBERS_PAGE;
        for (int start = 0; rows == MEMBERS_PAGE; start += MEMBERS_PAGE) {
            List<StatsApi.Row> page = new StatsApi(calls)
                    .rows(StatsApi.Select.from("lead_lists_leads")
                            .where("leadlist_id", "eq", segmentId)
                            .by("lead_id")
                            .limit(MEMBERS_PAGE)
                            .start(start));
            rows = page.size();
            for (StatsApi.Row row : page) {
                Long member = row.number("lead_id");
                if (member != null && row.number("manually_removed") == null) {
                    each.accept(member);
                }
            }
        }
    }

    /** The ids of the segments that a contact is in; none when Mautic no longer has the contact. */
    public Set<Long> ofContact(long contactId) {
        String path = "/api/contacts/" + contactId + "/segments";
        Set<Long> ids = new HashSet<>();
        calls.jsonIfFound("GET", path)
                .ifPresent(answer -> answer.path("lists").forEach(list -> {
                    if (!list.path("manuallyRemoved").asBoolean()) {
                        ids.add(list.path("id").asLong());
                    }
                }));
        return ids;
    }
}
