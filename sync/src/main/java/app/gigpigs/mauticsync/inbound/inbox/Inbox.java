package app.gigpigs.mauticsync.inbound.inbox;

import app.gigpigs.mauticsync.db.PostgresJson;
import app.gigpigs.mauticsync.inbound.engagement.InboundSettings;
import app.gigpigs.mauticsync.instance.InstanceTable;
import app.gigpigs.mauticsync.metrics.Meters;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** The table mautic_sync.inbox: deliveries as they arrived, and what became of them. Thread-safe. */
public final class Inbox implements InstanceTable {
    private final Jdbi jdbi;

    public Inbox(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /** Stores a delivery of Mautic; it is on disk when this returns. */
    public long add(byte[] body, Map<String, String> headers) {
        return jdbi.withHandle(handle -> handle.createQuery(
                        "insert into mautic_sync.inbox (body, headers) values (:body, cast(:headers as jsonb)) returning id")
                .bind("body", body)
                .bind("headers", json(headers))
                .mapTo(Long.class)
                .one());
    }

    /** Stores something as long as a usual delivery and takes it back: shows whether the database accepts deliveries. */
    void tryToAdd() {
        jdbi.useTransaction(handle -> {
            // Checksums, because what can be compressed takes no room.
            handle.execute("""
                    insert into mautic_sync.inbox (body, headers)
                    select decode(string_agg(md5(n::text), ''), 'hex'), '{}' from generate_series(1, 200) as n
                    """);
            handle.rollback();
        });
    }

    /**
     * Stores a message of Amazon SES, unless one with this id is stored; it is on disk when this returns. Amazon sends a
     * message again when it did not get the answer.
     */
    public void addOnce(String messageId, byte[] body, Map<String, String> headers) {
        jdbi.useHandle(handle -> handle.createUpdate("""
                        insert into mautic_sync.inbox (source, message_id, body, headers)
                        values ('ses', :id, :body, cast(:headers as jsonb)) on conflict (message_id) do nothing
                        """)
                .bind("id", messageId)
                .bind("body", body)
                .bind("headers", json(headers))
                .execute());
    }

    private static String json(Map<String, String> headers) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        headers.forEach(json::put);
        return PostgresJson.write(json);
    }

    /** The oldest delivery that is due, locked until the transaction ends; skips those that another process has locked. */
    Optional<Delivery> claim(Handle handle) {
        return handle.createQuery("""
                        select id, source, body, received_at, attempts from mautic_sync.inbox
                         where state = 'pending' and next_attempt_at <= now()
                         order by id limit 1 for update skip locked
                        """)
                .map((row, context) -> new Delivery(
                        row.getLong("id"),
                        Source.valueOf(row.getString("source").toUpperCase(Locale.ROOT)),
                        row.getBytes("body"),
                        row.getTimestamp("received_at").toInstant(),
                        row.getInt("attempts")))
                .findOne();
    }

    void done(Handle handle, Delivery delivery, DeliveryCounts counts) {
        finish(handle, delivery, State.PROCESSED, counts, null);
    }

    void dead(Handle handle, Delivery delivery, DeliveryCounts counts, String reason) {
        finish(handle, delivery, State.DEAD, counts, reason);
    }

    private static void finish(
            Handle handle, Delivery delivery, State state, DeliveryCounts counts, @Nullable String reason) {
        handle.createQuery("""
                        update mautic_sync.inbox
                           set state = :state, processed_at = now(), last_error = :reason, attempts = attempts + 1,
                               events_new = :fresh, events_known = :known, events_ignored = :ignored
                         where id = :id and state = 'pending'
                        returning (extract(epoch from clock_timestamp() - received_at) * 1000)::bigint
                        """)
                .bind("state", state.sql())
                .bind("reason", reason)
                .bind("fresh", counts.added())
                .bind("known", counts.known())
                .bind("ignored", counts.ignored())
                .bind("id", delivery.id())
                .mapTo(Long.class)
                .findOne()
                .ifPresent(waited -> Meters.deliveryDelay(Duration.ofMillis(waited)));
    }

    /** Replaces the body by the part that may be kept, and deletes the headers: the signature no longer matches. */
    static void redact(Handle handle, long delivery, byte[] kept) {
        handle.createUpdate("update mautic_sync.inbox set body = :body, headers = '{}' where id = :id")
                .bind("body", kept)
                .bind("id", delivery)
                .execute();
    }

    /** An attempt failed and was rolled back. The delivery is retried after a pause; after the last attempt it is dead. */
    State failed(Delivery delivery, InboundSettings settings, String reason) {
        int attempts = delivery.attempts() + 1;
        State state = attempts >= settings.attempts() ? State.DEAD : State.PENDING;
        jdbi.useHandle(handle -> handle.createUpdate("""
                        update mautic_sync.inbox
                           set state = :state, attempts = :attempts, last_error = :reason,
                               next_attempt_at = now() + make_interval(secs => :pause)
                         where id = :id and state = 'pending' and attempts = :attempts - 1
                        """)
                .bind("state", state.sql())
                .bind("attempts", attempts)
                .bind("reason", reason)
                .bind("pause", settings.pauseAfter(attempts).toMillis() / 1000.0)
                .bind("id", delivery.id())
                .execute());
        return state;
    }

    /** The latest deliveries, or the latest in one state. */
    public List<Entry> list(@Nullable State state, int most) {
        return jdbi.withHandle(handle -> handle.createQuery("""
                        select id, received_at, state, attempts, next_attempt_at, last_error, octet_length(body) as bytes
                          from mautic_sync.inbox where cast(:state as text) is null or state = :state
                         order by id desc limit :most
                        """)
                .bind("state", state == null ? null : state.sql())
                .bind("most", most)
                .map((row, context) -> entry(row))
                .list());
    }

    private static Entry entry(ResultSet row) throws SQLException {
        return new Entry(
                row.getLong("id"),
                row.getTimestamp("received_at").toInstant(),
                State.valueOf(row.getString("state").toUpperCase(Locale.ROOT)),
                new Attempts(
                        row.getInt("attempts"),
                        row.getTimestamp("next_attempt_at").toInstant(),
                        row.getString("last_error")),
                row.getInt("bytes"));
    }

    /** How many deliveries are in each state. */
    public Map<State, Long> counts() {
        Map<State, Long> counts = new EnumMap<>(State.class);
        for (State state : State.values()) {
            counts.put(state, 0L);
        }
        jdbi.useHandle(handle -> handle.createQuery("select state, count(*) as n from mautic_sync.inbox group by state")
                .map((row, context) ->
                        Map.entry(State.valueOf(row.getString("state").toUpperCase(Locale.ROOT)), row.getLong("n")))
                .forEach(each -> counts.put(each.getKey(), each.getValue())));
        return counts;
    }

    /**
     * Makes deliveries pending again, as if they had just arrived. An event that was applied before is not applied twice.
     * Deliveries from before a switch to a different Mautic instance stay as they are: their ids belong to the old one.
     *
     * @return how many
     */
    public int replay(Replay which) {
        return jdbi.withHandle(handle -> which.bind(handle.createUpdate("""
                        update mautic_sync.inbox
                           set state = 'pending', attempts = 0, next_attempt_at = now(), last_error = null, processed_at = null
                         where instance = mautic_sync.current_instance() and <which>
                        """).define("which", which.condition()))
                .execute());
    }

    /**
     * Deletes at most this many processed and dead deliveries that are older than this: bodies are full of personal data.
     *
     * @return how many
     */
    public static int prune(Handle handle, Duration keep, int most) {
        return handle.createUpdate("""
                        delete from mautic_sync.inbox i
                         using (select id from mautic_sync.inbox
                                 where state <> 'pending' and received_at < now() - make_interval(secs => :keep)
                                   and coalesce(processed_at, received_at) < now() - make_interval(secs => :keep)
                                 order by received_at limit :most) old
                         where i.id = old.id
                        """)
                .bind("keep", (double) keep.toSeconds())
                .bind("most", most)
                .execute();
    }

    /** Deliveries that could not be processed are dead: their ids would be other people's in a different Mautic instance. */
    @Override
    public void forget(Handle handle, int instance) {
        handle.execute("""
                update mautic_sync.inbox
                   set state = 'dead', last_error = 'came before ./mautic-sync switch-instance, from the Mautic before'
                 where state <> 'processed'
                """);
    }

    /** What became of a delivery. */
    public enum State {
        /** It waits for its first attempt or for a retry. */
        PENDING,
        /** All its events are in the CRM. */
        PROCESSED,
        /** It failed too often or cannot be read. A person has to look at it; replay processes it again. */
        DEAD;

        String sql() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** A delivery in the list. */
    public record Entry(long id, Instant receivedAt, State state, Attempts attempts, int bytes) {}

    /**
     * The attempts to process a delivery.
     *
     * @param count how many were made
     * @param next the time before which there is no further one
     * @param lastError why the last one failed, without personal data; null when it did not
     */
    public record Attempts(
            int count, Instant next, @Nullable String lastError) {}

    /** A delivery that is being processed. */
    record Delivery(long id, Source source, byte[] body, Instant receivedAt, int attempts) {
        /** The same with another body. */
        Delivery with(byte[] other) {
            return new Delivery(id, source, other, receivedAt, attempts);
        }
    }

    /** Who sent a delivery. */
    enum Source {
        MAUTIC,
        SES
    }
}
