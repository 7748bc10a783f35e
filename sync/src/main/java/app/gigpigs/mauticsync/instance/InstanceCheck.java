package app.gigpigs.mauticsync.instance;

import app.gigpigs.mauticsync.mapping.FieldMap;
import app.gigpigs.mauticsync.mautic.Contact;
import app.gigpigs.mauticsync.mautic.Mautic;
import app.gigpigs.mauticsync.mautic.Segment;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;

/**
 * Checks that the configured Mautic is the instance whose ids are stored. Its URL proves nothing, because a Mautic may
 * move; a contact that exists under its stored id, with its customer's id in it, does. Reads only.
 */
public final class InstanceCheck {
    /** Looked at each time, in one request. */
    private static final int FIRST = 5;
    /** Looked at when none of the first exists: they may have been deleted. */
    private static final int NEWEST = 100;

    private static final int SPREAD = 100;
    /** Fewer may well all have been deleted or merged in Mautic by hand. */
    private static final int TELLING = 5;

    private final Jdbi jdbi;
    private final Mautic mautic;

    /** Looks at nothing yet. */
    public InstanceCheck(Jdbi jdbi, Mautic mautic) {
        this.jdbi = jdbi;
        this.mautic = mautic;
    }

    /**
     * To be called before anything is done by a stored id.
     *
     * @throws WrongInstanceException when this is a different Mautic instance
     */
    public void check() {
        another().ifPresent(message -> {
            throw new WrongInstanceException(message);
        });
    }

    /** Why this must be a different Mautic instance; empty when it is the known one, or when there is no evidence. */
    public Optional<String> another() {
        Map<Long, String> first = newest(FIRST);
        if (first.isEmpty() || look(first).known()) {
            return Optional.empty();
        }
        Seen seen = look(newestAndOthers());
        if (seen.unnamed()) {
            return Optional.of(Seen.WITHOUT_FIELD);
        }
        boolean none = seen.fitting() == 0 && (seen.looked() >= TELLING || otherSegments());
        boolean unlinked = seen.unlinked() >= TELLING && !seen.known();
        return none || unlinked ? Optional.of(seen.message()) : Optional.empty();
    }

    /** Whether a linked contact exists, so that this may be the known instance. */
    public boolean recognised() {
        return look(newestAndOthers()).fitting() > 0;
    }

    private Seen look(Map<Long, String> linked) {
        int fitting = 0;
        int unlinked = 0;
        boolean field = false;
        for (Contact contact : mautic.contacts().withIds(linked.keySet())) {
            String customer = contact.text(FieldMap.SUPABASE_ID);
            boolean fits = customer != null && customer.strip().equalsIgnoreCase(linked.get(contact.id()));
            field |= contact.values().containsKey(FieldMap.SUPABASE_ID);
            fitting += fits ? 1 : 0;
            unlinked += fits ? 0 : 1;
        }
        return new Seen(linked.size(), fitting, unlinked, field);
    }

    /**
     * The linked contacts that were looked at.
     *
     * @param fitting are there, with their customer's id
     * @param unlinked exist without it; the others were deleted
     * @param field whether Mautic shows the field that holds a customer's id at all
     */
    private record Seen(int looked, int fitting, int unlinked, boolean field) {
        private static final String WITHOUT_FIELD = "Mautic shows no contact field " + FieldMap.SUPABASE_ID
                + " with its contacts, so nobody can tell whose they are: ./mautic-sync doctor says what to do";

        /** Then it may be the same instance, whose field was deleted. */
        boolean unnamed() {
            return unlinked > 0 && !field;
        }

        /** Two Mautic instances that were filled from one CRM may agree in some contacts. */
        boolean known() {
            return fitting > unlinked;
        }

        String message() {
            return (fitting == 0 ? "none" : "only " + fitting) + " of the " + looked
                    + " linked contacts that were looked at is in this Mautic with its customer's id: MAUTIC_URL leads"
                    + " to a different Mautic instance, or this one was installed or restored anew, or all of them were deleted;"
                    + " nothing was done there. If that is meant: ./mautic-sync switch-instance";
        }
    }

    private Map<Long, String> newestAndOthers() {
        Map<Long, String> linked = newest(NEWEST);
        linked.putAll(spread());
        return linked;
    }

    /** Contact to customer, those with the highest ids. */
    private Map<Long, String> newest(int most) {
        return linked("order by st.mautic_contact_id desc limit " + most);
    }

    /** In the order of the customers' ids, which says nothing of their age. */
    private Map<Long, String> spread() {
        return linked("order by st.customer_id limit " + SPREAD);
    }

    private Map<Long, String> linked(String order) {
        Map<Long, String> linked = new HashMap<>();
        jdbi.useHandle(handle -> handle.createQuery("""
                        select st.mautic_contact_id, st.customer_id::text as customer from public.mautic_sync_status st
                         where st.mautic_contact_id is not null and st.last_synced_at is not null
                        """ + order)
                .map((row, context) ->
                        Map.entry(row.getLong("mautic_contact_id"), Objects.requireNonNull(row.getString("customer"))))
                .forEach(one -> linked.put(one.getKey(), one.getValue())));
        return linked;
    }

    /** Whether segments are stored and none of them is there; where both Mautics are new, their ids are the same. */
    private boolean otherSegments() {
        Map<Long, String> stored = new HashMap<>();
        jdbi.useHandle(handle -> handle.createQuery("select mautic_segment_id, alias from mautic_sync.segment_link")
                .map((row, context) -> Map.entry(
                        row.getLong("mautic_segment_id"),
                        Optional.ofNullable(row.getString("alias")).orElse("")))
                .forEach(one -> stored.put(one.getKey(), one.getValue())));
        List<Segment> present = stored.isEmpty() ? List.of() : mautic.segments().all();
        return !stored.isEmpty()
                && present.stream().noneMatch(segment -> segment.alias().equals(stored.get(segment.id())));
    }
}
