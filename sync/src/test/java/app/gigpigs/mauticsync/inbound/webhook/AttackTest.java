package app.gigpigs.mauticsync.inbound.webhook;

import static app.gigpigs.mauticsync.inbound.InboundWorld.SECRET;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import app.gigpigs.mauticsync.db.Database;
import app.gigpigs.mauticsync.db.DatabaseUrl;
import app.gigpigs.mauticsync.http.Limits;
import app.gigpigs.mauticsync.inbound.InboundWorld;
import app.gigpigs.mauticsync.inbound.Receiver;
import app.gigpigs.mauticsync.testing.TcpProxy;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What an attacker may send to the public port without holding up a delivery. */
@Tag("slow")
class AttackTest {
    private static final byte[] BODY = "{\"mautic.x\":[]}".getBytes(UTF_8);
    private static final int LONGEST = 5 * 1024 * 1024;

    private final InboundWorld world = new InboundWorld();
    private final List<Socket> sockets = new ArrayList<>();

    @AfterEach
    void close() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
        world.close();
    }

    private Receiver receiver(Duration time, long bytes, int connections) {
        WebhookSettings settings =
                new WebhookSettings(new InetSocketAddress("127.0.0.1", 0), List.of(SECRET), LONGEST, time);
        return new Receiver(settings, new Limits(time, connections, bytes), world.jdbi, () -> {});
    }

    private Receiver receiver() {
        return receiver(Duration.ofSeconds(20), 2L * LONGEST, 500);
    }

    private Socket send(Receiver receiver, String text) throws IOException {
        Socket socket = new Socket("127.0.0.1", receiver.port());
        socket.setSoTimeout(30_000);
        sockets.add(socket);
        socket.getOutputStream().write(text.getBytes(UTF_8));
        return socket;
    }

    private static String head(int length, String... headers) {
        return "POST /webhooks/mautic HTTP/1.1\r\nHost: crm\r\n" + String.join("", headers) + "Content-Length: "
                + length + "\r\n\r\n";
    }

    private static String signature(byte[] body) {
        return "Webhook-Signature: " + WebhookSignature.of(body, SECRET) + "\r\n";
    }

    /** All that comes back until the connection ends. */
    private static String answer(Socket socket) throws IOException {
        try {
            return new String(socket.getInputStream().readAllBytes(), UTF_8);
        } catch (SocketException reset) {
            return "";
        }
    }

    private static void sendAsMuchAsItTakes(Socket socket, int length) throws IOException {
        try {
            socket.getOutputStream().write(new byte[length]);
        } catch (SocketException closed) {
            assertThat(closed(socket)).isTrue();
        }
    }

    /** Whether the other side has closed without an answer. */
    private static boolean closed(Socket socket) {
        try {
            socket.setSoTimeout(100);
            return socket.getInputStream().read() < 0;
        } catch (SocketTimeoutException open) {
            return false;
        } catch (IOException closed) {
            return true;
        }
    }

    private static boolean delivered(Receiver receiver) {
        return new Wire(receiver.port()).post(BODY, signature(BODY).strip()) == 204;
    }

    @Test
    void without_a_signature_the_answer_comes_before_the_body() throws IOException {
        try (Receiver receiver = receiver()) {
            for (String header : List.of("", "Webhook-Signature: short\r\n", "Webhook-Signature: \r\n")) {
                assertThat(answer(send(receiver, head(LONGEST, header))))
                        .as(header)
                        .startsWith("HTTP/1.1 401");
            }
            assertThat(receiver.counts().rejected()).isEqualTo(3);
        }
    }

    @Test
    void the_longest_body_is_stored_also_after_asking_whether_to_send_it() throws IOException {
        byte[] longest = new byte[LONGEST];
        try (Receiver receiver = receiver()) {
            assertThat(new Wire(receiver.port())
                            .post(longest, signature(longest).strip()))
                    .isEqualTo(204);
            Socket asking = send(receiver, head(LONGEST, signature(longest), "Expect: 100-continue\r\n"));
            byte[] first = asking.getInputStream().readNBytes(25);
            assertThat(new String(first, UTF_8)).startsWith("HTTP/1.1 100 Continue");
            asking.getOutputStream().write(longest);
            assertThat(answer(asking)).startsWith("HTTP/1.1 204");
            assertThat(answer(send(receiver, head(LONGEST, "Expect: 100-continue\r\n"))))
                    .startsWith("HTTP/1.1 401");
        }
        assertThat(world.one("select count(*) || ' ' || min(octet_length(body)) from mautic_sync.inbox"))
                .isEqualTo("2 " + LONGEST);
    }

    @Test
    void what_has_no_room_is_closed_and_the_room_of_a_stalled_client_is_used_again() throws Exception {
        try (Receiver receiver = receiver(Duration.ofSeconds(60), LONGEST + 100_000, 500)) {
            List<Socket> stalled = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                stalled.add(send(receiver, head(LONGEST, signature(BODY))));
                sendAsMuchAsItTakes(stalled.get(i), LONGEST - 1);
            }
            await().until(() -> closed(stalled.get(0)) || closed(stalled.get(1)));
            assertThat(delivered(receiver)).as("a small one").isTrue();
            byte[] longest = new byte[LONGEST];
            await().until(() ->
                    new Wire(receiver.port()).post(longest, signature(longest).strip()) == 204);
            await().until(() -> stalled.stream().allMatch(AttackTest::closed));
            for (int i = 0; i < 5; i++) {
                assertThat(new Wire(receiver.port())
                                .post(longest, signature(longest).strip()))
                        .as("all room was given back")
                        .isEqualTo(204);
            }
        }
    }

    @Test
    void stalled_connections_keep_nobody_waiting() throws IOException {
        try (Receiver receiver = receiver()) {
            for (int i = 0; i < 300; i++) {
                send(receiver, head(100, signature(BODY)));
                send(receiver, "POST /webhooks/mautic HTTP/1.1\r\nHost: crm\r\n");
            }
            for (int i = 0; i < 40; i++) {
                send(receiver, head(100_000, signature(BODY))).getOutputStream().write(new byte[99_999]);
            }
            long start = System.nanoTime();
            assertThat(delivered(receiver)).isTrue();
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
        }
    }

    @Test
    void above_the_most_connections_the_oldest_unfinished_one_is_closed() throws IOException {
        try (Receiver receiver = receiver(Duration.ofSeconds(60), LONGEST, 10)) {
            Socket first = send(receiver, head(1000, signature(BODY), "Expect: 100-continue\r\n"));
            // It is open for the receiver, too: connections that come at once need not be accepted in their order.
            assertThat(new String(first.getInputStream().readNBytes(25), UTF_8)).startsWith("HTTP/1.1 100 Continue");
            for (int i = 0; i < 10; i++) {
                send(receiver, "POST ");
            }
            assertThat(answer(first)).isEmpty();
            assertThat(delivered(receiver)).isTrue();
        }
    }

    @Test
    void a_client_that_drips_is_closed_when_its_time_is_over() throws IOException {
        try (Receiver receiver = receiver(Duration.ofSeconds(2), LONGEST, 500)) {
            Socket header = send(receiver, "POST /webhooks/mautic HTTP/1.1\r\n");
            Socket body = send(receiver, head(1000, signature(BODY)));
            long start = System.nanoTime();
            for (Socket socket : List.of(header, body)) {
                socket.setSoTimeout(100);
                await().atMost(Duration.ofSeconds(10)).until(() -> dripped(socket));
            }
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(9));
            assertThat(receiver.counts().unanswered()).isEqualTo(1);
        }
    }

    /** Sends a byte; whether the other side has closed. */
    private static boolean dripped(Socket socket) throws IOException {
        try {
            socket.getOutputStream().write('x');
            return socket.getInputStream().read() < 0;
        } catch (SocketTimeoutException open) {
            return false;
        } catch (SocketException closed) {
            return true;
        }
    }

    @Test
    void there_is_no_websocket_and_no_session() throws IOException {
        try (Receiver receiver = receiver()) {
            for (String path : List.of("/", "/webhooks/mautic", "/functions/v1/mautic-webhook", "/healthz")) {
                String answer = answer(send(
                        receiver,
                        "GET " + path + " HTTP/1.1\r\nHost: crm\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"));
                assertThat(answer).as(path).startsWith("HTTP/1.1 40").doesNotContainIgnoringCase("set-cookie");
            }
        }
    }

    @Test
    void while_the_database_is_down_deliveries_are_closed_at_once_until_it_is_back() {
        int port = URI.create(world.url.jdbc().substring("jdbc:".length())).getPort();
        try (TcpProxy line = new TcpProxy("127.0.0.1", port, TcpProxy.Watcher.NONE)) {
            DatabaseUrl direct = world.serviceUrl();
            DatabaseUrl through = new DatabaseUrl(
                    direct.jdbc().replaceFirst("//[^/]+/", "//127.0.0.1:" + line.port() + "/"),
                    direct.user(),
                    direct.password());
            try (Database storing = Database.shortTimeout(through, 2, Duration.ofSeconds(2));
                    Receiver receiver = new Receiver(storing.jdbi(), SECRET)) {
                assertThat(delivered(receiver)).isTrue();
                assertThat(receiver.store().ready()).isTrue();
                line.breakOff();
                assertThat(delivered(receiver)).isFalse();
                assertThat(receiver.store().ready()).isFalse();

                long start = System.nanoTime();
                for (int i = 0; i < 50; i++) {
                    assertThat(delivered(receiver)).isFalse();
                }
                assertThat(Duration.ofNanos(System.nanoTime() - start))
                        .as("50 deliveries")
                        .isLessThan(Duration.ofSeconds(20));

                line.fix();
                await().until(() -> delivered(receiver));
                assertThat(receiver.store().ready()).isTrue();
            }
        }
    }

    @Test
    void readiness_is_told_within_a_second_whatever_the_database_does() {
        try (Receiver receiver = receiver();
                org.jdbi.v3.core.Handle lock = world.admin.open()) {
            lock.begin();
            lock.execute("lock table mautic_sync.inbox");
            long start = System.nanoTime();
            assertThat(receiver.store().ready()).isFalse();
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
            lock.rollback();
            await().until(() -> receiver.store().ready());
        }
        assertThat(world.one("select count(*) from mautic_sync.inbox")).isEqualTo("0");
    }

    @Test
    void a_read_only_database_is_not_ready() {
        try (Receiver receiver = receiver()) {
            readOnly("set default_transaction_read_only = on");
            world.admin.useHandle(
                    handle -> handle.execute(
                            "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'mautic_sync_service' and datname = current_database()"));
            assertThat(receiver.store().ready()).isFalse();
            assertThat(delivered(receiver)).isFalse();
        } finally {
            readOnly("reset default_transaction_read_only");
        }
    }

    private void readOnly(String change) {
        String database = world.one("select current_database()");
        world.admin.useHandle(
                handle -> handle.execute("alter role mautic_sync_service in database " + database + " " + change));
    }
}
