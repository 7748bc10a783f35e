package app.gigpigs.mauticsync.bench;

import app.gigpigs.mauticsync.bench.Bench.World;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** What comparing every customer and importing a long blocklist cost, at a quarter of the size and at the whole: memory must not grow. */
final class ConsentBench {
    private static final int KNOWN = 18_000;

    private ConsentBench() {}

    static void check() throws Exception {
        int customers = Integer.getInteger("bench.customers", 200_000);
        for (int size : List.of(customers / 4, customers)) {
            World world = World.of(size);
            world.product().run("-Xmx256m", Map.of(), "sync", "--json");
            Product.Cost cost = world.product().run("-Xmx128m", Map.of(), "reconcile", "--all", "--json");
            print(
                    "check --all, %,d customers compared, %,d differ"
                            .formatted(
                                    cost.json().path("compared").asInt(),
                                    cost.json().path("drifted").asInt()),
                    cost);
            world.close();
        }
    }

    static void imports() throws Exception {
        int lines = Integer.getInteger("bench.customers", 1_000_000);
        World world = World.of(KNOWN);
        world.product().run("-Xmx256m", Map.of(), "sync", "--json");
        for (int size : List.of(lines / 4, lines)) {
            Path file = blocklist(world, size);
            for (String how : List.of("--dry-run", "--yes")) {
                Product.Cost cost = world.product()
                        .run(
                                "-Xmx128m",
                                Map.of("MAUTIC_SYNC_HASH_KEY", "a key for a measurement"),
                                "import-suppressions",
                                file.toString(),
                                how,
                                "--confirm",
                                String.valueOf(KNOWN),
                                "--json");
                print("import-suppressions %s, %,d lines: %s".formatted(how, size, cost.json()), cost);
            }
            Files.delete(file);
        }
        world.close();
    }

    /** Half of the customers, spread among unknown people. */
    private static Path blocklist(World world, int lines) throws IOException {
        List<String> known = world.database()
                .jdbi()
                .withHandle(handle -> handle.createQuery(
                                "select email from public.customers_crm_v where email ~ '^[a-z0-9@.]+$' order by id limit "
                                        + KNOWN / 2)
                        .mapTo(String.class)
                        .list());
        Path file = Files.createTempFile("blocklist", ".csv");
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            out.write("email;reason\n");
            int each = Math.max(1, lines / known.size());
            for (int i = 0; i < lines; i++) {
                boolean one = i % each == 0 && i / each < known.size();
                out.write((one ? known.get(i / each) : "unknown" + i + "@example.test") + ";unsubscribed\n");
            }
        }
        return file;
    }

    private static void print(String what, Product.Cost cost) {
        Bench.say(
                "%s, -Xmx128m: %.1f s, %.2f s CPU, peak heap %d MB, %d MB resident, %d kB read from the database",
                what,
                cost.wallSeconds(),
                cost.cpuSeconds(),
                cost.heapBytes() >> 20,
                cost.residentKilobytes() / 1024,
                cost.bytesRead() / 1024);
    }
}
