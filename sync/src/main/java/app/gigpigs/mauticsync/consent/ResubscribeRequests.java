package app.gigpigs.mauticsync.consent;

import app.gigpigs.mauticsync.consent.ledger.AddressConsent;
import app.gigpigs.mauticsync.consent.ledger.Consent;
import app.gigpigs.mauticsync.consent.ledger.ConsentRule;
import app.gigpigs.mauticsync.crm.CrmNames;
import app.gigpigs.mauticsync.crm.EmailAddress;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * People who ask to be mailed again: who used Mautic's own link for it, or was made contactable there by hand, against
 * the rule. The entry in Mautic is put back; only a person can decide otherwise. Reads only.
 */
public final class ResubscribeRequests {
    private final Jdbi jdbi;
    private final AddressConsent consents;

    public ResubscribeRequests(Jdbi jdbi, CrmNames names, ConsentRule rule) {
        this.jdbi = jdbi;
        this.consents = new AddressConsent(names, rule);
    }

    /** The latest request of each, the latest first. One that was answered by another opt-out is none any more. */
    public List<Request> list() {
        return jdbi.withHandle(handle -> {
            List<Asked> asked = asked(handle);
            Map<String, Consent> now =
                    consents.of(handle, asked.stream().map(Asked::address).collect(Collectors.toSet()));
            return asked.stream()
                    .filter(one ->
                            !now.getOrDefault(one.address(), Consent.MAILABLE).mailable())
                    .map(one -> new Request(
                            one.customer(),
                            one.contact(),
                            one.at(),
                            now.getOrDefault(one.address(), Consent.OPTED_OUT).code()))
                    .toList();
        });
    }

    private static List<Asked> asked(Handle handle) {
        return handle.createQuery("""
                        with asked as (
                          select g.customer_id::text as customer, g.mautic_contact_id as contact, g.occurred_at,
                                 coalesce(<synced>, <pending>) as address
                            from public.customer_email_engagement g
                            left join public.mautic_sync_status st
                              on st.customer_id = g.customer_id
                                 or (g.customer_id is null and st.mautic_contact_id = g.mautic_contact_id)
                            left join mautic_sync.pending_event u on u.event_id = g.id
                           where g.event_type = 'resubscribe' and g.instance = mautic_sync.current_instance()
                        ), latest as (
                          select distinct on (address) * from asked where address is not null
                           order by address, occurred_at desc
                        )
                        select * from latest a
                         where not exists (select from mautic_sync.consent_ledger l
                                            where l.address = a.address and l.said_at > a.occurred_at
                                              and l.reason in ('unsubscribed', 'complained', 'manual'))
                         order by occurred_at desc
                        """)
                .define("synced", EmailAddress.sql("st.synced_email"))
                .define("pending", EmailAddress.sql("u.email"))
                .map((row, context) -> new Asked(
                        row.getString("customer"),
                        row.getObject("contact", Long.class),
                        row.getObject("occurred_at", OffsetDateTime.class).toInstant(),
                        row.getString("address")))
                .list();
    }

    private record Asked(
            @Nullable String customer, @Nullable Long contact, Instant at, String address) {}

    /**
     * One request.
     *
     * @param reason why the person is not mailed
     */
    public record Request(
            @Nullable String customer, @Nullable Long contact, Instant at, String reason) {}
}
