package app.gigpigs.mauticsync.bench;

import app.gigpigs.mauticsync.db.Database;
import app.gigpigs.mauticsync.db.DatabaseUrl;
import app.gigpigs.mauticsync.inbound.Receiver;
import java.io.IOException;
import java.nio.file.Path;

/** The receiver in a process of its own: prints its port, receives until its input ends, and writes what it cost. */
final class MeasuredReceiver {
    static final String SECRET = "a secret of the benchmark";

    private MeasuredReceiver() {}

    public static void main(String[] arguments) throws IOException {
        try (Database database = Database.open(new DatabaseUrl(arguments[1], "postgres", "postgres"), 6);
                Receiver receiver = new Receiver(database.jdbi(), SECRET)) {
            System.out.println(receiver.port());
            while (System.in.read() >= 0) {
                // until the benchmark is done
            }
            MeasuredCommand.write(Path.of(arguments[0]));
        }
        System.exit(0);
    }
}
