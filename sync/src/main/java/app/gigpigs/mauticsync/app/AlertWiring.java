package app.gigpigs.mauticsync.app;

import app.gigpigs.mauticsync.monitor.AlertRules;
import app.gigpigs.mauticsync.monitor.AlertSender;
import app.gigpigs.mauticsync.monitor.AlertSettings;
import app.gigpigs.mauticsync.monitor.Alerts;
import app.gigpigs.mauticsync.monitor.Signals;
import app.gigpigs.mauticsync.status.StatusReport;

/** Who is told of a problem. */
public final class AlertWiring {
    private AlertWiring() {}

    /** Everybody that the settings name. */
    public static AlertSender sender(AlertSettings settings, Config.Sync sync) {
        return AlertSender.of(settings, sync.mautic().url());
    }

    /** What {@code serve} does every minute; nothing when nobody is to be told. */
    static Runnable alerts(Config.Serve config, Connections both) {
        AlertSettings settings = config.alerts().settings();
        if (!settings.wanted()) {
            return () -> {};
        }
        int spikeSize = config.alerts().spikeSize();
        return new Alerts(
                both.jdbi(),
                new AlertRules(config.serve().administration().rules(), settings.thresholds()),
                new Alerts.Read(
                        () -> StatusReport.of(both.jdbi(), both.crm()),
                        () -> Signals.of(both.jdbi(), spikeSize, both.clock().instant())),
                sender(settings, config.sync()),
                both.clock())::look;
    }
}
