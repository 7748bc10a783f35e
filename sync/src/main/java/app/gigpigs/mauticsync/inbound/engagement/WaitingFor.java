package app.gigpigs.mauticsync.inbound.engagement;

import app.gigpigs.mauticsync.crm.CustomerId;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Why an event is pending. */
enum WaitingFor {
    /** Its customer is not known. */
    CUSTOMER,
    /** The CRM rejected the change that it makes. */
    CRM;

    static WaitingFor of(@Nullable CustomerId customer) {
        return customer == null ? CUSTOMER : CRM;
    }

    String sql() {
        return name().toLowerCase(Locale.ROOT);
    }
}
