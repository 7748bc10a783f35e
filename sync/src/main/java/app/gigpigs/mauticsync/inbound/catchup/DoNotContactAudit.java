package app.gigpigs.mauticsync.inbound.catchup;

import app.gigpigs.mauticsync.consent.delivery.CrmAccess;
import app.gigpigs.mauticsync.consent.delivery.OptOutDelivery;
import app.gigpigs.mauticsync.consent.ledger.AddressConsent;
import app.gigpigs.mauticsync.consent.ledger.Consent;
import app.gigpigs.mauticsync.crm.ColumnName;
import app.gigpigs.mauticsync.crm.CrmNames;
import app.gigpigs.mauticsync.crm.EmailAddress;
import app.gigpigs.mauticsync.mautic.StatsApi;
import app.gigpigs.mauticsync.mautic.StatsApi.Row;
import app.gigpigs.mauticsync.mautic.StatsApi.Select;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * Finds contacts of ours that must not be mailed while Mautic has no do-not-contact entry for them any more: it was
 * removed, or lost in a merge, and the webhook about it was lost. Mautic would mail them, so the entry is put back at
 * once; also of customers that are skipped or left the view. Both sides are read in the order of contact ids, one range
 * at a time.
 */
final class DoNotContactAudit {
    private final Jdbi jdbi;
    private final CrmNames names;
    private final AddressConsent consents;
    private final StatsApi stats;
    private final OptOutDelivery delivery;

    DoNotContactAudit(Jdbi jdbi, CrmAccess crm, StatsApi stats, OptOutDelivery delivery) {
        this.jdbi = jdbi;
        this.names = crm.names();
        this.consents = new AddressConsent(crm.names(), crm.rule());
        this.stats = stats;
        this.delivery = delivery;
    }

    /**
     * A range of contact ids.
     *
     * @param upTo the last id
     * @param missing contacts without an entry, and why they need one
     */
    record Range(long upTo, Map<Long, Consent> missing) {}

    /** The range after this contact with about this number of contacts that may need one; empty when there are no more. */
    Optional<Range> after(long contact, int size) {
        Map<Long, LinkedContact> candidates = candidates(contact, size);
        if (candidates.isEmpty()) {
            return Optional.empty();
        }
        long last =
                candidates.keySet().stream().mapToLong(Long::longValue).max().orElseThrow();
        Map<Long, Consent> missing = unmailable(candidates);
        if (!missing.isEmpty()) {
            missing.keySet().removeAll(entries(contact, last, size));
        }
        return Optional.of(new Range(last, missing));
    }

    /** Puts the entries back, then moves the cursor. Returns how many are new. */
    int putBack(Range range, Consumer<Handle> advance) {
        int entries = range.missing().isEmpty()
                ? 0
                : delivery.toContacts(range.missing()).entries();
        jdbi.useTransaction(advance::accept);
        return entries;
    }

    private record LinkedContact(Optional<String> address, Optional<Consent> ownOptOut) {}

    /** Contacts whose customer or address may have opted out, by the indexes at hand; the rule decides afterwards. */
    private Map<Long, LinkedContact> candidates(long after, int size) {
        Map<Long, LinkedContact> contacts = new LinkedHashMap<>();
        jdbi.useHandle(handle -> handle.createQuery("""
                        select st.mautic_contact_id, <synced> as address, p.<opt_in> is false as opted_out
                          from public.mautic_sync_status st join <profiles> p on p.<id> = st.customer_id
                         where st.mautic_contact_id > :after
                           and (p.<opt_in> is false or st.synced_consent <> 'mailable'
                                or exists (select from mautic_sync.consent_ledger l
                                            where l.address = <synced> and l.ended_at is null))
                         order by st.mautic_contact_id fetch first :size rows with ties
                        """)
                .define("synced", EmailAddress.sql("st.synced_email"))
                .define("profiles", names.profiles().table().sql())
                .define("id", ColumnName.quoted(names.profiles().id()))
                .define("opt_in", ColumnName.quoted(names.profiles().optIn()))
                .bind("after", after)
                .bind("size", size)
                .map((row, context) -> contacts.put(
                        row.getLong("mautic_contact_id"),
                        new LinkedContact(
                                Optional.ofNullable(row.getString("address")),
                                row.getBoolean("opted_out") ? Optional.of(Consent.OPTED_OUT) : Optional.empty())))
                .list());
        return contacts;
    }

    private Map<Long, Consent> unmailable(Map<Long, LinkedContact> candidates) {
        List<String> addresses = candidates.values().stream()
                .map(LinkedContact::address)
                .flatMap(Optional::stream)
                .toList();
        Map<String, Consent> decided = jdbi.withHandle(handle -> consents.of(handle, addresses));
        Map<Long, Consent> unmailable = new HashMap<>();
        candidates.forEach((contact, linked) -> linked.address()
                .map(decided::get)
                .filter(consent -> !consent.mailable())
                .or(linked::ownOptOut)
                .ifPresent(consent -> unmailable.put(contact, consent)));
        return unmailable;
    }

    /** The contacts with an entry in a range of ids. */
    private Set<Long> entries(long after, long upTo, int page) {
        Set<Long> contacts = new HashSet<>();
        long from = after;
        boolean more = true;
        while (more) {
            List<Row> rows = stats.rows(Select.from("lead_donotcontact")
                    .where("channel", "eq", "email")
                    .where("lead_id", "gt", from)
                    .where("lead_id", "lte", upTo)
                    .by("lead_id")
                    .limit(page));
            for (Row row : rows) {
                Long contact = row.number("lead_id");
                if (contact != null) {
                    from = Math.max(from, contact);
                    // Some Mautic versions keep rows with reason 0. Mautic mails those contacts (mautic#9076).
                    if (row.number("reason") != null) {
                        contacts.add(contact);
                    }
                }
            }
            more = rows.size() >= page && from < upTo;
        }
        return contacts;
    }
}
