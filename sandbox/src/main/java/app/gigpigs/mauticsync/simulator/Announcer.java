package app.gigpigs.mauticsync.simulator;

/** Publishes what happened to the webhooks, in Mautic's format. */
final class Announcer {
    private final Webhooks webhooks;
    private final WebhookJson json;
    private final MailWebhookJson mails;
    private final MauticVersion version;

    Announcer(Webhooks webhooks, WebhookJson json, MailWebhookJson mails, MauticVersion version) {
        this.version = version;
        this.webhooks = webhooks;
        this.json = json;
        this.mails = mails;
    }

    boolean brokeDown() {
        return webhooks.brokeDown();
    }

    void created(StoredContact contact) {
        webhooks.publish(Triggers.NEW, () -> json.created(contact));
    }

    /** A new contact's do-not-contact is told before the contact, whose fields are shown as they were sent (seen). */
    void createdWith(StoredContact contact, DoNotContacts.Change change) {
        webhooks.publish(Triggers.SUBSCRIPTION, () -> json.createdWith(contact, change));
    }

    void identified(StoredContact contact) {
        webhooks.publish(Triggers.NEW, () -> json.identified(contact));
    }

    /** The same visitor's second change within one request. */
    void updatedAfterIdentified(StoredContact contact) {
        webhooks.publish(Triggers.UPDATED, () -> json.identified(contact));
    }

    void updated(StoredContact contact) {
        webhooks.publish(Triggers.UPDATED, () -> "{\"contact\":" + json.contact(contact) + "}");
    }

    void deleted(StoredContact contact) {
        webhooks.publish(Triggers.DELETED, () -> json.deleted(contact));
    }

    void subscription(StoredContact contact, DoNotContacts.Change change) {
        webhooks.publish(Triggers.SUBSCRIPTION, () -> json.subscription(contact, change));
    }

    /** The contact is still shown with the old points (seen). */
    void points(StoredContact contact, long by) {
        webhooks.publish(Triggers.POINTS, () -> json.points(contact, by));
    }

    void segment(StoredContact contact, SegmentStore.Stored segment, String action) {
        if (!version.tellsSegments()) {
            return;
        }
        webhooks.publish(Triggers.SEGMENT, () -> json.segment(contact, segment, action));
    }

    void sent(MailStat stat, StoredContact contact) {
        webhooks.publish(Triggers.SEND, () -> mails.sent(stat, contact));
    }

    void opened(MailStat stat) {
        webhooks.publish(Triggers.OPEN, () -> mails.opened(stat));
    }

    void hit(PageHit hit) {
        webhooks.publish(Triggers.HIT, () -> mails.hit(hit));
    }
}
