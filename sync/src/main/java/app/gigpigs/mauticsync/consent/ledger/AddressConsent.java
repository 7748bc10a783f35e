package app.gigpigs.mauticsync.consent.ledger;

import app.gigpigs.mauticsync.consent.ledger.ConsentRule.MissingOptIn;
import app.gigpigs.mauticsync.crm.ColumnName;
import app.gigpigs.mauticsync.crm.CrmNames;
import app.gigpigs.mauticsync.crm.CustomerEmails;
import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.crm.EmailAddress;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/**
 * Asks whether addresses may be mailed: every customer row with the address, in the view or only in the CRM's tables,
 * and every statement of the ledger in force, goes into the one function that decides. Reads only. Thread-safe.
 */
public final class AddressConsent {
    private final CrmNames names;
    private final ConsentRule rule;
    private final CustomerEmails emails;

    public AddressConsent(CrmNames names, ConsentRule rule) {
        this.names = names;
        this.rule = rule;
        this.emails = new CustomerEmails(names);
    }

    /** One address. */
    public Consent of(Handle handle, String address) {
        return of(handle, Set.of(address)).values().iterator().next();
    }

    /** An answer for each of these addresses, under the normal form of each. */
    public Map<String, Consent> of(Handle handle, Collection<String> addresses) {
        return answers(handle, addresses, filled(VIEW), query -> query);
    }

    /**
     * The same for the addresses of rows that were just read from the view. The view is not asked again: not every view
     * finds an address without going through all of its rows.
     */
    public Map<String, Consent> ofRows(Handle handle, Collection<Row> rows) {
        return answers(
                handle,
                rows.stream().map(Row::address).toList(),
                "select * from unnest(:customers, :row_addresses, cast(:opt_ins as boolean[])) as r (customer_id, address, opt_in)",
                query -> query.bindArray(
                                "customers",
                                CustomerId.class,
                                rows.stream().map(Row::customer).toArray())
                        .bind("row_addresses", rows.stream().map(Row::address).toArray(String[]::new))
                        .bind(
                                "opt_ins",
                                rows.stream()
                                        .map(row -> row.optIn() == null
                                                ? null
                                                : row.optIn().toString())
                                        .toArray(String[]::new)));
    }

    /**
     * A row of the view.
     *
     * @param address in its normal form
     */
    public record Row(
            CustomerId customer, String address, @Nullable Boolean optIn) {}

    private Map<String, Consent> answers(
            Handle handle, Collection<String> addresses, String inView, UnaryOperator<Query> bound) {
        Map<String, Consent> answers = new HashMap<>();
        addresses.forEach(address -> answers.put(EmailAddress.normal(address), Consent.MAILABLE));
        bound.apply(handle.createQuery("""
                        with shown as (
                          <shown>
                        ), holder as (
                          select customer_id, address, opt_in from shown
                          union all
                          select p.<p_id>, s.address, p.<p_opt_in> from shown s join <profiles> p on p.<p_id> = s.customer_id
                          <in_tables>
                        ), said as (
                          select l.address, l.reason from mautic_sync.consent_ledger l
                           where l.ended_at is null and l.address = any(:addresses)
                          union all
                          select h.address, 'opted_out' from holder h where h.opt_in is false
                          union all
                          select h.address, l.reason from holder h
                            join mautic_sync.consent_ledger l on l.customer_id = h.customer_id
                           where l.ended_at is null and l.crm_state in ('pending', 'rejected')
                          <invalid>
                        ), reasons as (
                          select address, array_agg(reason) as reasons from said group by address
                        ), held as (
                          select address, bool_or(opt_in) as opted_in, bool_or(opt_in is null) as missing
                            from holder group by address
                        )
                        select coalesce(r.address, h.address) as address,
                               mautic_sync.consent(r.reasons, h.opted_in, h.missing and <missing_is_no>) as consent
                          from reasons r full join held h on h.address = r.address
                        """))
                .define("shown", inView)
                .define("profiles", names.profiles().table().sql())
                .define("p_id", quoted(names.profiles().id()))
                .define("p_opt_in", quoted(names.profiles().optIn()))
                .define("in_tables", inTables(handle))
                .define("invalid", emails.knowsValidity(handle) ? filled(INVALID) : "")
                .define("missing_is_no", missingIsNo())
                .bind("addresses", answers.keySet().toArray(String[]::new))
                .map((row, context) -> answers.put(row.getString("address"), Consent.of(row.getString("consent"))))
                .list();
        return answers;
    }

    private static final String VIEW = """
            select v.<v_id> as customer_id, <v_address> as address, v.<v_opt_in> as opt_in
              from <view> v where <v_address> = any(:addresses)
            """;

    /** The view may lag behind its tables, or leave customers out. */
    private String inTables(Handle handle) {
        String rows = emails.rows(handle);
        return rows.isEmpty()
                ? ""
                : "union all select t.customer_id, t.address, t.opt_in from (" + rows
                        + ") t where t.address = any(:addresses)";
    }

    private static final String INVALID = """
            union all
            select <e_address>, 'bounced' from <emails> e
             where <e_address> = any(:addresses) and (e.<valid> is false or e.<bounces> >= <limit>)
            """;

    /**
     * For a statement that looks at every customer: the reasons that stand against an address, as rows of (address,
     * reason). To be put into it beside a query {@code source} of (customer_id, email_key, opt_in).
     */
    public String everyReason(Handle handle) {
        String said = """
                select l.address, l.reason from mautic_sync.consent_ledger l
                 where l.ended_at is null and l.address is not null
                union all
                select s.email_key, 'opted_out' from source s where s.opt_in is false and s.email_key is not null
                union all
                select s.email_key, l.reason from mautic_sync.consent_ledger l join source s on s.customer_id = l.customer_id
                 where l.ended_at is null and l.crm_state in ('pending', 'rejected') and s.email_key is not null
                """;
        String rows = emails.rows(handle);
        String inTables = rows.isEmpty()
                ? ""
                : " union all select t.address, 'opted_out' from (" + rows + ") t where t.opt_in is false\n";
        String invalid = !emails.knowsValidity(handle) ? "" : """
                union all
                select <e_address>, 'bounced' from <emails> e where e.<valid> is false or e.<bounces> >= <limit>
                """;
        return filled(said + inTables + invalid);
    }

    /** The same for addresses of which somebody opted in, as far as it matters: where somebody else did neither. */
    public String everyOptIn(Handle handle) {
        String yes = """
                select s.email_key as address from source s
                 where s.opt_in and s.email_key in (select n.email_key from source n where n.opt_in is null)
                """;
        String rows = emails.rows(handle);
        return rows.isEmpty()
                ? yes
                : yes + " union select t.address from (" + rows + ") t where t.opt_in"
                        + " and t.address in (select n.email_key from source n where n.opt_in is null)";
    }

    /** Whether an opt-in that is neither true nor false counts as an opt-out, in SQL. */
    public String missingIsNo() {
        return String.valueOf(rule.missingOptIn() == MissingOptIn.OPTED_OUT);
    }

    private String filled(String template) {
        String sql = template;
        for (Map.Entry<String, String> name : columns().entrySet()) {
            sql = sql.replace("<" + name.getKey() + ">", name.getValue());
        }
        return sql;
    }

    private Map<String, String> columns() {
        return Map.ofEntries(
                Map.entry("view", names.view().sql()),
                Map.entry("v_id", quoted(names.person().id())),
                Map.entry(
                        "v_address",
                        EmailAddress.sql("v." + quoted(names.person().email()))),
                Map.entry("v_opt_in", quoted(names.person().optIn())),
                Map.entry("emails", names.emails().table().sql()),
                Map.entry(
                        "e_address",
                        EmailAddress.sql("e." + quoted(names.emails().email()))),
                Map.entry("valid", quoted(names.emails().valid())),
                Map.entry("bounces", quoted(names.emails().bounces())),
                Map.entry("limit", String.valueOf(rule.bouncesUntilInvalid())));
    }

    private static String quoted(String column) {
        return ColumnName.quoted(column);
    }
}
