package app.gigpigs.mauticsync.consent.delivery;

import app.gigpigs.mauticsync.crm.CustomerId;
import java.util.Collection;
import org.jdbi.v3.core.Handle;

/** Requests that customers are sent to Mautic again, although they did not change in the CRM. The outbound journey does it. */
public interface Resend {
    /**
     * Has the next run send these customers, in the caller's transaction.
     *
     * @return how many were up to date before
     */
    int all(Handle handle, Collection<CustomerId> customers, Why why);

    /** What happened in Mautic. */
    enum Why {
        /** Their contact was deleted, or merged into another. */
        CONTACT_DELETED,
        /** Their contact has other values than it was sent, as after a merge. */
        CONTACT_CHANGED
    }
}
