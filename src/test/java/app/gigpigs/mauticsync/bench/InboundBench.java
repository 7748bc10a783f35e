package app.gigpigs.mauticsync.bench;

import app.gigpigs.mauticsync.crm.CrmNames;
import app.gigpigs.mauticsync.db.Database;
import app.gigpigs.mauticsync.db.DatabaseUrl;
import app.gigpigs.mauticsync.db.Migration;
import app.gigpigs.mauticsync.inbound.Inbox;
import app.gigpigs.mauticsync.inbound.ReceiverSettings;
import app.gigpigs.mauticsync.inbound.WebhookEndpoint;
import app.gigpigs.mauticsync.referencecrm.ReferenceCrm;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jdbi.v3.core.Jdbi;

/** Signed deliveries of 10 kB on a Postgres that writes to disk, beside a bare insert of the same rows. */
final class InboundBench {
    private static final String SECRET = "a secret of the benchmark";
    private static final int SENDERS = 4;
    private static final long NANOS = TimeUnit.SECONDS.toNanos(10);

    private InboundBench() {}

    static void run() throws Exception {
        try (EmbeddedPostgres postgres = EmbeddedPostgres.builder()
                        .setServerConfig("fsync", "on")
                        .setServerConfig("synchronous_commit", "on")
                        .start();
                Database database = Database.open(
                        new DatabaseUrl(postgres.getJdbcUrl("postgres", "postgres"), "postgres", "postgres"), 6)) {
            new ReferenceCrm(database.dataSource()).create();
            new Migration(database.dataSource(), CrmNames.DEFAULT).run();
            measure(database.jdbi());
        }
    }

    private static void measure(Jdbi jdbi) throws Exception {
        byte[] body = body();
        ReceiverSettings settings = ReceiverSettings.of(new InetSocketAddress("127.0.0.1", 0), List.of(SECRET));
        try (WebhookEndpoint receiver = new WebhookEndpoint(settings, new Inbox(jdbi), () -> {}).start()) {
            HttpClient client = HttpClient.newHttpClient();
            HttpRequest request = request(receiver.port(), body);
            Callable<Boolean> deliver = () ->
                    client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() / 100 == 2;
            Callable<Boolean> insert = () -> jdbi.withHandle(handle ->
                    handle.execute("insert into mautic_sync.inbox (body, headers) values (?, '{}')", (Object) body)
                            == 1);
            asFastAs(deliver); // warms both up
            asFastAs(insert);
            double deliveries = asFastAs(deliver);
            double inserts = asFastAs(insert);
            Bench.say(
                    "signed deliveries of %d bytes, fsync on, %d senders: %.0f a second; bare inserts %.0f, ratio %.2f",
                    body.length, SENDERS, deliveries, inserts, deliveries / inserts);
            List<Long> latencies = paced(deliver, 100, 10);
            Bench.say(
                    "at 100 a second: p50 %.1f ms, p99 %.1f ms of %d",
                    latencies.get(latencies.size() / 2) / 1e6,
                    latencies.get(latencies.size() * 99 / 100) / 1e6,
                    latencies.size());
        }
    }

    private static double asFastAs(Callable<Boolean> work) throws Exception {
        ExecutorService senders = Executors.newFixedThreadPool(SENDERS);
        try {
            long started = System.nanoTime();
            List<Future<Integer>> counts = new ArrayList<>();
            for (int i = 0; i < SENDERS; i++) {
                counts.add(senders.submit(() -> {
                    int done = 0;
                    while (System.nanoTime() - started < NANOS) {
                        done += succeeded(work);
                    }
                    return done;
                }));
            }
            int sum = 0;
            for (Future<Integer> count : counts) {
                sum += count.get();
            }
            return sum / ((System.nanoTime() - started) / 1e9);
        } finally {
            senders.shutdown();
        }
    }

    /** From when each was due, so that waiting behind a slow one counts. */
    private static List<Long> paced(Callable<Boolean> work, int perSecond, int seconds) throws Exception {
        ExecutorService senders = Executors.newFixedThreadPool(16);
        List<Future<Long>> times = new ArrayList<>();
        long started = System.nanoTime();
        for (int i = 0; i < perSecond * seconds; i++) {
            long due = started + i * TimeUnit.SECONDS.toNanos(1) / perSecond;
            TimeUnit.NANOSECONDS.sleep(due - System.nanoTime());
            times.add(senders.submit(() -> {
                succeeded(work);
                return System.nanoTime() - due;
            }));
        }
        List<Long> all = new ArrayList<>();
        for (Future<Long> time : times) {
            all.add(time.get());
        }
        senders.shutdown();
        Collections.sort(all);
        return all;
    }

    private static int succeeded(Callable<Boolean> work) throws Exception {
        if (!work.call()) {
            throw new IllegalStateException("refused");
        }
        return 1;
    }

    private static byte[] body() {
        String open = "{\"mautic.email_on_open\":[{\"stat\":{\"id\":1,\"emailAddress\":\"a@example.com\"},\"more\":\"";
        return (open + "x".repeat(10_000 - open.length() - 4) + "\"}]}").getBytes(StandardCharsets.UTF_8);
    }

    private static HttpRequest request(int port, byte[] body) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/webhooks/mautic"))
                .header("Content-Type", "application/json")
                .header("Webhook-Signature", Base64.getEncoder().encodeToString(mac.doFinal(body)))
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
    }
}
