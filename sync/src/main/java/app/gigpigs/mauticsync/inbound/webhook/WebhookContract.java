package app.gigpigs.mauticsync.inbound.webhook;

import java.util.List;

/** How our webhook in Mautic is recognised, and which events it has to send. */
public final class WebhookContract {
    /** The paths of the URL; the second one is from the original design. */
    public static final List<String> PATHS = List.of("/webhooks/mautic", "/functions/v1/mautic-webhook");

    /**
     * The events that concern the CRM. Mautic sends a click as a page hit with an e-mail as its source, and an unsubscribe
     * or a bounce as a change of the subscription to a channel (seen on 5.1.0).
     * Saved and deleted contacts tell of Mautic's own forms, imports and merges, which may leave a contact that can be mailed
     * with an address that must not be.
     */
    public static final List<String> TRIGGERS = List.of(
            "mautic.email_on_open",
            "mautic.page_on_hit",
            "mautic.lead_channel_subscription_changed",
            "mautic.lead_post_save_new",
            "mautic.lead_post_save_update",
            "mautic.lead_post_delete");

    /** Events of the original design. No Mautic sends them, but Mautic accepts a webhook that names them (seen on 5.1.0). */
    public static final List<String> SILENT =
            List.of("mautic.email_on_click", "mautic.email_on_unsubscribe", "mautic.email_on_bounce");

    private WebhookContract() {}
}
