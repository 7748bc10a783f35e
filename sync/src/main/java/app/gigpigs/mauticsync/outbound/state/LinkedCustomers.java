package app.gigpigs.mauticsync.outbound.state;

import app.gigpigs.mauticsync.crm.ColumnName;
import app.gigpigs.mauticsync.crm.CrmNames;
import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.outbound.diff.SourceRow.SentAs;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** The customers that are linked to a contact, in pages, as public.mautic_sync_status remembers them. */
public final class LinkedCustomers {
    private static final int PAGE = 200;
    private static final CustomerId FIRST = CustomerId.of(new UUID(0, 0));

    private final Jdbi jdbi;
    private final CrmNames.Profiles profiles;

    public LinkedCustomers(Jdbi jdbi, CrmNames.Profiles profiles) {
        this.jdbi = jdbi;
        this.profiles = profiles;
    }

    /** All of them. Calls back with a page at a time; no statement stays open during the call. */
    public void all(Consumer<List<Row>> each) {
        CustomerId after = FIRST;
        for (List<Row> page = after(after); !page.isEmpty(); page = after(after)) {
            after = page.get(page.size() - 1).customer();
            each.accept(page);
        }
    }

    /** A random sample of them, in pages as well. */
    public void sample(int customers, Consumer<List<Row>> each) {
        pages(some(customers), each);
    }

    /** This one; does not call back when it is not linked. */
    public void one(CustomerId customer, Consumer<List<Row>> each) {
        pages(List.of(customer), each);
    }

    private void pages(List<CustomerId> ids, Consumer<List<Row>> each) {
        for (int from = 0; from < ids.size(); from += PAGE) {
            List<Row> page = of(ids.subList(from, Math.min(ids.size(), from + PAGE)));
            if (!page.isEmpty()) {
                each.accept(page);
            }
        }
    }

    private List<CustomerId> some(int most) {
        return new ArrayList<>(jdbi.withHandle(handle -> handle.createQuery("""
                        select customer_id from public.mautic_sync_status where mautic_contact_id is not null
                         order by random() limit :most
                        """)
                .bind("most", most)
                .mapTo(CustomerId.class)
                .list()));
    }

    private List<Row> after(CustomerId customer) {
        return rows("st.customer_id > :after order by st.customer_id limit " + PAGE, "after", customer);
    }

    private List<Row> of(List<CustomerId> ids) {
        return rows("st.customer_id = any(:ids) order by st.customer_id", "ids", ids.toArray(CustomerId[]::new));
    }

    private List<Row> rows(String condition, String name, Object value) {
        return jdbi.withHandle(handle -> handle.createQuery("""
                        select st.customer_id, st.mautic_contact_id, st.state, st.sync_hash, st.synced_consent, st.synced_email,
                               st.in_flight_until is not null or st.resend_reason is not null as outdated, p.<opt_in> is false as opted_out
                          from public.mautic_sync_status st
                          join <profiles> p on p.<profile_id> = st.customer_id
                         where st.mautic_contact_id is not null and <condition>
                        """)
                .define("profiles", profiles.table().sql())
                .define("profile_id", ColumnName.quoted(profiles.id()))
                .define("opt_in", ColumnName.quoted(profiles.optIn()))
                .define("condition", condition)
                .bind(name, value)
                .map((row, context) -> new Row(
                        new CustomerId(row.getString("customer_id")),
                        row.getLong("mautic_contact_id"),
                        row.getBoolean("opted_out"),
                        row.getString("synced_email"),
                        row.getString("state").equals("synced")
                                        && !row.getBoolean("outdated")
                                        && row.getString("synced_consent") != null
                                ? new SentAs(row.getString("sync_hash"), row.getString("synced_consent"))
                                : null))
                .list());
    }

    /**
     * One of them.
     *
     * @param optedOut the customer itself opted out of marketing in the CRM
     * @param email as it was last sent
     * @param sent how it was last sent, or null when the last write did not go through or the customer is not sent any more
     */
    public record Row(
            CustomerId customer,
            long contactId,
            boolean optedOut,
            @Nullable String email,
            @Nullable SentAs sent) {}
}
