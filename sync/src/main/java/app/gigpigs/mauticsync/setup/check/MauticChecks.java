package app.gigpigs.mauticsync.setup.check;

import app.gigpigs.mauticsync.mautic.Credentials;
import app.gigpigs.mauticsync.mautic.MauticRelease;
import app.gigpigs.mauticsync.mautic.Probe;
import app.gigpigs.mauticsync.setup.check.Installation.MauticSide;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Mautic as a whole: whether its API works, its version and clock, its deliveries and bounce reports. */
public final class MauticChecks {
    private static final Duration CLOCK_TOLERANCE = Duration.ofMinutes(2);
    /** A queue that cron processes every few minutes is normal. */
    private static final Duration DELIVERY_TOLERANCE = Duration.ofMinutes(15);

    private final MauticSide side;
    private final Probe probe;
    private final InstantSource clock;

    public MauticChecks(MauticSide side, InstantSource clock) {
        this.side = side;
        this.probe = side.client().probe();
        this.clock = clock;
    }

    /** Whether it is a Mautic that accepts these credentials, and what the headers of its answer show. */
    public List<Finding> greeting() {
        Probe.Greeting greeting = probe.greet();
        List<Finding> findings = new ArrayList<>();
        findings.add(Finding.ok("Mautic", side.settings().url() + " answers and accepts the credentials"));
        findings.add(version(greeting.release()));
        greeting.date().ifPresent(date -> findings.add(clock(date)));
        if (side.settings().credentials() instanceof Credentials.Basic) {
            findings.add(
                    Finding.warning(
                            "credentials",
                            "HTTP basic authentication takes Mautic half a second for each call",
                            "Mautic: Settings > API Credentials > New (Client Credentials), then MAUTIC_CLIENT_ID and MAUTIC_CLIENT_SECRET"));
        }
        URI url = side.settings().url();
        if ("http".equals(url.getScheme())
                && !Set.of("127.0.0.1", "localhost", "[::1]").contains(url.getHost())) {
            findings.add(Finding.warning(
                    "encryption to Mautic",
                    url + " is not encrypted: credentials and customers can be read on the way",
                    "MAUTIC_URL with https"));
        }
        return findings;
    }

    /** Whether the version was tried, and what it does otherwise than others. */
    static Finding version(MauticRelease release) {
        String differences = release.differences().isEmpty() ? "" : ": it " + String.join("; ", release.differences());
        return switch (release.known()) {
            case TRIED -> Finding.ok("Mautic's version", release + differences);
            case BETWEEN ->
                Finding.ok(
                        "Mautic's version",
                        release + ", between versions that were tried; the rules for both are kept");
            case UNTRIED ->
                Finding.warning(
                        "Mautic's version",
                        release.text().isEmpty()
                                ? "not sent, so it is treated as one that nobody tried"
                                : release + " was not tried with this program; 4.4, 5.x and 7.0 were" + differences,
                        "./mautic-sync doctor --contract shows in what it differs; then ./mautic-sync sync --limit 20");
        };
    }

    private Finding clock(Instant date) {
        Duration apart = Duration.between(date, clock.instant()).abs();
        return apart.compareTo(CLOCK_TOLERANCE) > 0
                ? Finding.warning(
                        "clocks",
                        "Mautic's and ours are " + apart.toSeconds() + " s apart",
                        "make both machines use a time server (NTP)")
                : Finding.ok("clocks", "agree within " + CLOCK_TOLERANCE.toSeconds() + " s");
    }

    /**
     * Whether Mautic's events arrive here: compares its newest event with our newest delivery.
     *
     * @param since when the webhook was created; earlier events were never sent
     */
    public Finding deliveries(Optional<Instant> lastDelivery, Optional<Instant> since) {
        Optional<Instant> latest = probe.latestEvent();
        if (latest.isEmpty()) {
            return Finding.ok("deliveries", "Mautic has no events yet that a webhook would send");
        }
        Instant event = latest.get();
        Instant known = lastDelivery.orElse(Instant.MIN).isAfter(since.orElse(Instant.MIN))
                ? lastDelivery.orElse(Instant.MIN)
                : since.orElse(Instant.MIN);
        boolean overdue = event.isBefore(clock.instant().minus(DELIVERY_TOLERANCE))
                && known.isBefore(event.minus(DELIVERY_TOLERANCE));
        String last = lastDelivery.map(Instant::toString).orElse("never");
        return overdue
                ? Finding.problem(
                        "deliveries",
                        "Mautic's newest event is from " + event + ", our last delivery: " + last,
                        "check that Mautic's cron runs mautic:webhooks:process (queue mode), that its webhook log shows no errors, and that the address reaches serve; ./mautic-sync replay and the next catch-up bring the missing events")
                : Finding.ok("deliveries", "Mautic's newest event is from " + event + ", our last delivery: " + last);
    }

    /** Whether bounces can reach Mautic. */
    public Finding bounces() {
        return probe.takesBounceReports()
                ? Finding.ok("bounces", "Mautic accepts bounce reports of its mail transport at /mailer/callback")
                : Finding.warning(
                        "bounces",
                        "Mautic's mail transport does not report bounces (POST /mailer/callback: 404), so they arrive only if Mautic reads a bounce mailbox",
                        "Mautic: Settings > Configuration > Email Settings: a transport with a plugin that reports bounces, or the monitored inbox");
    }
}
