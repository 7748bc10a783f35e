package app.gigpigs.mauticsync.testing;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A pgbouncer in transaction mode with very few connections, as Supabase's shared pooler is one. */
final class Pgbouncer {
    private Pgbouncer() {}

    /** Starts one before a Postgres on that port; answers its own port. It ends with this process. */
    static int start(String program, int postgresPort) {
        try {
            int port = freePort();
            Path folder = Files.createTempDirectory("pgbouncer");
            folder.toFile().setWritable(true, false);
            folder.toFile().setReadable(true, false);
            folder.toFile().setExecutable(true, false);
            Path users = Files.writeString(
                    folder.resolve("users"),
                    "\"postgres\" \"postgres\"\n\"mautic_sync_service\" \"secret\"\n\"crm_clerk\" \"secret\"\n");
            Path config = Files.writeString(folder.resolve("pgbouncer.ini"), """
                    [databases]
                    * = host=127.0.0.1 port=%d
                    [pgbouncer]
                    listen_addr = 127.0.0.1
                    listen_port = %d
                    unix_socket_dir =
                    auth_type = trust
                    auth_file = %s
                    pool_mode = transaction
                    default_pool_size = 5
                    server_idle_timeout = 2
                    ignore_startup_parameters = extra_float_digits
                    """.formatted(postgresPort, port, users));
            List<String> command = new ArrayList<>(List.of(program, config.toString()));
            if (System.getProperty("user.name").equals("root")) {
                command.addAll(1, List.of("--user", "nobody")); // it does not run as root
            }
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("log").toFile())
                    .start();
            Runtime.getRuntime().addShutdownHook(new Thread(process::destroy));
            await().atMost(Duration.ofSeconds(10)).until(() -> listens(port));
            return port;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static boolean listens(int port) {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }
}
