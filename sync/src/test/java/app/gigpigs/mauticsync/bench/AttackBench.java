package app.gigpigs.mauticsync.bench;

import app.gigpigs.mauticsync.server.ServeProcess;
import app.gigpigs.mauticsync.testing.TcpProxy;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The command {@code serve} with -Xmx128m under attack: its memory, and how long health and a delivery take meanwhile. */
final class AttackBench {
    private static final String SECRET = "a secret of the benchmark";
    private static final int LONGEST = 5 * 1024 * 1024;
    private static final byte[] BODY = "{\"mautic.x\":[]}".getBytes(StandardCharsets.UTF_8);
    private static final String UNSIGNED = "";
    private static final String GUESSED = "Webhook-Signature: " + "A".repeat(43) + "=\r\n";
    private static final long SECONDS = 10;

    private final ServeProcess serving;
    private final int port;

    private AttackBench(ServeProcess serving) {
        this.serving = serving;
        this.port = serving.port();
    }

    static void run() throws Exception {
        Bench.World world = Bench.World.of(1000);
        int database =
                URI.create(world.url().jdbc().substring("jdbc:".length())).getPort();
        try (TcpProxy line = new TcpProxy("127.0.0.1", database, TcpProxy.Watcher.NONE)) {
            Map<String, String> environment = world.product().environment(line.port());
            environment.put("MAUTIC_WEBHOOK_SECRET", SECRET);
            try (ServeProcess serving = ServeProcess.start(environment, "-Xmx128m")) {
                new AttackBench(serving).attacks(line);
            }
        } finally {
            world.close();
        }
    }

    private void attacks(TcpProxy line) throws Exception {
        during("nothing", List.of());
        during("30 unsigned bodies of 5 MB, again and again", again(30, () -> whole(UNSIGNED)));
        during("30 bodies of 5 MB with a wrong signature, again and again", again(30, () -> whole(GUESSED)));
        during("300 connections that send headers and stop", open(300, socket -> write(socket, head(100, GUESSED))));
        during("40 connections that send all of 5 MB but the last byte", open(40, socket -> {
            write(socket, head(LONGEST, GUESSED));
            socket.getOutputStream().write(new byte[LONGEST - 1]);
        }));
        during("300 connections that send a byte now and then", again(300, this::drip));
        during("2000 connections that send nothing", open(2000, socket -> {}));
        during("WebSocket upgrades, again and again", again(20, this::upgrade));
        line.breakOff();
        during("the database is down, and 20 senders deliver, again and again", again(20, () -> deliver(port)));
        line.fix();
        during("the database is back", List.of());
    }

    /** One attacker; ends when it is interrupted or closed. */
    private interface Attack {
        void run() throws Exception;
    }

    /** What is done with one connection, which then stays open. */
    private interface Opening {
        void use(Socket socket) throws IOException;
    }

    private List<Attack> again(int attackers, Attack attack) {
        return Collections.nCopies(attackers, () -> {
            while (!Thread.currentThread().isInterrupted()) {
                attempt(attack);
            }
        });
    }

    private List<Attack> open(int connections, Opening opening) {
        CountDownLatch never = new CountDownLatch(1);
        return Collections.nCopies(connections, () -> {
            try (Socket socket = new Socket("127.0.0.1", port)) {
                opening.use(socket);
                never.await();
            }
        });
    }

    private static void attempt(Attack attack) throws InterruptedException {
        try {
            attack.run();
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            TimeUnit.MILLISECONDS.sleep(1); // closed by the server, which is its right
        }
    }

    private void during(String name, List<Attack> attacks) throws Exception {
        ExecutorService attackers = Executors.newCachedThreadPool();
        try {
            attacks.forEach(attack -> attackers.execute(() -> {
                try {
                    attack.run();
                } catch (Exception e) {
                    // closed by the server, or the end of this attack
                }
            }));
            TimeUnit.SECONDS.sleep(attacks.isEmpty() ? 3 : 2);
            List<Long> health = new ArrayList<>();
            List<Long> deliveries = new ArrayList<>();
            int stored = 0;
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
            while (System.nanoTime() < end) {
                health.add(timed(() -> answer("GET /healthz HTTP/1.1\r\nHost: crm\r\n\r\n")));
                String[] status = {""};
                deliveries.add(timed(() -> status[0] = deliver(port)));
                stored += status[0].startsWith("HTTP/1.1 204") ? 1 : 0;
                TimeUnit.MILLISECONDS.sleep(20);
            }
            say(name, health, deliveries, stored);
        } finally {
            attackers.shutdownNow();
            attackers.awaitTermination(10, TimeUnit.SECONDS);
        }
    }

    private void say(String name, List<Long> health, List<Long> deliveries, int stored) throws IOException {
        Collections.sort(health);
        Collections.sort(deliveries);
        String resident = Files.readAllLines(Path.of("/proc/" + serving.pid() + "/status")).stream()
                .filter(text -> text.startsWith("VmRSS"))
                .findFirst()
                .orElse("0");
        Bench.say(
                "%s: /healthz p50 %.1f ms, most %.1f ms; a delivery p50 %.1f ms, most %.1f ms, %d of %d stored; %d MB resident",
                name,
                health.get(health.size() / 2) / 1e6,
                health.get(health.size() - 1) / 1e6,
                deliveries.get(deliveries.size() / 2) / 1e6,
                deliveries.get(deliveries.size() - 1) / 1e6,
                stored,
                deliveries.size(),
                Long.parseLong(resident.replaceAll("\\D", "")) / 1024);
    }

    private static long timed(Attack request) throws Exception {
        long started = System.nanoTime();
        request.run();
        return System.nanoTime() - started;
    }

    private void whole(String signature) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            write(socket, head(LONGEST, signature));
            socket.getOutputStream().write(new byte[LONGEST]);
            socket.getInputStream().readAllBytes();
        }
    }

    private void drip() throws IOException, InterruptedException {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            for (byte each : head(100, GUESSED).getBytes(StandardCharsets.ISO_8859_1)) {
                socket.getOutputStream().write(each);
                TimeUnit.MILLISECONDS.sleep(500);
            }
        }
    }

    private void upgrade() throws IOException {
        answer("GET /healthz HTTP/1.1\r\nHost: crm\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n");
    }

    private static String deliver(int port) throws IOException, GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        String signature = "Webhook-Signature: " + Base64.getEncoder().encodeToString(mac.doFinal(BODY)) + "\r\n";
        return answer(port, head(BODY.length, signature) + new String(BODY, StandardCharsets.UTF_8));
    }

    private String answer(String request) throws IOException {
        return answer(port, request);
    }

    private static String answer(int port, String request) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            write(socket, request);
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        } catch (java.net.SocketException closed) {
            return "";
        }
    }

    private static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static String head(int length, String signature) {
        return "POST /webhooks/mautic HTTP/1.1\r\nHost: crm\r\n" + signature + "Content-Length: " + length + "\r\n\r\n";
    }
}
