package app.gigpigs.mauticsync.bench;

import app.gigpigs.mauticsync.bench.Bench.World;
import app.gigpigs.mauticsync.simulator.SimulatedContact;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;

/** What it costs to catch up: on a history of which nothing is known, on one that is known, and on nothing at all. */
final class CatchUpBench {
    private CatchUpBench() {}

    static void run() throws Exception {
        World world = World.of(18_000);
        world.product().run("-Xmx256m", Map.of(), "sync", "--json");
        List<Long> contacts =
                world.mautic().contacts().stream().map(SimulatedContact::id).toList();
        int events = 0;
        for (int i = 0; i < 4; i++) {
            long email = world.mautic().mails().create("News " + i, "Hello");
            for (long stat : world.mautic().mails().send(email, contacts)) {
                world.mautic().people().click(stat, "https://example.test/" + i);
                events += 2;
            }
        }
        measure("a history of " + events + " events, nothing known", world, "-Xmx128m", "catch-up", "--json");
        measure("the same from the beginning, all known", world, "-Xmx128m", "catch-up", "--full", "--json");
        measure("what a run every few minutes reads", world, "-Xmx128m", "catch-up", "--json");
        world.close();
    }

    private static void measure(String what, World world, String heap, String... command) throws Exception {
        Product.Cost cost = world.product().run(heap, Map.of(), command);
        long read = sum(cost.json(), "read");
        Bench.say(
                "%s, %s: %d rows read, %d new, %d missing in %.1f s: %.0f rows a second; %.2f s CPU, peak heap %d MB, %d MB resident",
                what,
                heap,
                read,
                sum(cost.json(), "new"),
                sum(cost.json(), "missing"),
                cost.wallSeconds(),
                read / cost.wallSeconds(),
                cost.cpuSeconds(),
                cost.heapBytes() >> 20,
                cost.residentKilobytes() / 1024);
    }

    private static long sum(JsonNode report, String field) {
        long sum = 0;
        for (JsonNode kind : report) {
            sum += kind.path(field).asLong();
        }
        return sum;
    }
}
