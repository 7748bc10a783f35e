package app.gigpigs.mauticsync.consent;

import app.gigpigs.mauticsync.consent.ConsentHistory.Ended;
import app.gigpigs.mauticsync.consent.ConsentHistory.Evidence;
import app.gigpigs.mauticsync.consent.ConsentHistory.Now;
import app.gigpigs.mauticsync.consent.ConsentHistory.Row;
import app.gigpigs.mauticsync.consent.ConsentHistory.Said;
import app.gigpigs.mauticsync.consent.ConsentHistory.Shown;
import app.gigpigs.mauticsync.consent.ConsentHistory.Times;
import app.gigpigs.mauticsync.consent.ConsentHistory.Validity;
import app.gigpigs.mauticsync.consent.ledger.AddressConsent;
import app.gigpigs.mauticsync.consent.ledger.Consent;
import app.gigpigs.mauticsync.consent.ledger.ConsentRule;
import app.gigpigs.mauticsync.consent.ledger.HashKeyStore;
import app.gigpigs.mauticsync.crm.ColumnName;
import app.gigpigs.mauticsync.crm.CrmNames;
import app.gigpigs.mauticsync.crm.CustomerEmails;
import app.gigpigs.mauticsync.crm.EmailAddress;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * Everything that is known about the consent of one address: what was said, by whom it was ended, and what counts now.
 * This is what one shows an authority. Reads only.
 */
public final class AddressHistory {
    private final Jdbi jdbi;
    private final CrmNames names;
    private final ConsentRule rule;
    private final HashKeyStore key;

    /** @param key finds the statements of an address that was erased */
    public AddressHistory(Jdbi jdbi, CrmNames names, ConsentRule rule, HashKeyStore key) {
        this.jdbi = jdbi;
        this.names = names;
        this.rule = rule;
        this.key = key;
    }

    public ConsentHistory of(String email) {
        String address = EmailAddress.normal(email);
        return jdbi.withHandle(handle -> {
            Consent now = new AddressConsent(names, rule).of(handle, address);
            List<Row> rows = rows(handle, address);
            List<Said> said = said(handle, address, hash(handle, address));
            return new ConsentHistory(
                    address,
                    new Now(now.mailable(), now.mailable() ? null : now.code(), because(now, rows, said)),
                    rows,
                    said);
        });
    }

    private @Nullable String hash(Handle handle, String address) {
        boolean anybody = handle.createQuery(
                        "select exists (select from mautic_sync.consent_ledger where address_hash is not null)")
                .mapTo(Boolean.class)
                .one();
        return anybody ? key.key(handle).email(address) : null;
    }

    private List<Row> rows(Handle handle, String address) {
        String tables = new CustomerEmails(names).rows(handle);
        List<Row> rows = new ArrayList<>(handle.createQuery("""
                        select distinct 'view' as place, v.<id>::text as customer, v.<opt_in> as opt_in
                          from <view> v where <v_address> = :address
                        <tables>
                         order by 2, 1 desc
                        """)
                .define("id", ColumnName.quoted(names.person().id()))
                .define("opt_in", ColumnName.quoted(names.person().optIn()))
                .define("view", names.view().sql())
                .define(
                        "v_address",
                        EmailAddress.sql("v." + ColumnName.quoted(names.person().email())))
                .define(
                        "tables",
                        tables.isEmpty()
                                ? ""
                                : "union select 'tables', t.customer_id::text, t.opt_in from (" + tables
                                        + ") t where t.address = :address")
                .bind("address", address)
                .map((row, context) -> new Row(
                        row.getString("place"),
                        row.getString("customer"),
                        row.getObject("opt_in", Boolean.class),
                        null))
                .list());
        rows.addAll(bounces(handle, address));
        return rows;
    }

    private List<Row> bounces(Handle handle, String address) {
        if (!new CustomerEmails(names).knowsValidity(handle)) {
            return List.of();
        }
        return handle.createQuery("""
                        select e.<customer>::text as customer, e.<valid> as valid, e.<bounces> as bounces
                          from <emails> e where <address> = :address order by 1
                        """)
                .define("customer", ColumnName.quoted(names.emails().customer()))
                .define("valid", ColumnName.quoted(names.emails().valid()))
                .define("bounces", ColumnName.quoted(names.emails().bounces()))
                .define("emails", names.emails().table().sql())
                .define(
                        "address",
                        EmailAddress.sql("e." + ColumnName.quoted(names.emails().email())))
                .bind("address", address)
                .map((row, context) -> new Row(
                        "addresses",
                        row.getString("customer"),
                        null,
                        new Validity(row.getBoolean("valid"), row.getInt("bounces"))))
                .list();
    }

    private static List<Said> said(Handle handle, String address, @Nullable String hash) {
        return handle.createQuery("""
                        select l.*, (select coalesce(g.email_subject, g.campaign_name) from public.customer_email_engagement g
                                      where g.event_key = l.event_key and g.instance = l.instance) as mail
                          from mautic_sync.consent_ledger l
                         where l.address = :address or l.address_hash = :hash
                         order by l.said_at desc, l.id desc
                        """)
                .bind("address", address)
                .bind("hash", hash)
                .map((row, context) -> statement(row))
                .list();
    }

    private static Said statement(ResultSet row) throws SQLException {
        Instant ended = instant(row, "ended_at");
        return new Said(
                row.getString("reason"),
                row.getString("source"),
                new Times(instant(row, "said_at"), instant(row, "recorded_at"), row.getString("address") == null),
                new Shown(
                        new Evidence(
                                row.getString("customer_id"),
                                row.getObject("mautic_contact_id", Long.class),
                                row.getString("event_key"),
                                row.getString("mail"),
                                row.getString("note")),
                        row.getString("crm_state"),
                        row.getString("mautic_state"),
                        row.getString("last_error")),
                ended == null
                        ? null
                        : new Ended(
                                ended,
                                row.getString("ended_by"),
                                row.getString("ended_operator"),
                                row.getString("ended_note")));
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }

    private List<String> because(Consent now, List<Row> rows, List<Said> said) {
        List<String> because = new ArrayList<>();
        said.stream()
                .filter(one -> one.ended() == null && !one.times().erased())
                .forEach(one -> because.add(one.reason() + " at " + one.times().said() + ", from " + one.source()));
        for (Row row : rows) {
            Validity validity = row.validity();
            if (Boolean.FALSE.equals(row.optIn())) {
                because.add("customer " + row.customer() + " is opted out in the CRM's " + row.place());
            } else if (Boolean.TRUE.equals(row.optIn())) {
                because.add("customer " + row.customer() + " is opted in in the CRM's " + row.place());
            } else if (validity == null) {
                because.add("customer " + row.customer() + " is neither opted in nor opted out in the CRM's "
                        + row.place());
            } else if (!validity.valid() || validity.bounces() >= rule.bouncesUntilInvalid()) {
                because.add("the address of customer " + row.customer() + " bounced " + validity.bounces()
                        + " times and is flagged as " + (validity.valid() ? "valid" : "invalid"));
            }
        }
        if (now == Consent.NO_OPT_IN) {
            because.add("nobody with the address opted in, and SYNC_OPT_IN_NULL counts that as opted out");
        } else if (because.isEmpty()) {
            because.add("neither the CRM nor the ledger knows the address");
        }
        return because;
    }
}
