package app.gigpigs.mauticsync.consent.ledger;

import app.gigpigs.mauticsync.consent.ledger.ConsentLedger.EndedBy;
import app.gigpigs.mauticsync.crm.CrmNames;
import app.gigpigs.mauticsync.crm.CustomerEmails;
import app.gigpigs.mauticsync.crm.CustomerEmails.OptIn;
import app.gigpigs.mauticsync.crm.EmailAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Which statements a later opt-in in the CRM ends, by the setting. Reads only; the decision about one address is pure. */
public final class Endings {
    /** An unsubscribe within this time of an opt-in is not certainly the earlier of the two: two clocks, one typing. */
    private static final Duration CERTAINLY_EARLIER = Duration.ofMinutes(5);

    private final CustomerEmails emails;
    private final OptInTimes times;
    private final ReconsentPolicy policy;

    public Endings(CrmNames names, ReconsentPolicy policy) {
        this.emails = new CustomerEmails(names);
        this.times = new OptInTimes(names);
        this.policy = policy;
    }

    /** Addresses of which everything that stands against them ends now. */
    public List<Ending> due(Handle handle) {
        Map<String, List<InForce>> byAddress = new LinkedHashMap<>();
        handle.createQuery("""
                        with mine as materialized (
                          select id, address, reason, source, said_at, crm_state from mautic_sync.consent_ledger
                           where ended_at is null and address is not null
                        ), yes as materialized (
                          select y.address, y.customer_id from (<opted_in_rows>) y where y.address in (select address from mine)
                        ), no as (
                          select distinct n.address from (<opted_out>) n where n.address in (select address from mine)
                        ), opted_in as (
                          select y.address, max(o.opted_in_at) as at from yes y
                            left join (<opt_in_times>) o on o.customer_id = y.customer_id group by y.address
                        )
                        select m.*, o.at as opted_in_at from mine m join opted_in o on o.address = m.address
                         where m.address not in (select address from no) order by m.address, m.id
                        """)
                .define("opt_in_times", times.sql())
                .define("opted_in_rows", emails.saying(handle, OptIn.YES))
                .define("opted_out", emails.saying(handle, OptIn.NO))
                .map((row, context) -> {
                    OffsetDateTime optedIn = row.getObject("opted_in_at", OffsetDateTime.class);
                    return byAddress
                            .computeIfAbsent(row.getString("address"), first -> new ArrayList<>())
                            .add(new InForce(
                                    row.getLong("id"),
                                    Reason.of(row.getString("reason")),
                                    row.getString("source").equals("import"),
                                    new Times(
                                            row.getObject("said_at", OffsetDateTime.class)
                                                    .toInstant(),
                                            optedIn == null ? null : optedIn.toInstant()),
                                    row.getString("crm_state")));
                })
                .list();
        List<Ending> due = new ArrayList<>(withoutStatement(handle));
        byAddress.forEach((address, inForce) -> ending(policy, address, inForce).ifPresent(due::add));
        return due;
    }

    /**
     * People who were sent as not to be mailed because nobody had opted in: a customer has by now, and nothing stands
     * against the address.
     */
    private List<Ending> withoutStatement(Handle handle) {
        return handle.createQuery("""
                        select distinct y.address from public.mautic_sync_status st
                          join (<opted_in_rows>) y on y.address = <synced>
                         where st.synced_consent = 'do_not_contact' and st.do_not_contact_reason = 3
                           and not exists (select from mautic_sync.consent_ledger l
                                            where l.address = y.address and l.ended_at is null)
                           and not exists (select from (<opted_out>) n where n.address = y.address)
                        """)
                .define("opted_in_rows", emails.saying(handle, OptIn.YES))
                .define("opted_out", emails.saying(handle, OptIn.NO))
                .define("synced", EmailAddress.sql("st.synced_email"))
                .mapTo(String.class)
                .map(address -> new Ending(address, List.of(), Set.of(Consent.NO_OPT_IN), EndedBy.CRM_OPT_IN))
                .list();
    }

    /** What an opt-in of the CRM does to what stands against one address: all of it ends, or nothing does. Pure. */
    static Optional<Ending> ending(ReconsentPolicy policy, String address, List<InForce> inForce) {
        if (!inForce.stream().allMatch(one -> ends(policy, one))) {
            return Optional.empty();
        }
        boolean deletedOnly = inForce.stream().allMatch(one -> one.reason() == Reason.CUSTOMER_DELETED);
        Set<Consent> covered = inForce.stream()
                .map(one -> switch (one.reason()) {
                    case CUSTOMER_DELETED -> Consent.CUSTOMER_DELETED;
                    case CRM -> Consent.OPTED_OUT;
                    default -> Consent.UNSUBSCRIBED;
                })
                .collect(Collectors.toSet());
        covered.add(Consent.NO_OPT_IN);
        return Optional.of(new Ending(
                address,
                inForce.stream().map(InForce::id).toList(),
                covered,
                deletedOnly ? EndedBy.CUSTOMER_RETURNED : EndedBy.CRM_OPT_IN));
    }

    private static boolean ends(ReconsentPolicy policy, InForce one) {
        return switch (one.reason()) {
            case CUSTOMER_DELETED -> true;
            case CRM ->
                policy == ReconsentPolicy.REMOVE_OWN
                        || (policy == ReconsentPolicy.NEWEST_WINS && one.times().optedInAfter(Duration.ZERO));
            case UNSUBSCRIBED ->
                policy == ReconsentPolicy.NEWEST_WINS
                        && !one.imported()
                        && Set.of("done", "contradicted").contains(one.crmState())
                        && one.times().optedInAfter(CERTAINLY_EARLIER);
            case COMPLAINED, BOUNCED, MANUAL, BLOCKED -> false;
        };
    }

    /** A statement in force, as far as an opt-in may end it. */
    record InForce(long id, Reason reason, boolean imported, Times times, String crmState) {}

    /** When it was said, and when a customer with the address last changed from no to yes, as far as that is known. */
    record Times(Instant saidAt, @Nullable Instant optedInAt) {
        private boolean optedInAfter(Duration atLeast) {
            return optedInAt != null && !optedInAt.isBefore(saidAt.plus(atLeast));
        }
    }

    /**
     * An address that may be mailed again, as soon as Mautic's entries are removed.
     *
     * @param statements that end; none where nobody had said anything
     * @param covered what an entry in Mautic may have been made for
     */
    public record Ending(String address, List<Long> statements, Set<Consent> covered, EndedBy by) {
        /** Whether an entry that was made for this ends, too. */
        public boolean covers(Consent made) {
            return covered.contains(made);
        }
    }
}
