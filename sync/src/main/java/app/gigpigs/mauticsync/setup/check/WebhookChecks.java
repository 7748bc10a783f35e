package app.gigpigs.mauticsync.setup.check;

import app.gigpigs.mauticsync.failure.ErrorCode;
import app.gigpigs.mauticsync.inbound.webhook.WebhookContract;
import app.gigpigs.mauticsync.mautic.WebhookApi;
import app.gigpigs.mauticsync.mautic.WebhookApi.Webhook;
import app.gigpigs.mauticsync.runs.NotReadyException;
import app.gigpigs.mauticsync.setup.check.Installation.WantedWebhook;
import java.net.URI;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Whether Mautic's webhook sends the events that the CRM needs. After failures Mautic switches a webhook off by itself,
 * without a notice.
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

    /** How it is, with an automatic fix where there is one. */
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
                        ours.size() + " webhooks send to the same address; each event arrives " + ours.size()
                                + " times",
                        PLACE + ": keep one, id " + ours.get(0).id()));
            }
        }
        if (wanted.secrets().isEmpty() && !ours.isEmpty()) {
            findings.add(Finding.problem(
                    "webhook secret",
                    "MAUTIC_WEBHOOK_SECRET is not set: serve rejects every webhook",
                    "set it to the secret of webhook " + ours.get(0).id() + " (" + PLACE + ")"));
        }
        return findings.isEmpty()
                ? List.of(Finding.ok(
                        "webhook",
                        "id " + ours.get(0).id() + " is published, with the right events and secret, to "
                                + ours.get(0).target().url()))
                : findings;
    }

    /** Ours, published ones first: found by the wanted address, or without one by the path, which is only ours. */
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
                    "no webhook sends to this service, and MAUTIC_WEBHOOK_URL does not name its address: opens, clicks, unsubscribes and bounces come late or not at all",
                    "MAUTIC_WEBHOOK_URL=https://your-host" + WebhookContract.PATHS.get(0) + " ./mautic-sync setup");
        }
        String url = wanted.url().get();
        return Finding.problem("webhook", "Mautic has no webhook that sends to " + url, "")
                .fixedBy(new Fix(
                        "create a webhook to " + url + " (opens, page hits, subscriptions, saved and deleted contacts)",
                        () -> {
                            requireTriggers();
                            String secret =
                                    wanted.secrets().stream().findFirst().orElseGet(wanted.newSecret());
                            webhooks.create(NAME, url, secret, WebhookContract.TRIGGERS);
                        }));
    }

    /** Mautic accepts the name of an event that it does not know, and never sends that event. */
    private void requireTriggers() {
        List<String> unknown = new ArrayList<>(WebhookContract.TRIGGERS);
        unknown.removeAll(webhooks.triggers());
        if (!unknown.isEmpty()) {
            throw new NotReadyException(
                    ErrorCode.WEBHOOK_MISSING,
                    List.of("this Mautic has no webhook event " + String.join(", ", unknown)
                            + ": a webhook for it would never send"));
        }
    }

    private List<Finding> faults(Webhook webhook) {
        String subject = "webhook " + webhook.id();
        List<Finding> faults = new ArrayList<>();
        if (!webhook.published()) {
            faults.add(Finding.problem(
                            subject, "is not published: Mautic or a user switched it off, so it sends nothing", "")
                    .fixedBy(new Fix("publish webhook " + webhook.id(), () -> webhooks.publish(webhook.id()))));
        }
        List<String> missing = WebhookContract.TRIGGERS.stream()
                .filter(trigger -> !webhook.events().triggers().contains(trigger))
                .toList();
        if (!missing.isEmpty()) {
            faults.add(Finding.problem(subject, "does not send " + String.join(", ", missing), "")
                    .fixedBy(new Fix("make webhook " + webhook.id() + " send " + String.join(", ", missing), () -> {
                        requireTriggers();
                        webhooks.addTriggers(webhook.id(), missing);
                    })));
        }
        List<String> neverSent = WebhookContract.SILENT.stream()
                .filter(webhook.events().triggers()::contains)
                .toList();
        if (!neverSent.isEmpty()) {
            faults.add(Finding.warning(
                    subject,
                    "names " + String.join(", ", neverSent) + ", events that no Mautic has: they are never sent",
                    "nothing to do: they do no damage, and only a new webhook would be without them"));
        }
        if (webhook.events().newestFirst()) {
            faults.add(Finding.warning(subject, "sends the newest event first", "")
                    .fixedBy(new Fix(
                            "make webhook " + webhook.id() + " send the oldest event first",
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
                                        "has a different secret from MAUTIC_WEBHOOK_SECRET: its deliveries are rejected and lost",
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
