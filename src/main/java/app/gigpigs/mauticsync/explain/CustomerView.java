package app.gigpigs.mauticsync.explain;

import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.mautic.Contact;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One customer on both sides. Contains personal data: for the terminal, never for the log.
 *
 * @param inView whether the CRM's view has it
 * @param status what the last runs stored about it
 * @param now what both sides have now
 * @param next what the next run would do, one sentence each
 */
public record CustomerView(CustomerId customer, boolean inView, CustomerStatus status, Now now, List<String> next) {
    /** Its contact in Mautic, or else the contact that it was linked to last. */
    OptionalLong contactId() {
        Long linked = status.contactId();
        return now.contact() != null
                ? OptionalLong.of(now.contact().id())
                : linked == null ? OptionalLong.empty() : OptionalLong.of(linked);
    }

    /**
     * What both sides have now.
     *
     * @param fields field by field
     * @param segments the CRM's names of the segments, by source: crm, sent, mautic
     * @param optIn the customer's own consent in the CRM; null when it has none, or is not in the view
     * @param sameAddress other customers with the same address, and whether they opted out
     * @param addresses the rows of the CRM's table of addresses
     * @param contact its contact, or null when there is none or Mautic does not respond
     */
    public record Now(
            List<FieldView> fields,
            Map<String, Set<String>> segments,
            @Nullable Boolean optIn,
            Map<CustomerId, Boolean> sameAddress,
            List<EmailAddresses.Mailbox> addresses,
            @Nullable Contact contact) {}

    /**
     * One field.
     *
     * @param crm the value in the CRM
     * @param wouldSend the value that would be sent now
     * @param sent the value that was last sent
     * @param mautic the value in Mautic, and whether it differs from the one that would be sent
     */
    public record FieldView(
            String alias,
            @Nullable String crm,
            @Nullable String wouldSend,
            @Nullable String sent,
            Value mautic) {
        /** The value in Mautic. */
        public record Value(@Nullable String value, boolean differs) {}
    }
}
