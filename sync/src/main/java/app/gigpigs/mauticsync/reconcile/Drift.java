package app.gigpigs.mauticsync.reconcile;

import app.gigpigs.mauticsync.crm.CustomerId;
import java.util.List;
import java.util.Set;

/**
 * A linked customer whose contact in Mautic is not what it was sent.
 *
 * @param contactId the contact it is linked to, or the one that its opt-out has to reach instead
 * @param fields aliases of the fields that differ
 * @param message one sentence a finding, without values, which are personal
 */
public record Drift(CustomerId customer, long contactId, Set<Kind> kinds, List<String> fields, List<String> message) {
    public Drift {
        kinds = Set.copyOf(kinds);
        fields = List.copyOf(fields);
        message = List.copyOf(message);
    }

    /** What is wrong. */
    public enum Kind {
        /** The customer opted out in the CRM, and Mautic may mail: the most serious kind. */
        DO_NOT_CONTACT_MISSING,
        /** Mautic holds a different value: edited there, cut, or rewritten. */
        FIELD_DIFFERS,
        SEGMENT_DIFFERS,
        /** Deleted in Mautic. */
        CONTACT_DELETED,
        /** Merged into another contact, or deleted and created anew. */
        CONTACT_MOVED,
        /** Several contacts have the address, so that Mautic rejects every change of any of them (seen on 5.1.0). */
        DUPLICATE
    }
}
