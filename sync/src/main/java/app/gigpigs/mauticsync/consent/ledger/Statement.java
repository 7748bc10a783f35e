package app.gigpigs.mauticsync.consent.ledger;

import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.crm.EmailAddress;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One statement about one address: it must not be mailed.
 *
 * @param address in its normal form
 * @param saidAt when it was said, by the clock of where it was said
 */
public record Statement(String address, Reason reason, Source source, Instant saidAt, Evidence evidence) {
    public Statement {
        address = EmailAddress.normal(address);
        if (address.isEmpty()) {
            throw new IllegalArgumentException("a statement is about an address");
        }
    }

    /** How it became known. */
    public enum Source {
        CRM,
        WEBHOOK,
        CATCH_UP,
        PUSH_RESPONSE,
        IMPORT,
        SES,
        OPERATOR;

        /** As the database has it. */
        public String code() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * What one shows who has to prove it. Ids alone.
     *
     * @param customer the customer that it came from
     * @param contact the contact in Mautic
     * @param eventKey the event in customer_email_engagement; one event makes one statement about an address
     * @param note the list and its line, the reason that an operator gave
     */
    public record Evidence(
            @Nullable CustomerId customer,
            @Nullable Long contact,
            @Nullable String eventKey,
            @Nullable String note) {
        public static final Evidence NONE = new Evidence(null, null, null, null);

        public static Evidence of(CustomerId customer) {
            return new Evidence(customer, null, null, null);
        }

        public static Evidence noted(String note) {
            return new Evidence(null, null, null, note);
        }
    }

    /** The source by the name that an event has. */
    public static Source source(String code) {
        return Source.valueOf(code.toUpperCase(Locale.ROOT));
    }
}
