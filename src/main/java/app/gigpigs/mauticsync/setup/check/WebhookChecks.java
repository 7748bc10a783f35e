package app.gigpigs.mauticsync.setup.check;

import app.gigpigs.mauticsync.inbound.webhook.WebhookContract;
import app.gigpigs.mauticsync.mautic.WebhookApi;
import app.gigpigs.mauticsync.mautic.WebhookApi.Webhook;
import app.gigpigs.mauticsync.setup.check.Installation.WantedWebhook;
import java.net.URI;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Whether Mautic's webhook sends what the CRM waits for. Mautic switches a webhook off by itself after failures, and
 * tells nobody.
 */
public final class WebhookChecks {
    private static final String NAME = "mautic-sync";
    private static final String PLACE = "Mautic: Settings > Webhooks";

    private final WebhookApi webhooks;
    private final WantedWebhook wanted;

    /** For the webhook that is wanted. */
    public WebhookChecks(WebhookApi webhooks, WantedWebhook wanted) {
        this.webhooks = webhooks;
        this.wanted = wanted;
    }

    /** How it is; what can be mended carries how. */
    public List<Finding> findings() {
        return findings(webhooks.all());
    }

    /** The same for webhooks that were read already. */
    List<Finding> findings(List<Webhook> present) {
        List<Webhook> ours = ours(present);
        List<Finding> findings = new ArrayList<>();
        if (ours.isEmpty()) {
            findings.add(missing());
        } else {
            findings.addAll(faults(ours.get(0)));
            if (ours.size() > 1) {
                findings.add(Finding.warning(
                        "webhook",
                        ours.size() + " webhooks send to the same address; each event arrives so many times",
                        PLACE + ": keep one, id " + ours.get(0).id()));
            }
        }
        if (wanted.secrets().isEmpty() && !ours.isEmpty()) {
            findings.add(Finding.problem(
                    "webhook secret",
                    "MAUTIC_WEBHOOK_SECRET is not set: serve refuses every webhook",
                    "set it to the secret of webhook " + ours.get(0).id() + " (" + PLACE + ")"));
        }
        return findings.isEmpty()
                ? List.of(Finding.ok(
                        "webhook",
                        "id " + ours.get(0).id() + " is published, with the right events and secret, to "
                                + ours.get(0).target().url()))
                : findings;
    }

    /** Ours, the best first: by the address wanted, or where none is given by the path that only we answer. */
    public List<Webhook> ours(List<Webhook> present) {
        return present.stream()
                .filter(webhook -> wanted.url()
                        .map(url -> normal(url).equals(normal(webhook.target().url())))
                        .orElseGet(() -> WebhookContract.PATHS.contains(
                                path(webhook.target().url()))))
                .sorted(Comparator.comparing((Webhook webhook) -> !webhook.published())
                        .thenComparing(Webhook::id))
                .toList();
    }

    private Finding missing() {
        if (wanted.url().isEmpty()) {
            return Finding.warning(
                    "webhook",
                    "no webhook leads to this service, and MAUTIC_WEBHOOK_URL does not say where it is to be sent to: opens, clicks, unsubscribes and bounces come late or not at all",
                    "MAUTIC_WEBHOOK_URL=https://your-host" + WebhookContract.PATHS.get(0) + " ./mautic-sync setup");
        }
        String url = wanted.url().get();
        return Finding.problem("webhook", "Mautic has none that sends to " + url, "")
                .fixedBy(new Fix("create a webhook to " + url + " (opens, page hits, subscriptions, deletions)", () -> {
                    requireTriggers();
                    String secret = wanted.secrets().stream().findFirst().orElseGet(wanted.newSecret());
                    webhooks.create(NAME, url, secret, WebhookContract.TRIGGERS);
                }));
    }

    /** A name that this Mautic does not know would be accepted and stay silent. */
    private void requireTriggers() {
        List<String> unknown = new ArrayList<>(WebhookContract.TRIGGERS);
        unknown.removeAll(webhooks.triggers());
        if (!unknown.isEmpty()) {
            throw new IllegalStateException("this Mautic has no webhook event " + String.join(", ", unknown)
                    + ": a webhook with it would stay silent");
        }
    }

    private List<Finding> faults(Webhook webhook) {
        String subject = "webhook " + webhook.id();
        List<Finding> faults = new ArrayList<>();
        if (!webhook.published()) {
            faults.add(Finding.problem(
                            subject, "is not published: Mautic or somebody switched it off, and sends nothing", "")
                    .fixedBy(new Fix("publish webhook " + webhook.id(), () -> webhooks.publish(webhook.id()))));
        }
        List<String> missing = WebhookContract.TRIGGERS.stream()
                .filter(trigger -> !webhook.triggers().contains(trigger))
                .toList();
        if (!missing.isEmpty()) {
            faults.add(Finding.problem(subject, "does not send " + String.join(", ", missing), "")
                    .fixedBy(new Fix("let webhook " + webhook.id() + " send " + String.join(", ", missing), () -> {
                        requireTriggers();
                        webhooks.addTriggers(webhook.id(), missing);
                    })));
        }
        List<String> silent = WebhookContract.SILENT.stream()
                .filter(webhook.triggers()::contains)
                .toList();
        if (!silent.isEmpty()) {
            faults.add(Finding.warning(
                    subject,
                    "names " + String.join(", ", silent) + ", which no Mautic has: they stay silent",
                    "harmless beside the right events; they can only be taken out by creating the webhook anew"));
        }
        if (webhook.newestFirst()) {
            faults.add(Finding.warning(subject, "sends the newest event first", "")
                    .fixedBy(new Fix(
                            "let webhook " + webhook.id() + " send the oldest event first",
                            () -> webhooks.oldestFirst(webhook.id()))));
        }
        secret(webhook).ifPresent(faults::add);
        return faults;
    }

    private Optional<Finding> secret(Webhook webhook) {
        if (wanted.secrets().isEmpty()
                || wanted.secrets().get(0).equals(webhook.target().secret())) {
            return Optional.empty();
        }
        Fix automaticFix = new Fix(
                "give webhook " + webhook.id() + " the secret of MAUTIC_WEBHOOK_SECRET",
                () -> webhooks.changeSecret(webhook.id(), wanted.secrets().get(0)));
        return Optional.of(
                wanted.secrets().contains(webhook.target().secret())
                        ? Finding.warning("webhook " + webhook.id(), "still has the old secret", "")
                                .fixedBy(automaticFix)
                        : Finding.problem(
                                        "webhook " + webhook.id(),
                                        "has another secret than MAUTIC_WEBHOOK_SECRET: its deliveries are refused and lost",
                                        "")
                                .fixedBy(automaticFix));
    }

    private static String path(String url) {
        try {
            return URI.create(url).getPath().replaceFirst("/+$", "");
        } catch (IllegalArgumentException | NullPointerException e) {
            return "";
        }
    }

    private static String normal(String url) {
        return url.strip().replaceFirst("/+$", "").replaceFirst("^(?i)(https?)://", "$1://");
    }
}
