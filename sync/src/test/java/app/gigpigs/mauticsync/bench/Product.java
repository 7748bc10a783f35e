package app.gigpigs.mauticsync.bench;

import app.gigpigs.mauticsync.db.DatabaseUrl;
import app.gigpigs.mauticsync.simulator.MauticSimulator;
import app.gigpigs.mauticsync.simulator.SimulatorSettings;
import app.gigpigs.mauticsync.testing.TcpProxy;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The product as a process of its own, before a database and a Mautic. */
final class Product {
    private final DatabaseUrl database;
    private final MauticSimulator mautic;

    Product(DatabaseUrl database, MauticSimulator mautic) {
        this.database = database;
        this.mautic = mautic;
    }

    /**
     * What a command cost.
     *
     * @param json what it printed last
     */
    record Cost(
            JsonNode json,
            double wallSeconds,
            double cpuSeconds,
            long heapBytes,
            long residentKilobytes,
            long bytesRead) {}

    Cost run(String heap, Map<String, String> settings, String... command) throws IOException, InterruptedException {
        Path measures = Files.createTempFile("bench", ".txt");
        Path printed = Files.createTempFile("bench", ".json");
        Path complaints = Files.createTempFile("bench", ".err");
        int port = URI.create(database.jdbc().substring("jdbc:".length())).getPort();
        try (TcpProxy line = new TcpProxy("127.0.0.1", port, TcpProxy.Watcher.NONE)) {
            List<String> arguments = new ArrayList<>(java(heap));
            arguments.addAll(List.of(MeasuredCommand.class.getName(), measures.toString()));
            arguments.addAll(List.of(command));
            ProcessBuilder process = new ProcessBuilder(arguments)
                    .redirectOutput(printed.toFile())
                    .redirectError(complaints.toFile());
            process.environment().putAll(environment(line.port()));
            process.environment().putAll(settings);
            long started = System.nanoTime();
            int code = process.start().waitFor();
            double wall = (System.nanoTime() - started) / 1e9;
            String[] figures = Files.readString(measures).split(" ");
            String out = Files.readString(printed).strip().lines().reduce("", (first, last) -> last);
            if (code == 1 || code == 2) {
                throw new IOException(
                        String.join(" ", command) + " ended with " + code + ": " + Files.readString(complaints) + out);
            }
            Files.delete(measures);
            Files.delete(printed);
            Files.delete(complaints);
            return new Cost(
                    new ObjectMapper().readTree(out.isBlank() ? "{}" : out),
                    wall,
                    Long.parseLong(figures[0]) / 1000.0,
                    Long.parseLong(figures[1]),
                    Long.parseLong(figures[2]),
                    line.bytesAnswered());
        }
    }

    static List<String> java(String heap) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(System.getProperty("product.options", "").strip().split("\\s+")));
        command.removeIf(String::isEmpty);
        command.addAll(List.of(heap.split(" ")));
        command.add("-Dlogback.configurationFile=logback.xml"); // the product's, not that of the tests
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        return command;
    }

    Map<String, String> environment(int databasePort) {
        Map<String, String> environment = new HashMap<>();
        environment.put(
                "SUPABASE_DB_URL", database.jdbc().replaceFirst("//[^/]+/", "//127.0.0.1:" + databasePort + "/"));
        environment.put("MAUTIC_URL", mautic.baseUri().toString());
        environment.put("MAUTIC_CLIENT_ID", SimulatorSettings.defaults().clientId());
        environment.put("MAUTIC_CLIENT_SECRET", SimulatorSettings.defaults().clientSecret());
        environment.put("SYNC_LISTEN", "127.0.0.1:0");
        environment.put("SYNC_ADMIN_LISTEN", "127.0.0.1:0");
        return environment;
    }
}
