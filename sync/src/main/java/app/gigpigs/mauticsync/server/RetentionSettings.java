package app.gigpigs.mauticsync.server;

import app.gigpigs.mauticsync.config.Kind;
import app.gigpigs.mauticsync.config.Setting;
import app.gigpigs.mauticsync.config.SettingReader;
import java.time.Duration;
import java.util.List;

/**
 * How long what grows with time is kept. What an opt-out, an effect that is due, or the key of an event rests on is kept in
 * any case.
 *
 * @param deliveries raw deliveries, after they were processed or became dead
 * @param runs rows of the run log
 * @param payloads what Mautic said of an event, word for word
 * @param pendingEvents for how long the customer of an event is waited for
 * @param deletedCustomers what is remembered of a customer that the CRM deleted, after its contact was seen to
 */
public record RetentionSettings(
        Duration deliveries, Duration runs, Duration payloads, Duration pendingEvents, Duration deletedCustomers) {
    static final Setting DELIVERIES = Setting.of(
            "SYNC_KEEP_DELIVERIES",
            "30d",
            "How long a webhook delivery is kept after it was processed or became dead. Its body is personal data.",
            new Kind.Time());
    static final Setting RUNS = Setting.of(
            "SYNC_KEEP_RUNS",
            "365d",
            "How long rows of `mautic_sync_logs` are kept. The last good run, and one that can be undone, are kept longer.",
            new Kind.Time());
    static final Setting PAYLOADS = Setting.of(
            "SYNC_KEEP_PAYLOADS",
            "90d",
            "How long `raw_payload` of `customer_email_engagement` is kept: what Mautic said of an event, word for word. The"
                    + " event itself stays.",
            new Kind.Time());
    static final Setting PENDING_EVENTS = Setting.of(
            "SYNC_KEEP_PENDING_EVENTS",
            "365d",
            "How long the customer of an event is waited for. The event itself stays, and so does an opt-out.",
            new Kind.Time());
    static final Setting DELETED_CUSTOMERS = Setting.of(
            "SYNC_KEEP_DELETED_CUSTOMERS",
            "365d",
            "How long the ids of deleted customers are kept, after their contacts left our segments.",
            new Kind.Time());

    public static final List<Setting> SETTINGS = List.of(DELIVERIES, RUNS, PAYLOADS, PENDING_EVENTS, DELETED_CUSTOMERS);

    public static RetentionSettings from(SettingReader read) {
        return new RetentionSettings(
                read.duration(DELIVERIES),
                read.duration(RUNS),
                read.duration(PAYLOADS),
                read.duration(PENDING_EVENTS),
                read.duration(DELETED_CUSTOMERS));
    }
}
