package app.gigpigs.mauticsync.bench;

import app.gigpigs.mauticsync.bench.Bench.World;
import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.simulator.SimulatedContact;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/** What the triggers cost the CRM's statements, and how long an opt-out takes from its commit to Mautic. */
final class OptOutBench {
    private static final int ROUNDS = 3;
    private static final int OPT_OUTS = Integer.getInteger("bench.opt-outs", 100);

    private OptOutBench() {}

    static void triggers() throws IOException {
        int customers = Integer.getInteger("bench.customers", 1_000_000);
        World world = World.of(customers);
        statement(
                world.database().jdbi(),
                "public.customer_profiles",
                "lead_score = coalesce(lead_score, 0) + 1",
                customers);
        statement(world.database().jdbi(), "public.customer_emails", "bounce_count = bounce_count", customers);
        world.close();
    }

    /** Each round is rolled back, so that all find the same table. */
    private static void statement(Jdbi jdbi, String table, String change, int customers) throws IOException {
        double[] wall = {Double.MAX_VALUE, Double.MAX_VALUE};
        double[] cpu = {Double.MAX_VALUE, Double.MAX_VALUE};
        for (int i = 0; i < ROUNDS * 2; i++) {
            int with = i % 2;
            jdbi.useHandle(handle -> handle.execute("vacuum analyze " + table));
            try (Handle handle = jdbi.open()) {
                handle.begin();
                handle.execute(
                        "alter table " + table + (with == 1 ? " enable" : " disable") + " trigger mautic_sync_update");
                int pid = handle.createQuery("select pg_backend_pid()")
                        .mapTo(Integer.class)
                        .one();
                double cpuBefore = cpuSeconds(pid);
                long started = System.nanoTime();
                handle.execute("update " + table + " set " + change);
                wall[with] = Math.min(wall[with], (System.nanoTime() - started) / 1e9);
                cpu[with] = Math.min(cpu[with], cpuSeconds(pid) - cpuBefore);
                handle.rollback();
            }
        }
        Bench.say(
                "%,d customers, every row of %s updated in one statement: %.1f s (%.1f s CPU), with the triggers %.1f s (%.1f s CPU), ratio %.2f (%.2f)",
                customers, table, wall[0], cpu[0], wall[1], cpu[1], wall[1] / wall[0], cpu[1] / cpu[0]);
    }

    /** Of one process, in hundredths of a second as Linux counts. */
    private static double cpuSeconds(int pid) throws IOException {
        String[] fields = Files.readString(Path.of("/proc/" + pid + "/stat"))
                .replaceFirst(".*\\) ", "")
                .split(" ");
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / 100.0;
    }

    static void latencies() throws Exception {
        int customers = Integer.getInteger("bench.customers", 18_000);
        World world = World.of(customers);
        Process serve = serve(world);
        try {
            world.mautic().latency(Duration.ofMillis(5));
            world.mautic().processors(2);
            until(() -> world.mautic().contacts().size() > customers / 20);
            measured(world, "while a first import runs");
            boolean runs = running(world);
            Bench.say(
                    "  the import %s afterwards, %,d contacts",
                    runs ? "still ran" : "had ended", world.mautic().contacts().size());
            world.mautic().latency(Duration.ZERO);
            until(() -> !running(world));
            measured(world, "idle");
        } finally {
            serve.destroy();
            serve.waitFor();
            world.close();
        }
    }

    private static void measured(World world, String when) throws InterruptedException {
        Jdbi jdbi = world.database().jdbi();
        // The limit is for mistakes, and this is none.
        jdbi.useHandle(handle -> handle.execute(
                "delete from mautic_sync.outbox; update mautic_sync.outbox_limit set customers = 100000"));
        List<Long> times = new ArrayList<>();
        Map<Long, Long> waiting = new HashMap<>();
        int made = 0;
        while (made < OPT_OUTS || !waiting.isEmpty()) {
            if (made < OPT_OUTS) {
                long contact = optOut(jdbi);
                if (contact > 0) {
                    waiting.put(contact, System.nanoTime());
                    made++;
                }
            }
            Thread.sleep(100);
            waiting.entrySet().removeIf(one -> {
                SimulatedContact contact = world.mautic().contact(one.getKey());
                boolean there = contact != null && !contact.doNotContact().isEmpty();
                if (there) {
                    times.add(System.nanoTime() - one.getValue());
                }
                return there;
            });
        }
        Collections.sort(times);
        Bench.say(
                "opt-outs in the CRM, from commit to Mautic's do-not-contact, %s: p50 %.1f s, p99 %.1f s, longest %.1f s of %d",
                when,
                times.get(times.size() / 2) / 1e9,
                times.get(times.size() * 99 / 100) / 1e9,
                times.get(times.size() - 1) / 1e9,
                times.size());
    }

    /** Opts out somebody who has a contact; answers the contact. */
    private static long optOut(Jdbi jdbi) {
        return jdbi.withHandle(handle -> {
            var chosen = handle.createQuery("""
                            select st.customer_id::text as id, st.mautic_contact_id as contact from public.mautic_sync_status st
                              join public.customer_profiles p on p.id = st.customer_id
                             where st.state = 'synced' and st.synced_consent = 'mailable' and st.do_not_contact_reason is null
                               and p.marketing_opt_in order by random() limit 1
                            """)
                    .map((row, context) -> Map.entry(new CustomerId(row.getString("id")), row.getLong("contact")))
                    .findOne();
            if (chosen.isEmpty()) {
                return 0L;
            }
            handle.execute(
                    "update public.customer_profiles set marketing_opt_in = false where id = ?",
                    chosen.get().getKey());
            return chosen.get().getValue();
        });
    }

    private static boolean running(World world) {
        return world.database()
                .jdbi()
                .withHandle(handle -> handle.createQuery(
                                "select exists (select from public.mautic_sync_logs where kind = 'outbound' and status = 'running')"
                                        + " or not exists (select from public.mautic_sync_logs where kind = 'outbound')")
                        .mapTo(Boolean.class)
                        .one());
    }

    private interface Condition {
        boolean holds();
    }

    private static void until(Condition condition) throws InterruptedException {
        while (!condition.holds()) {
            Thread.sleep(200);
        }
    }

    private static Process serve(World world) throws IOException {
        int port = URI.create(world.url().jdbc().substring(5)).getPort();
        List<String> command = new ArrayList<>(Product.java("-Xmx256m"));
        command.addAll(List.of("app.gigpigs.mauticsync.cli.Main", "serve"));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().putAll(world.product().environment(port));
        builder.environment().put("SYNC_SCHEDULE", "1h");
        return builder.start();
    }
}
