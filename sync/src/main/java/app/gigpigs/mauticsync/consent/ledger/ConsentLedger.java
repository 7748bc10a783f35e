package app.gigpigs.mauticsync.consent.ledger;

import app.gigpigs.mauticsync.crm.CustomerIdType;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * The table mautic_sync.consent_ledger: every statement that an address must not be mailed. What a statement says never
 * changes; only its end and how far it was delivered do. Works in the caller's transaction. Thread-safe.
 */
public final class ConsentLedger {
    /**
     * Stores statements. An event that was stored before, and what is in force for an address without an event, stays as it
     * is.
     *
     * @return how many are new
     */
    public int state(Handle handle, Collection<Statement> statements) {
        if (statements.isEmpty()) {
            return 0;
        }
        List<Statement> list = List.copyOf(statements);
        return handle.createUpdate("""
                        insert into mautic_sync.consent_ledger
                               (address, reason, source, said_at, customer_id, mautic_contact_id, event_key, note, crm_state)
                        select s.address, s.reason, s.source, cast(s.said_at as timestamptz), cast(s.customer as uuid),
                               cast(s.contact as bigint), s.event_key, s.note, s.crm_state
                          from unnest(:addresses, :reasons, :sources, :times, :customers, :contacts, :events, :notes, :crm)
                            as s (address, reason, source, said_at, customer, contact, event_key, note, crm_state)
                         where s.event_key is null
                            or not exists (select from mautic_sync.consent_ledger l
                                            where l.address = s.address and l.reason = s.reason and l.event_key = s.event_key
                                              and l.instance = mautic_sync.current_instance())
                         order by s.address
                        on conflict do nothing
                        """)
                .bind("addresses", column(list, Statement::address))
                .bind("reasons", column(list, one -> one.reason().code()))
                .bind("sources", column(list, one -> one.source().code()))
                .bind("times", column(list, one -> one.saidAt().toString()))
                .bind("customers", column(list, one -> text(one.evidence().customer())))
                .bind("contacts", column(list, one -> text(one.evidence().contact())))
                .bind("events", column(list, one -> one.evidence().eventKey()))
                .bind("notes", column(list, one -> one.evidence().note()))
                .bind("crm", column(list, ConsentLedger::crmState))
                .execute();
    }

    private static String crmState(Statement statement) {
        if (statement.reason() == Reason.CRM) {
            return "done";
        }
        return statement.reason().concernsCrm() ? "pending" : "not_needed";
    }

    /** Whether this reason stands against an address. */
    public boolean stands(Handle handle, String address, Reason reason) {
        return handle.createQuery("""
                        select exists (select from mautic_sync.consent_ledger
                                        where address = :address and reason = :reason and ended_at is null)
                        """)
                .bind("address", address)
                .bind("reason", reason.code())
                .mapTo(Boolean.class)
                .one();
    }

    /** Everything that was ever said about an address, the latest first. */
    public List<Entry> history(Handle handle, String address) {
        return handle.createQuery("""
                        select * from mautic_sync.consent_ledger where address = :address order by said_at desc, id desc
                        """)
                .bind("address", address)
                .map((row, context) -> entry(row))
                .list();
    }

    /**
     * Ends statements; those that ended before stay as they are.
     *
     * @return how many ended
     */
    public int end(Handle handle, Collection<Long> statements, EndedBy by, @Nullable String note) {
        return handle.createUpdate("""
                        update mautic_sync.consent_ledger set ended_at = now(), ended_by = :by, ended_note = :note
                         where id = any(:ids) and ended_at is null
                        """)
                .bindArray("ids", Long.class, statements.toArray())
                .bind("by", by.code())
                .bind("note", note)
                .execute();
    }

    /**
     * Ends statements because a person decided so.
     *
     * @param operator who
     * @param why as the operator says; kept for good
     */
    public int endByOperator(Handle handle, Collection<Long> statements, String operator, String why) {
        return handle.createUpdate("""
                        update mautic_sync.consent_ledger
                           set ended_at = now(), ended_by = 'operator', ended_operator = :operator, ended_note = :why
                         where id = any(:ids) and ended_at is null
                        """)
                .bindArray("ids", Long.class, statements.toArray())
                .bind("operator", operator)
                .bind("why", why)
                .execute();
    }

    /** The statements about an address that are in force. */
    public List<Entry> inForce(Handle handle, String address) {
        return history(handle, address).stream().filter(Entry::stands).toList();
    }

    /** Statements that Mautic does not show yet, as far as known, and whose turn it is; the oldest first. */
    public List<Undelivered> undelivered(Handle handle, int most) {
        return handle.createQuery("""
                        select id, address from mautic_sync.consent_ledger
                         where mautic_state = 'pending' and next_attempt_at <= now() and address is not null and ended_at is null
                         order by id limit :most
                        """)
                .bind("most", most)
                .map((row, context) -> new Undelivered(row.getLong("id"), row.getString("address")))
                .list();
    }

    /** Every contact with these addresses has its do-not-contact entry. */
    public void delivered(Handle handle, Collection<Long> statements) {
        handle.createUpdate("""
                        update mautic_sync.consent_ledger set mautic_state = 'done', last_error = null
                         where id = any(:ids) and mautic_state = 'pending'
                        """)
                .bindArray("ids", Long.class, statements.toArray())
                .execute();
    }

    /** Mautic did not take them: tried again later, with growing pauses up to an hour. */
    public void notDelivered(Handle handle, Collection<Long> statements, String error) {
        handle.createUpdate("""
                        update mautic_sync.consent_ledger
                           set attempts = attempts + 1, last_error = :error,
                               next_attempt_at = now() + least(interval '1 hour', interval '10 seconds' * power(2, least(attempts, 10)))
                         where id = any(:ids) and mautic_state = 'pending'
                        """)
                .bindArray("ids", Long.class, statements.toArray())
                .bind("error", error)
                .execute();
    }

    /** A different Mautic shows none of them yet: every statement in force is delivered again. */
    public void deliverAgain(Handle handle) {
        handle.execute("""
                update mautic_sync.consent_ledger
                   set mautic_state = 'pending', attempts = 0, next_attempt_at = now(), last_error = null
                 where ended_at is null
                """);
    }

    /** The intent to remove the entries in Mautic, stored before the first is removed. */
    public void removing(Handle handle, Collection<Long> statements) {
        mautic(handle, statements, "removing");
    }

    /**
     * A process died while it removed entries: they may be missing in Mautic, so they are delivered again. For the holder
     * of the outbound lease alone, since nobody else removes entries meanwhile.
     */
    public void removalsInterrupted(Handle handle) {
        handle.execute("""
                update mautic_sync.consent_ledger set mautic_state = 'pending', attempts = 0, next_attempt_at = now()
                 where mautic_state = 'removing' and ended_at is null
                """);
    }

    /** The entries stay, or were put back. */
    public void notRemoved(Handle handle, Collection<Long> statements) {
        mautic(handle, statements, "pending");
    }

    private static void mautic(Handle handle, Collection<Long> statements, String state) {
        handle.createUpdate("""
                        update mautic_sync.consent_ledger set mautic_state = :state
                         where id = any(:ids) and ended_at is null
                        """)
                .bindArray("ids", Long.class, statements.toArray())
                .bind("state", state)
                .execute();
    }

    private static String[] column(List<Statement> statements, Function<Statement, @Nullable String> value) {
        return statements.stream().map(value).toArray(String[]::new);
    }

    private static @Nullable String text(@Nullable Object value) {
        return value == null ? null : value.toString();
    }

    private static Entry entry(ResultSet row) throws SQLException {
        OffsetDateTime ended = row.getObject("ended_at", OffsetDateTime.class);
        return new Entry(
                row.getLong("id"),
                Reason.of(row.getString("reason")),
                row.getString("source"),
                row.getObject("said_at", OffsetDateTime.class).toInstant(),
                new Details(
                        new Statement.Evidence(
                                CustomerIdType.orNull(row.getString("customer_id")),
                                row.getObject("mautic_contact_id", Long.class),
                                row.getString("event_key"),
                                row.getString("note")),
                        row.getString("crm_state"),
                        row.getString("mautic_state"),
                        ended == null
                                ? null
                                : new End(ended.toInstant(), row.getString("ended_by"), row.getString("ended_note"))));
    }

    /** What ended a statement. */
    public enum EndedBy {
        /** A later opt-in in the CRM, by the setting. */
        CRM_OPT_IN,
        /** A customer of the CRM has the address of a deleted one, and opted in. */
        CUSTOMER_RETURNED,
        /** A person, by name. */
        OPERATOR;

        String code() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /** A statement that still has to be shown in Mautic. */
    public record Undelivered(long id, String address) {}

    /** A statement as it is stored. */
    public record Entry(long id, Reason reason, String source, Instant saidAt, Details details) {
        public boolean stands() {
            return details.end() == null;
        }
    }

    /**
     * The rest of it.
     *
     * @param crmState whether the CRM took the opt-out over: pending, done, rejected, contradicted, not_needed
     * @param mauticState whether Mautic's contacts show it: pending, done, removing
     * @param end what ended it, or null
     */
    public record Details(
            Statement.Evidence evidence,
            String crmState,
            String mauticState,
            @Nullable End end) {}

    /** When a statement ended, by what, and what an operator said. */
    public record End(Instant at, String by, @Nullable String note) {}
}
