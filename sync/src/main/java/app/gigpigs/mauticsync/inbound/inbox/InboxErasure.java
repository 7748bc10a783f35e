package app.gigpigs.mauticsync.inbound.inbox;

import app.gigpigs.mauticsync.consent.erasure.DeliveryRedaction;
import app.gigpigs.mauticsync.consent.erasure.ErasureRegister;
import app.gigpigs.mauticsync.consent.erasure.PersonIdentifiers;
import app.gigpigs.mauticsync.consent.erasure.PersonalDataTable;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/** What mautic_sync.inbox holds about a person: the deliveries stay, without the person's events. */
public final class InboxErasure implements PersonalDataTable {
    private static final int BATCH_SIZE = 200;
    private static final byte[] EMPTY = "{}".getBytes(StandardCharsets.UTF_8);

    private final DeliveryRedaction redaction;

    public InboxErasure(ErasureRegister register) {
        this.redaction = new DeliveryRedaction(register);
    }

    @Override
    public String table() {
        return "mautic_sync.inbox";
    }

    @Override
    public int erase(Handle handle, PersonIdentifiers person) {
        List<Long> candidates = candidates(handle, person);
        int changed = 0;
        for (int from = 0; from < candidates.size(); from += BATCH_SIZE) {
            changed += redact(handle, person, candidates.subList(from, Math.min(candidates.size(), from + BATCH_SIZE)));
        }
        return changed;
    }

    /** Deliveries that may name the person: by the address in any spelling, or by a number that may be the contact's. */
    private static List<Long> candidates(Handle handle, PersonIdentifiers person) {
        return person.bind(handle.createQuery("""
                        select id from mautic_sync.inbox
                         where encode(body, 'escape') collate "C" ~* :named_in_bytes order by id
                        """)).mapTo(Long.class).list();
    }

    private int redact(Handle handle, PersonIdentifiers person, List<Long> ids) {
        Map<Long, byte[]> bodies = new LinkedHashMap<>();
        handle.createQuery("select id, body from mautic_sync.inbox where id = any(:ids) order by id for update")
                .bindArray("ids", Long.class, ids.toArray())
                .map((row, context) -> bodies.put(row.getLong("id"), row.getBytes("body")))
                .list();
        int changed = 0;
        for (Map.Entry<Long, byte[]> body : bodies.entrySet()) {
            byte[] redacted = redaction.of(handle, body.getValue()).orElse(body.getValue());
            // A body that is not JSON, or that still names the person in an unexpected place, is removed as a whole.
            byte[] clean = person.isNamedIn(redacted) ? EMPTY : redacted;
            if (clean != body.getValue()) {
                Inbox.redact(handle, body.getKey(), clean);
                changed++;
            }
        }
        return changed;
    }
}
