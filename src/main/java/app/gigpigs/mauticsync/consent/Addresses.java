package app.gigpigs.mauticsync.consent;

import app.gigpigs.mauticsync.crm.Column;
import app.gigpigs.mauticsync.crm.CrmNames;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Which of the CRM's customers have an address, in the view or in the table of addresses. */
final class Addresses {
    private final CrmNames names;

    Addresses(CrmNames names) {
        this.names = names;
    }

    /** Address to its customers; an address that nobody has is missing. */
    Map<String, Set<UUID>> holders(Handle handle, Collection<String> emails) {
        Map<String, Set<UUID>> holders = new HashMap<>();
        handle.createQuery("select h.customer_id, h.address from (" + all(handle)
                        + ") h where h.address = any(:emails) and h.customer_id is not null")
                .bind("emails", emails.toArray(String[]::new))
                .map((row, context) -> holders.computeIfAbsent(row.getString("address"), first -> new HashSet<>())
                        .add(row.getObject("customer_id", UUID.class)))
                .list();
        return holders;
    }

    private String all(Handle handle) {
        String view = "select v.id as customer_id, lower(btrim(v.email)) as address from "
                + names.view().sql() + " v where v.email is not null";
        CrmNames.Emails emails = names.emails();
        boolean table = handle.createQuery("select to_regclass(:name) is not null")
                .bind("name", emails.table().sql())
                .mapTo(Boolean.class)
                .one();
        return table
                ? view
                        + " union select e.%s, lower(btrim(e.%s)) from %s e"
                                .formatted(
                                        Column.quoted(emails.customer()),
                                        Column.quoted(emails.email()),
                                        emails.table().sql())
                : view;
    }
}
