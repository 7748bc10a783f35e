package app.gigpigs.mauticsync.bench;

import app.gigpigs.mauticsync.db.Database;
import app.gigpigs.mauticsync.db.DatabaseUrl;
import app.gigpigs.mauticsync.inbound.inbox.Inbox;
import app.gigpigs.mauticsync.inbound.webhook.MauticWebhook;
import app.gigpigs.mauticsync.inbound.webhook.WebhookSettings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;

/** The receiver in a process of its own: prints its port, receives until its input ends, and writes what it cost. */
final class MeasuredReceiver {
    static final String SECRET = "a secret of the benchmark";

    private MeasuredReceiver() {}

    public static void main(String[] arguments) throws IOException {
        WebhookSettings settings = WebhookSettings.of(new InetSocketAddress("127.0.0.1", 0), List.of(SECRET));
        try (Database database = Database.open(new DatabaseUrl(arguments[1], "postgres", "postgres"), 6);
                MauticWebhook receiver = new MauticWebhook(settings, new Inbox(database.jdbi()), () -> {}).start()) {
            System.out.println(receiver.port());
            while (System.in.read() >= 0) {
                // until the benchmark is done
            }
            MeasuredCommand.write(Path.of(arguments[0]));
        }
        System.exit(0);
    }
}
