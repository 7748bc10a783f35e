package app.gigpigs.mauticsync.simulator;

/** Tells the webhooks what happened, in Mautic's words. */
final class Announcer {
    private final Webhooks webhooks;
    private final WebhookJson json;

    Announcer(Webhooks webhooks, WebhookJson json) {
        this.webhooks = webhooks;
        this.json = json;
    }

    void created(StoredContact contact) {
        webhooks.publish(Triggers.NEW, () -> json.created(contact));
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
        updated(contact);
    }

    void segment(StoredContact contact, SegmentStore.Stored segment, String action) {
        webhooks.publish(Triggers.SEGMENT, () -> json.segment(contact, segment, action));
    }

    void sent(MailStat stat, StoredContact contact) {
        webhooks.publish(Triggers.SEND, () -> json.sent(stat, contact));
    }

    void opened(MailStat stat) {
        webhooks.publish(Triggers.OPEN, () -> json.opened(stat));
    }

    void hit(PageHit hit) {
        webhooks.publish(Triggers.HIT, () -> json.hit(hit));
    }
}
