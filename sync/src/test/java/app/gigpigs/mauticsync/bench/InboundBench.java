package app.gigpigs.mauticsync.bench;

import app.gigpigs.mauticsync.crm.CrmNames;
import app.gigpigs.mauticsync.db.Database;
import app.gigpigs.mauticsync.db.DatabaseUrl;
import app.gigpigs.mauticsync.db.Migration;
import app.gigpigs.mauticsync.referencecrm.ReferenceCrm;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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
            measure(postgres.getJdbcUrl("postgres", "postgres"), database.jdbi());
        }
    }

    private static void measure(String jdbc, Jdbi jdbi) throws Exception {
        byte[] body = body();
        Callable<Boolean> insert = () -> jdbi.withHandle(handle ->
                handle.execute("insert into mautic_sync.inbox (body, headers) values (?, '{}')", (Object) body) == 1);
        Path measures = Files.createTempFile("bench", ".txt");
        Process receiver = receiver(jdbc, measures);
        try (BufferedReader out = receiver.inputReader()) {
            Callable<Boolean> deliver = new Sender(Integer.parseInt(out.readLine()), request(body));
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
        } finally {
            receiver.outputWriter().close();
            receiver.waitFor();
        }
        String[] figures = Files.readString(measures).split(" ");
        long received = jdbi.withHandle(
                handle -> handle.createQuery("select count(*) from mautic_sync.inbox where headers <> '{}'")
                        .mapTo(Long.class)
                        .one());
        Bench.say(
                "the receiver, a process of its own with -Xmx128m, after %,d deliveries: %.2f ms CPU each, peak heap %d MB, %d MB resident",
                received,
                Double.parseDouble(figures[0]) / received,
                Long.parseLong(figures[1]) >> 20,
                Long.parseLong(figures[2]) / 1024);
    }

    private static Process receiver(String jdbc, Path measures) throws IOException {
        List<String> command = new ArrayList<>(Product.java("-Xmx128m"));
        command.addAll(List.of(MeasuredReceiver.class.getName(), measures.toString(), jdbc));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    /** A connection for each delivery, as Mautic opens them; little work of its own. */
    private record Sender(int port, byte[] request) implements Callable<Boolean> {
        @Override
        public Boolean call() throws IOException {
            try (Socket socket = new Socket("127.0.0.1", port)) {
                socket.setTcpNoDelay(true);
                socket.getOutputStream().write(request);
                return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1)
                        .startsWith("HTTP/1.1 204");
            }
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
            throw new IllegalStateException("rejected");
        }
        return 1;
    }

    private static byte[] body() {
        String open = "{\"mautic.email_on_open\":[{\"stat\":{\"id\":1,\"emailAddress\":\"a@example.com\"},\"more\":\"";
        return (open + "x".repeat(10_000 - open.length() - 4) + "\"}]}").getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] request(byte[] body) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(MeasuredReceiver.SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.writeBytes(("POST /webhooks/mautic HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                        + "Webhook-Signature: " + Base64.getEncoder().encodeToString(mac.doFinal(body))
                        + "\r\nContent-Length: " + body.length + "\r\n\r\n")
                .getBytes(StandardCharsets.ISO_8859_1));
        request.writeBytes(body);
        return request.toByteArray();
    }
}
