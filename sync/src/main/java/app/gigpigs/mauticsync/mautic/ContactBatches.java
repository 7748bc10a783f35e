package app.gigpigs.mauticsync.mautic;

import app.gigpigs.mauticsync.mautic.Http.LostAnswerException;
import app.gigpigs.mauticsync.mautic.Http.NotSentException;
import app.gigpigs.mauticsync.text.ForeignText;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The batch calls that write contacts. They are never repeated here, see {@link BatchResult}. */
public final class ContactBatches {
    private final Session session;

    ContactBatches(Session session) {
        this.session = session;
    }

    /** Creates contacts; an item whose unique field matches an existing contact changes that contact instead. */
    public BatchResult create(List<Map<String, @Nullable Object>> items) {
        return batch("POST", "/api/contacts/batch/new", items);
    }

    /** Changes the fields sent, of contacts named by id. */
    public BatchResult edit(List<Map<String, @Nullable Object>> items) {
        requireIds(items);
        return batch("PATCH", "/api/contacts/batch/edit", items);
    }

    /** Replaces contacts: every field that is not sent is blanked, and an unknown id creates a contact. */
    public BatchResult replace(List<Map<String, @Nullable Object>> items) {
        requireIds(items);
        return batch("PUT", "/api/contacts/batch/edit", items);
    }

    /**
     * An item without an id makes Mautic write its data to the next item's contact, and an id that comes twice makes
     * it create a duplicate (both seen on 5.1.0).
     */
    private static void requireIds(List<Map<String, @Nullable Object>> items) {
        Set<Long> seen = new HashSet<>();
        for (Map<String, @Nullable Object> item : items) {
            if (!(item.get("id") instanceof Number id) || id.longValue() <= 0 || !seen.add(id.longValue())) {
                throw new IllegalArgumentException(
                        "every item needs its own positive id, this one has " + item.get("id"));
            }
        }
    }

    private BatchResult batch(String method, String path, List<Map<String, @Nullable Object>> items) {
        if (items.isEmpty()) {
            return new BatchResult.Answered(List.of());
        }
        try {
            Response reply = session.call(method, path, Json.write(items));
            return reply.status() == 429
                    ? new BatchResult.Limited(session.untilReset(reply), reply.message())
                    : result(reply, items.size());
        } catch (NotSentException | MauticUnavailable e) {
            // MauticUnavailable means that there is no token, so nothing was sent.
            return new BatchResult.NotSent(String.valueOf(e.getMessage()));
        } catch (LostAnswerException e) {
            return new BatchResult.Unknown(String.valueOf(e.getMessage()));
        }
    }

    private static BatchResult result(Response reply, int items) {
        if (proxyStoppedWaiting(reply)) {
            return new BatchResult.Unknown(
                    "a proxy in front of Mautic stopped waiting for it (" + reply.status() + ")");
        }
        if (!reply.ok()) {
            return new BatchResult.Rejected(reply.status(), reply.message());
        }
        try {
            return new BatchResult.Answered(BatchReader.read(reply.body(), items));
        } catch (IOException e) {
            return new BatchResult.Rejected(
                    reply.status(), "the answer cannot be read: " + ForeignText.line(e.getMessage()));
        }
    }

    /**
     * Whether a proxy stopped waiting while Mautic may still be working: 502, 504, and any other status above 500 that is
     * not in Mautic's own JSON (503 of some servers, 520 to 524 of others). A plain 500 comes from a PHP process that
     * died, so the call has ended.
     */
    private static boolean proxyStoppedWaiting(Response reply) {
        return reply.status() == 502 || reply.status() == 504 || (reply.status() > 500 && !reply.mauticsError());
    }
}
