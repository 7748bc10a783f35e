package app.gigpigs.mauticsync.outbound.state;

import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.outbound.diff.SourceRow.SentAs;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A write that may still be running in Mautic.
 *
 * @param as what it sends
 * @param call the call that sends it, or null when nothing was sent yet
 * @param position its place among the contacts that the call creates, or null when the call changes contacts
 */
public record RunningWrite(
        CustomerId customer,
        SentAs as,
        @Nullable UUID call,
        @Nullable Integer position) {

    /** Whether the call that sends it creates contacts. */
    public boolean creates() {
        return position != null;
    }
}
