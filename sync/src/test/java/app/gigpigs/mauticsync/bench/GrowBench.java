package app.gigpigs.mauticsync.bench;

import app.gigpigs.mauticsync.bench.Bench.World;
import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.outbound.EveryCustomerSynced;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;

/**
 * Ten years of data: what erasing a person, the status, the counts of consent, and a catch-up with new opt-outs cost with ten events a
 * customer and 300,000 kept deliveries. Prints the plan of every statement that took longer than a second.
 */
final class GrowBench {
    private static final int DELIVERIES = 300_000;
    private static final int PAGE = 500;

    private GrowBench() {}

    static void run() throws Exception {
        int customers = Integer.getInteger("bench.customers", 1_000_000);
        Path log = Files.createTempDirectory("bench-plans");
        System.setProperty("postgres.log", log.toString());
        World world = World.of(customers);
        Jdbi jdbi = world.database().jdbi();
        EveryCustomerSynced.in(jdbi);
        fill(jdbi, customers);
        connect(world);
        Bench.say(
                "%,d customers, %,d events, %,d deliveries, %s in all",
                customers,
                10L * customers,
                DELIVERIES,
                one(jdbi, "select pg_size_pretty(pg_database_size(current_database()))"));
        jdbi.useHandle(handle -> handle.execute("""
                do $$ begin
                  execute format('alter database %I set session_preload_libraries = auto_explain', current_database());
                  execute format('alter database %I set auto_explain.log_min_duration = 1000', current_database());
                  execute format('alter database %I set auto_explain.log_nested_statements = on', current_database());
                end $$
                """));
        steps(world, jdbi, log);
        world.close();
    }

    private static void steps(World world, Jdbi jdbi, Path log) throws Exception {
        Map<String, String> key = Map.of("MAUTIC_SYNC_HASH_KEY", "a key for a measurement");
        String person = one(jdbi, "select email from public.customers_crm_v where email ~ '^[a-z0-9.]+@' limit 1");
        measure(world, log, key, "status", "--json");
        measure(world, log, key, "consent", "--json");
        measure(world, log, key, "inbox", "--json");
        measure(world, log, key, "catch-up", "--json");
        measure(world, log, key, "erase", person, "--yes", "--json");
        measure(world, log, key, "erase", "nobody@example.test", "--yes", "--json");
    }

    private static void measure(World world, Path log, Map<String, String> settings, String... command)
            throws IOException, InterruptedException {
        long before = length(log);
        Product.Cost cost = world.product().run("-Xmx128m", settings, command);
        Bench.say(
                "%s: %.1f s, %.2f s CPU, peak heap %d MB, %d kB read from the database",
                command[0], cost.wallSeconds(), cost.cpuSeconds(), cost.heapBytes() >> 20, cost.bytesRead() / 1024);
        plans(log, before);
    }

    private static void fill(Jdbi jdbi, int customers) {
        jdbi.useHandle(handle -> {
            for (int year = 0; year < 10; year++) {
                handle.execute("""
                        insert into public.customer_email_engagement
                               (customer_id, event_type, campaign_name, email_subject, link_url, occurred_at, mautic_email_id,
                                raw_payload, created_at, event_key, source, mautic_contact_id)
                        select st.customer_id, case n % 10 when 0 then 'click' when 1 then 'unsubscribe' else 'open' end,
                               'News ' || n % 500, 'Hello ' || n % 500, case when n % 10 = 0 then 'https://example.test/' || n % 900 end,
                               now() - make_interval(years => ?, hours => (n % 8000)::int), (n % 500)::text,
                               case when ? = 0 and n % 40 = 0 then jsonb_build_object('lead', n, 'email', 'p' || n || '@example.test') end,
                               now() - make_interval(years => ?, hours => (n % 8000)::int), 'grow:' || ? || ':' || n, 'webhook',
                               st.mautic_contact_id
                          from (select customer_id, mautic_contact_id, row_number() over () as n
                                  from public.mautic_sync_status limit ?) st
                        """, year, year, year, year, customers);
            }
            handle.execute("""
                    insert into mautic_sync.inbox (received_at, body, state, processed_at)
                    select now() - make_interval(mins => n), convert_to(
                             '{"mautic.email_on_open":[{"stat":{"id":' || n || ',"emailAddress":"p' || n
                               || '@example.test","lead":{"id":' || n || ',"fields":{'
                               || (select string_agg('"field_' || f || '":{"id":"' || f || '","label":"A field of the contact",'
                                                     || '"type":"text","value":"' || md5((n * f)::text) || '"}', ',')
                                     from generate_series(1, 40) f)
                               || '}}}}]}', 'UTF8'), 'processed', now()
                      from generate_series(1, ?) n
                    """, DELIVERIES);
            handle.execute("vacuum analyze");
        });
    }

    /** The contacts by which the Mautic is known, and a page of people who opted out there. */
    private static void connect(World world) {
        Jdbi jdbi = world.database().jdbi();
        EveryCustomerSynced.newest(jdbi).forEach((contact, customer) -> add(world, contact, customer));
        jdbi.useHandle(handle -> handle.createQuery("""
                        select mautic_contact_id, customer_id::text from public.mautic_sync_status
                         order by mautic_contact_id limit
                        """ + PAGE)
                .map((row, context) -> Map.entry(row.getLong(1), CustomerId.of(UUID.fromString(row.getString(2)))))
                .forEach(one -> {
                    add(world, one.getKey(), one.getValue());
                    world.mautic().doNotContact(one.getKey(), 1);
                }));
    }

    private static void add(World world, long contact, CustomerId customer) {
        world.mautic()
                .addContact(contact, Map.of("supabase_id", customer.toString(), "email", contact + "@example.test"));
    }

    private static String one(Jdbi jdbi, String sql) {
        return jdbi.withHandle(
                handle -> handle.createQuery(sql).mapTo(String.class).one());
    }

    private static long length(Path log) throws IOException {
        return lines(log).size();
    }

    private static void plans(Path log, long before) throws IOException {
        lines(log).stream().skip(before).limit(60).forEach(line -> Bench.say("  %s", line.stripTrailing()));
    }

    private static List<String> lines(Path log) throws IOException {
        try (var files = Files.list(log)) {
            List<String> lines = new java.util.ArrayList<>();
            for (Path file : files.sorted().toList()) {
                lines.addAll(Files.readAllLines(file));
            }
            return lines;
        }
    }
}
