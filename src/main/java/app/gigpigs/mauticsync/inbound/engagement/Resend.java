package app.gigpigs.mauticsync.inbound.engagement;

import app.gigpigs.mauticsync.crm.CustomerId;
import java.util.Collection;
import org.jdbi.v3.core.Handle;

/** Has customers sent to Mautic again although they did not change in the CRM; the outbound journey's business. */
public interface Resend {
    /**
     * These, by the next run, in the caller's transaction.
     *
     * @return how many were up to date before
     */
    int all(Handle handle, Collection<CustomerId> customers);
}
