package app.gigpigs.mauticsync.setup.check;

import app.gigpigs.mauticsync.mautic.MauticRelease;
import app.gigpigs.mauticsync.mautic.StatsApi;
import app.gigpigs.mauticsync.mautic.StatsApi.Row;
import app.gigpigs.mauticsync.mautic.StatsApi.Select;
import app.gigpigs.mauticsync.mautic.WebhookApi.Webhook;
import app.gigpigs.mauticsync.text.ForeignText;
import java.net.URI;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What Mautic's own log says of its deliveries to this service, the table webhook_logs: the only place where it says why a
 * delivery failed. Mautic 7 sends nothing to private addresses without permission, and its API tells nobody (seen on 7.0.0).
 */
public final class DeliveryLogChecks {
    private static final int NEWEST = 20;

    private final StatsApi stats;
    private final MauticRelease release;

    /** Looks at nothing yet. */
    public DeliveryLogChecks(StatsApi stats, MauticRelease release) {
        this.stats = stats;
        this.release = release;
    }

    /**
     * Looks at the newest deliveries.
     *
     * @param webhook ours, where there is one already
     * @param wanted the address that it is to have
     */
    public List<Finding> findings(Optional<Webhook> webhook, Optional<String> wanted) {
        List<Row> newest = webhook.map(this::newest).orElse(List.of());
        boolean anyGood = newest.stream().anyMatch(DeliveryLogChecks::good);
        if (!newest.isEmpty() && !good(newest.get(0))) {
            return List.of(failed(webhook.orElseThrow(), newest.get(0), anyGood));
        }
        String url = webhook.map(one -> one.target().url()).or(() -> wanted).orElse("");
        return release.checksPrivateAddresses() && PrivateHost.in(url) && !anyGood
                ? List.of(Finding.warning(
                        "webhook address",
                        url + " is private, and Mautic " + release
                                + " sends webhooks to private addresses only with permission",
                        permission(url)))
                : List.of();
    }

    private List<Row> newest(Webhook webhook) {
        return stats.rows(Select.from("webhook_logs")
                .where("webhook_id", "eq", webhook.id())
                .byDescending("id")
                .limit(NEWEST));
    }

    private Finding failed(Webhook webhook, Row row, boolean anyGood) {
        String url = webhook.target().url();
        String note = ForeignText.line(Objects.requireNonNullElse(row.text("note"), ""))
                .replaceFirst("\\.$", "");
        String message = "Mautic's newest delivery, at " + row.text("date_added") + " UTC, failed: "
                + Objects.requireNonNullElse(row.text("status_code"), "no status")
                + (note.isEmpty() ? "" : ", " + note);
        String reach = "see whether " + url
                + " reaches serve from Mautic's machine; Mautic: Settings > Webhooks shows its log";
        String fix = release.checksPrivateAddresses() && PrivateHost.in(url)
                ? reach + "; where Mautic does not allow the address: " + permission(url)
                : reach;
        return anyGood
                ? Finding.warning("deliveries of webhook " + webhook.id(), message, fix)
                : Finding.problem("deliveries of webhook " + webhook.id(), message, fix);
    }

    private static String permission(String url) {
        return "a public address; or in Mautic's config/local.php 'webhook_allowed_private_addresses' => ['"
                + URI.create(url.strip()).getHost() + "'], then clear Mautic's cache";
    }

    private static boolean good(Row row) {
        return Objects.requireNonNullElse(row.text("status_code"), "").startsWith("2");
    }
}
