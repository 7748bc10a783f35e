package app.gigpigs.mauticsync.inbound.webhook;

import java.util.List;

/** What a webhook of ours is recognised by and has to send. */
public final class WebhookContract {
    /** Where deliveries arrive; the second is the original design's. */
    public static final List<String> PATHS = List.of("/webhooks/mautic", "/functions/v1/mautic-webhook");

    /**
     * The events that concern the CRM. A click is a page hit that came from an e-mail; unsubscribes and bounces are
     * changes of the subscription to a channel (seen on 5.1.0).
     */
    public static final List<String> TRIGGERS = List.of(
            "mautic.email_on_open",
            "mautic.page_on_hit",
            "mautic.lead_channel_subscription_changed",
            "mautic.lead_post_delete");

    /** The original design's; no Mautic has them, yet Mautic accepts a webhook that names them (seen on 5.1.0). */
    public static final List<String> SILENT =
            List.of("mautic.email_on_click", "mautic.email_on_unsubscribe", "mautic.email_on_bounce");

    private WebhookContract() {}
}
