package app.gigpigs.mauticsync.outbound.payload;

import app.gigpigs.mauticsync.consent.ledger.Consent;
import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.crm.EmailAddress;
import app.gigpigs.mauticsync.mapping.ContactFields;
import app.gigpigs.mauticsync.mapping.FieldMap;
import app.gigpigs.mauticsync.mautic.Contact;
import app.gigpigs.mauticsync.outbound.diff.SourceRow;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One customer to be written to Mautic.
 *
 * @param row what was read
 * @param fields what its contact should hold
 * @param segments the CRM names of the segments it should be in, known ones only
 * @param contactId the contact to update; null to create one
 * @param origin how that contact was found
 */
public record ContactWrite(
        SourceRow row,
        ContactFields fields,
        Set<String> segments,
        @Nullable Long contactId,
        Origin origin) {
    public ContactWrite {
        segments = Set.copyOf(segments);
    }

    /** By the customer alone: as the key of a map, a write would otherwise go through every value of its contact. */
    @Override
    public int hashCode() {
        return customer().hashCode();
    }

    /** How a write's contact was found. */
    public enum Origin {
        /** Linked since an earlier run, or no contact yet. */
        KNOWN,
        /** Found again by its supabase_id. */
        FOUND,
        /** Found by its e-mail address, belonging to no customer. */
        MATCHED
    }

    public CustomerId customer() {
        return row.customer().id();
    }

    /** Whether the address may be mailed. */
    public Consent consent() {
        return row.consent();
    }

    /** The same for an address of which more is known than the CRM and the ledger say. */
    public ContactWrite with(Consent decided) {
        return new ContactWrite(row.with(decided), fields, segments, contactId, origin);
    }

    /**
     * Whether the contact that is to be written to is there and still the customer's: one without a supabase_id and with
     * another address than the one sent last is a new person's, who got the id of a deleted contact.
     */
    public boolean belongsTo(@Nullable Contact contact) {
        if (contact == null) {
            return false;
        }
        String sentBefore = row.lastTime().address();
        String id = contact.text(FieldMap.SUPABASE_ID);
        String address = contact.email();
        return origin != Origin.KNOWN
                || (id != null && !id.isBlank())
                || sentBefore == null
                || address == null
                || EmailAddress.normal(address).equals(EmailAddress.normal(sentBefore));
    }

    /** Whether the contact has the address that is sent, if one is. */
    public boolean hasAddressOf(Contact contact) {
        String sent = fields.values().get("email") instanceof String email ? email : null;
        String stored = contact.email();
        return sent == null || (stored != null && EmailAddress.normal(sent).equals(EmailAddress.normal(stored)));
    }

    /** Whether the memberships in Mautic may differ from those remembered. */
    public boolean membershipUncertain() {
        return origin != Origin.KNOWN || row.lastTime().interrupted();
    }

    public ContactWrite to(long contact, Origin how) {
        return new ContactWrite(row, fields, segments, contact, how);
    }

    public ContactWrite toNewContact() {
        return new ContactWrite(row, fields, segments, null, Origin.KNOWN);
    }

    public ContactWrite with(ContactFields changed) {
        return new ContactWrite(row, changed, segments, contactId, origin);
    }

    /**
     * The item for a contact as it was just read. An entry that it has already stays: Mautic 7 would replace its reason
     * and comment by ours, and with a bounce's the knowledge that the address takes no mails (seen on 7.0.0); 5.1 and 4.4
     * keep it, and announce the other by webhook.
     */
    public Map<String, @Nullable Object> item(@Nullable Contact there) {
        Map<String, @Nullable Object> item = item();
        if (there != null && !there.mailable()) {
            item.remove("doNotContact");
        }
        return item;
    }

    /**
     * The batch item. Blanks are sent as null with overwriteWithBlank, which clears exactly the fields sent; a new
     * contact needs no blanks. Numbers below one are not sent to an existing contact: Mautic drops them.
     */
    public Map<String, @Nullable Object> item() {
        Map<String, @Nullable Object> item = new LinkedHashMap<>();
        if (contactId != null) {
            item.put("id", contactId);
            item.put("overwriteWithBlank", true);
        }
        Set<String> small = fields.smallNumbers().keySet();
        fields.values().forEach((alias, value) -> {
            boolean blankOfNewContact = contactId == null && value == null;
            boolean dropped = contactId != null && small.contains(alias);
            if (!blankOfNewContact && !dropped) {
                item.put(alias, value);
            }
        });
        if (!consent().mailable()) {
            // In the same item, so that there is no moment in which the contact can be mailed. Reason 0 would wipe a
            // person's own unsubscribe and is never sent.
            item.put(
                    "doNotContact",
                    List.of(Map.of(
                            "channel",
                            "email",
                            "reason",
                            consent().doNotContact(),
                            "comments",
                            consent().comment())));
        }
        return item;
    }
}
