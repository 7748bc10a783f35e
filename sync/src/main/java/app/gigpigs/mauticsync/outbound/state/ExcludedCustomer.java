package app.gigpigs.mauticsync.outbound.state;

import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.outbound.diff.Change;
import app.gigpigs.mauticsync.outbound.diff.Change.Skip;
import org.jspecify.annotations.Nullable;

/**
 * A customer that is no longer sent.
 *
 * @param change it is skipped or removed
 * @param doNotContact the reason that was set in Mautic when it was removed, or null
 */
public record ExcludedCustomer(Change change, @Nullable Integer doNotContact) {
    CustomerId customer() {
        return change.customer();
    }

    String state() {
        return change instanceof Skip ? "skipped" : "removed";
    }

    @Nullable
    String skipReason() {
        return change instanceof Skip skip ? skip.reason().code() : null;
    }

    @Nullable
    CustomerId addressOwner() {
        return change instanceof Skip skip ? skip.addressOwner() : null;
    }
}
