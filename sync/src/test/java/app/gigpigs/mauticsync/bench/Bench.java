package app.gigpigs.mauticsync.bench;

import app.gigpigs.mauticsync.crm.CrmNames;
import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.db.Database;
import app.gigpigs.mauticsync.db.DatabaseUrl;
import app.gigpigs.mauticsync.db.Migration;
import app.gigpigs.mauticsync.outbound.EveryCustomerSynced;
import app.gigpigs.mauticsync.referencecrm.ReferenceCrm;
import app.gigpigs.mauticsync.simulator.MauticSimulator;
import app.gigpigs.mauticsync.simulator.SimulatorSettings;
import app.gigpigs.mauticsync.testing.Postgres;
import java.io.BufferedReader;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Measures, and asserts nothing: machines differ, so read the ratios of one run. */
public final class Bench {
    private Bench() {}

    public static void main(String[] arguments) {
        try {
            run(arguments);
            System.exit(0);
        } catch (Exception e) {
            say("the benchmark broke off: %s", e);
            System.exit(1); // the simulator's threads would keep the process alive
        }
    }

    private static void run(String[] arguments) throws Exception {
        List<String> chosen = arguments.length == 0 ? List.of("start", "push", "concurrency") : List.of(arguments);
        for (String name : chosen) {
            switch (name) {
                case "start" -> start();
                case "push" -> firstPush();
                case "concurrency" -> concurrency();
                case "million" -> million();
                case "first-million" -> firstMillion();
                case "catch-up" -> CatchUpBench.run();
                case "inbound" -> InboundBench.run();
                case "attack" -> AttackBench.run();
                case "reconcile" -> ConsentBench.check();
                case "import" -> ConsentBench.imports();
                case "opt-out" -> OptOutBench.latencies();
                case "triggers" -> OptOutBench.triggers();
                case "grow" -> GrowBench.run();
                default ->
                    say(
                            "there is no \"%s\"; known: start, push, concurrency, million, first-million, catch-up, inbound, attack, reconcile, import, opt-out, triggers, grow",
                            name);
            }
        }
        if (arguments.length == 0) {
            say(
                    "1,000,000 customers: ./bench million (about ten minutes), and with BENCH_JAVA_OPTIONS=-Xmx12g for their contacts: ./bench first-million (half an hour)");
        }
    }

    private static void start() throws Exception {
        World world = World.of(100);
        Product.Cost status = world.product.run("-Xmx256m", Map.of(), "status", "--json");
        say(
                "a command that does next to nothing: %.2f s wall, %.2f s CPU, %d MB resident",
                status.wallSeconds(), status.cpuSeconds(), status.residentKilobytes() / 1024);
        serve(world);
        world.close();
    }

    private static void serve(World world) throws Exception {
        int port = URI.create(world.url.jdbc().substring(5)).getPort();
        List<String> command = new ArrayList<>(Product.java("-Xmx128m"));
        command.addAll(List.of("app.gigpigs.mauticsync.cli.Main", "serve"));
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().putAll(world.product.environment(port));
        long started = System.nanoTime();
        Process process = builder.start();
        try (BufferedReader out = process.inputReader()) {
            String line = out.readLine();
            String serving = line.replaceAll(".*status on port (\\d+).*", "$1");
            HttpResponse<String> ready = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + serving + "/readyz"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            double seconds = (System.nanoTime() - started) / 1e9;
            Thread.sleep(10_000);
            String resident = Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")).stream()
                    .filter(text -> text.startsWith("VmRSS"))
                    .findFirst()
                    .orElse("");
            say(
                    "serve: ready (%d) after %.2f s; ten seconds later with -Xmx128m: %d MB resident",
                    ready.statusCode(), seconds, Long.parseLong(resident.replaceAll("\\D", "")) / 1024);
        } finally {
            process.destroy();
            process.waitFor();
        }
    }

    private static void firstPush() throws Exception {
        World world = World.of(18_000);
        Product.Cost idle = world.product.run("-Xmx256m", Map.of(), "status", "--json");
        Product.Cost first = world.product.run("-Xmx256m", Map.of(), "sync", "--json");
        int created = first.json().path("created").asInt();
        say(
                "18,000 customers, first push: %d created in %.1f s, %.2f ms wall and %.3f ms CPU a contact (%.3f ms without the start of the process), simulator without latency",
                created,
                first.json().path("seconds").asDouble(),
                first.json().path("seconds").asDouble() * 1000 / created,
                first.cpuSeconds() * 1000 / created,
                (first.cpuSeconds() - idle.cpuSeconds()) * 1000 / created);
        unchanged(world, "a process of its own", 1);
        unchanged(world, "a process that stays", 6);
        world.close();
        World larger = World.of(54_000);
        Product.Cost more = larger.product.run("-Xmx256m", Map.of(), "sync", "--json");
        int createdMore = more.json().path("created").asInt();
        say(
                "54,000 customers: %.3f ms CPU a contact (%.3f ms without the start of the process), %.3f ms for each beyond those 18,000",
                more.cpuSeconds() * 1000 / createdMore,
                (more.cpuSeconds() - idle.cpuSeconds()) * 1000 / createdMore,
                (more.cpuSeconds() - first.cpuSeconds()) * 1000 / (createdMore - created));
        larger.close();
    }

    private static void unchanged(World world, String where, int times) throws Exception {
        Product.Cost cost = world.product.run("-Xmx256m -Dbench.times=" + times, Map.of(), "sync", "--json");
        say(
                "18,000 unchanged, %s: %.2f s, %d kB read from the database, %d changed",
                where,
                cost.json().path("seconds").asDouble(),
                cost.bytesRead() / 1024 / times,
                cost.json().path("updated").asInt());
    }

    /** A server of two processors, two milliseconds a contact: what concurrency brings, and what auto finds. */
    private static void concurrency() throws Exception {
        Map<String, Double> rates = new HashMap<>();
        for (String concurrency : List.of("1", "2", "3", "4", "6", "auto")) {
            World world = World.of(12_000);
            world.mautic.latency(Duration.ofMillis(2));
            world.mautic.processors(2);
            Product.Cost cost =
                    world.product.run("-Xmx256m", Map.of("SYNC_CONCURRENCY", concurrency), "sync", "--json");
            rates.put(
                    concurrency,
                    cost.json().path("created").asInt()
                            / cost.json().path("seconds").asDouble());
            world.close();
        }
        double best = rates.entrySet().stream()
                .filter(rate -> !rate.getKey().equals("auto"))
                .mapToDouble(Map.Entry::getValue)
                .max()
                .orElse(0);
        say(
                "concurrent calls, contacts a second on a simulated server of two processors: %s; auto is %.2f of the best",
                new java.util.TreeMap<>(rates).toString().replaceAll("(\\.\\d)\\d+", "$1"), rates.get("auto") / best);
    }

    /** Every customer is to be pushed: what the heap has to bear, and whether the work grows faster than the number. */
    private static void firstMillion() throws Exception {
        int customers = Integer.getInteger("bench.customers", 1_000_000);
        World world = World.of(customers);
        Product.Cost first = world.product.run("-Xmx128m", Map.of(), "sync", "--json");
        int created = first.json().path("created").asInt();
        say(
                "%,d customers, first push with -Xmx128m: %d created in %.0f s, %.3f ms CPU a contact, peak heap %d MB, %d MB resident",
                customers,
                created,
                first.json().path("seconds").asDouble(),
                first.cpuSeconds() * 1000 / created,
                first.heapBytes() >> 20,
                first.residentKilobytes() / 1024);
        world.close();
    }

    private static void million() throws Exception {
        int customers = Integer.getInteger("bench.customers", 1_000_000);
        World world = World.of(customers);
        EveryCustomerSynced.in(world.database.jdbi());
        contacts(world, EveryCustomerSynced.newest(world.database.jdbi()));
        // Who cannot be sent is found out once.
        world.product.run("-Xmx128m", Map.of("SYNC_SAFETY_LIMIT_PERCENT", "100"), "sync", "--json");
        double bare = 0;
        for (int i = 0; i < 3; i++) {
            long started = System.nanoTime();
            world.database
                    .jdbi()
                    .useHandle(handle -> handle.createQuery(EveryCustomerSynced.bareDiff())
                            .mapTo(Long.class)
                            .one());
            bare = i == 0 ? (System.nanoTime() - started) / 1e9 : Math.min(bare, (System.nanoTime() - started) / 1e9);
        }
        for (int i = 0; i < 2; i++) {
            Product.Cost unchanged = world.product.run("-Xmx128m", Map.of(), "sync", "--json");
            double seconds = unchanged.json().path("seconds").asDouble();
            say(
                    "%,d unchanged, -Xmx128m: %.1f s (bare SQL diff %.1f s, ratio %.2f), %d kB read, peak heap %d MB, %d MB resident, %d pushed",
                    customers,
                    seconds,
                    bare,
                    seconds / bare,
                    unchanged.bytesRead() / 1024,
                    unchanged.heapBytes() >> 20,
                    unchanged.residentKilobytes() / 1024,
                    unchanged.json().path("updated").asInt());
        }
        new ReferenceCrm(world.database.dataSource()).change(BigDecimal.ONE, 7);
        Map<Long, CustomerId> changed = EveryCustomerSynced.changed(world.database.jdbi());
        contacts(world, changed);
        Product.Cost one = world.product.run("-Xmx128m", Map.of(), "sync", "--json");
        say(
                "1 %% of %,d changed, -Xmx128m: %d updated in %.1f s, %.2f s CPU, %d kB read, peak heap %d MB",
                customers,
                one.json().path("updated").asInt(),
                one.json().path("seconds").asDouble(),
                one.cpuSeconds(),
                one.bytesRead() / 1024,
                one.heapBytes() >> 20);
        world.close();
    }

    private static void contacts(World world, Map<Long, CustomerId> owners) {
        owners.forEach((contact, customer) -> {
            if (world.mautic.contact(contact) == null) {
                world.mautic.addContact(contact, Map.of("supabase_id", customer.toString()));
            }
        });
    }

    static void say(String format, Object... figures) {
        System.out.println(String.format(Locale.ROOT, format, figures));
    }

    /** A reference CRM with a Mautic beside it. */
    record World(DatabaseUrl url, Database database, MauticSimulator mautic, Product product) {
        static World of(int customers) {
            DatabaseUrl url = Postgres.emptyDatabase();
            Database database = Postgres.open(url);
            ReferenceCrm crm = new ReferenceCrm(database.dataSource());
            crm.create();
            crm.fill(customers, 1);
            new Migration(database.dataSource(), CrmNames.DEFAULT).run();
            database.jdbi().useHandle(handle -> handle.execute("analyze"));
            MauticSimulator mautic = MauticSimulator.start(SimulatorSettings.defaults());
            return new World(url, database, mautic, new Product(url, mautic));
        }

        void close() {
            mautic.close();
            database.close();
        }
    }
}
