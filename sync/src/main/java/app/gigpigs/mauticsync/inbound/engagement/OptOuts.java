package app.gigpigs.mauticsync.inbound.engagement;

import app.gigpigs.mauticsync.consent.ledger.ConsentLedger;
import app.gigpigs.mauticsync.consent.ledger.CrmStatements;
import app.gigpigs.mauticsync.consent.ledger.Reason;
import app.gigpigs.mauticsync.consent.ledger.Statement;
import app.gigpigs.mauticsync.consent.ledger.Statement.Evidence;
import app.gigpigs.mauticsync.consent.ledger.Statement.Source;
import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.inbound.event.Event;
import app.gigpigs.mauticsync.inbound.event.EventDetails;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** What events say about addresses: statements of the ledger, which the CRM takes over in the same transaction. */
final class OptOuts {
    private final CustomerFinder customers;
    private final CrmStatements crm;
    private final ConsentLedger ledger = new ConsentLedger();

    OptOuts(CustomerFinder customers, CrmStatements crm) {
        this.customers = customers;
        this.crm = crm;
    }

    /**
     * States an event's opt-out about the address that the contact has, and about the one that its customer has by now.
     *
     * @return NO_CUSTOMER when no address is known yet, so that nothing could be stated
     */
    EffectResult state(Handle handle, Said said, @Nullable String email, @Nullable CustomerId customer) {
        Set<String> addresses = new LinkedHashSet<>();
        if (email != null) {
            addresses.add(CustomerFinder.address(email));
        }
        customers.sentTo(handle, said.contact()).ifPresent(addresses::add);
        if (customer != null) {
            String now = customers.addressOf(handle, customer);
            if (now != null) {
                addresses.add(CustomerFinder.address(now));
            }
        }
        addresses.remove("");
        if (addresses.isEmpty()) {
            return EffectResult.NO_CUSTOMER;
        }
        Evidence evidence = new Evidence(customer, said.contact(), said.eventKey(), null);
        ledger.state(
                handle,
                addresses.stream()
                        .map(address -> new Statement(address, said.reason(), said.source(), said.at(), evidence))
                        .toList());
        crm.takeOver(handle, addresses);
        return EffectResult.APPLIED;
    }

    /** States that an address takes no mails. */
    void invalid(Handle handle, String email, Said said, @Nullable CustomerId customer) {
        ledger.state(
                handle,
                List.of(new Statement(
                        CustomerFinder.address(email),
                        Reason.BOUNCED,
                        said.source(),
                        said.at(),
                        new Evidence(customer, said.contact(), said.eventKey(), null))));
    }

    /** Whether this stands against the contact's address already. */
    boolean known(Handle handle, Event.OwnEntry entry) {
        String email = entry.details().contact().email();
        return email == null || ledger.stands(handle, CustomerFinder.address(email), entry.reason());
    }

    /**
     * What an event says.
     *
     * @param contact Mautic's contact, or null
     */
    record Said(
            Reason reason,
            Source source,
            Instant at,
            @Nullable Long contact,
            String eventKey) {
        static Said of(Reason reason, Event.Recorded event, EventSource source) {
            EventDetails details = event.details();
            return new Said(
                    reason,
                    Source.valueOf(source.sql().toUpperCase(Locale.ROOT)),
                    details.occurredAt(),
                    details.contact().id(),
                    event.key());
        }
    }
}
