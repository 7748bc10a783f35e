package app.gigpigs.mauticsync.inbound.webhook;

import static app.gigpigs.mauticsync.inbound.InboundWorld.SECRET;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import app.gigpigs.mauticsync.db.Database;
import app.gigpigs.mauticsync.db.DatabaseUrl;
import app.gigpigs.mauticsync.inbound.InboundWorld;
import app.gigpigs.mauticsync.inbound.Receiver;
import app.gigpigs.mauticsync.inbound.event.Recording;
import app.gigpigs.mauticsync.inbound.inbox.DeliveryStore;
import app.gigpigs.mauticsync.testing.LoggedLines;
import app.gigpigs.mauticsync.testing.Rows;
import app.gigpigs.mauticsync.testing.TcpProxy;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("slow")
class MauticWebhookTest {
    private static final byte[] BODY = "{\"mautic.x\":[]}".getBytes(UTF_8);

    private final InboundWorld world = new InboundWorld();

    @AfterEach
    void close() {
        world.close();
    }

    private static String signed(byte[] body, String secret) {
        return "Webhook-Signature: " + WebhookSignature.of(body, secret);
    }

    private String stored() {
        return world.one("select count(*) from mautic_sync.inbox");
    }

    @Test
    void every_recorded_webhook_is_accepted_and_stored_as_it_came() {
        try (Receiver receiver = world.receiver(SECRET)) {
            Wire wire = new Wire(receiver.port());
            for (Recording recording : Recording.all()) {
                assertThat(wire.post(recording.bytes(), "Webhook-Signature: " + recording.signature()))
                        .as(recording.name())
                        .isEqualTo(204);
            }
            assertThat(Rows.of(world.admin, "select convert_from(body, 'UTF8') from mautic_sync.inbox order by id"))
                    .isEqualTo(Recording.all().stream().map(Recording::body).toList());
            assertThat(world.wakes).hasValue(Recording.all().size());
            assertThat(receiver.counts().accepted()).isEqualTo(Recording.all().size());
        }
    }

    @Test
    void every_recorded_webhook_with_one_byte_changed_is_rejected_and_not_stored() {
        try (Receiver receiver = world.receiver(SECRET)) {
            Wire wire = new Wire(receiver.port());
            for (Recording recording : Recording.all()) {
                for (int at : List.of(0, recording.bytes().length / 2, recording.bytes().length - 1)) {
                    byte[] changed = recording.bytes();
                    changed[at] ^= 1;
                    assertThat(wire.post(changed, "Webhook-Signature: " + recording.signature()))
                            .as(recording.name() + " at " + at)
                            .isEqualTo(401);
                }
            }
            assertThat(stored()).isEqualTo("0");
            assertThat(receiver.counts().rejected())
                    .isEqualTo(3L * Recording.all().size());
        }
    }

    @Test
    void a_missing_or_malformed_signature_is_rejected_without_a_server_error() {
        String right = WebhookSignature.of(BODY, SECRET);
        try (Receiver receiver = world.receiver(SECRET)) {
            Wire wire = new Wire(receiver.port());
            assertThat(wire.post(BODY)).isEqualTo(401);
            for (String wrong : List.of(
                    "",
                    "=",
                    "====",
                    "%%%",
                    "null",
                    right.substring(1),
                    right + "=",
                    right.replace("=", ""),
                    right.toLowerCase(java.util.Locale.ROOT),
                    "sha256=" + right,
                    "\u00e9\u00ff",
                    "a".repeat(4000))) {
                assertThat(wire.post(BODY, "Webhook-Signature: " + wrong))
                        .as(wrong)
                        .isEqualTo(401);
            }
            assertThat(wire.post(BODY, signed(BODY, SECRET), signed(BODY, "other")))
                    .as("two signatures")
                    .isEqualTo(401);
            assertThat(wire.post(BODY, "X-Webhook-Secret: " + SECRET)).isEqualTo(401);
        }
        assertThat(stored()).isEqualTo("0");
    }

    @Test
    void both_paths_and_both_secrets_are_taken_while_one_replaces_the_other() {
        try (Receiver receiver = world.receiver("old", "new")) {
            Wire wire = new Wire(receiver.port());
            assertThat(wire.post("/webhooks/mautic", BODY, signed(BODY, "old"))).isEqualTo(204);
            assertThat(wire.post("/functions/v1/mautic-webhook", BODY, signed(BODY, "new")))
                    .isEqualTo(204);
            assertThat(wire.post(BODY, signed(BODY, "older"))).isEqualTo(401);
        }
        assertThat(stored()).isEqualTo("2");
    }

    @Test
    void without_a_secret_every_request_is_rejected() {
        try (Receiver receiver = world.receiver("", "  ")) {
            Wire wire = new Wire(receiver.port());
            assertThat(wire.post(
                            BODY,
                            "Webhook-Signature: " + Recording.of("email-open-1").signature()))
                    .isEqualTo(401);
            assertThat(wire.post(BODY)).isEqualTo(401);
        }
        assertThat(stored()).isEqualTo("0");
    }

    @Test
    void a_signed_body_is_stored_even_if_it_is_not_json() {
        byte[] binary = new byte[256];
        for (int i = 0; i < binary.length; i++) {
            binary[i] = (byte) i;
        }
        try (Receiver receiver = world.receiver(SECRET)) {
            Wire wire = new Wire(receiver.port());
            for (byte[] body : List.of(binary, new byte[0], "null".getBytes(UTF_8))) {
                assertThat(wire.post(body, signed(body, SECRET), "Content-Type: text/plain"))
                        .isEqualTo(204);
            }
        }
        assertThat(stored()).isEqualTo("3");
    }

    @Test
    void a_body_over_the_limit_is_a_413_with_and_without_a_length() {
        byte[] most = new byte[200_000];
        byte[] tooLong = new byte[200_001];
        try (Receiver receiver = world.receiver(SECRET)) {
            Wire wire = new Wire(receiver.port());
            assertThat(wire.post(most, signed(most, SECRET))).isEqualTo(204);
            assertThat(wire.post(tooLong, signed(tooLong, SECRET))).isEqualTo(413);
            assertThat(Wire.status(wire.raw(chunked(most)))).isEqualTo(204);
            assertThat(Wire.status(wire.raw(chunked(tooLong)))).isEqualTo(413);
            assertThat(receiver.counts().tooLong()).isEqualTo(2);
        }
        assertThat(stored()).isEqualTo("2");
    }

    private static byte[] chunked(byte[] body) {
        java.io.ByteArrayOutputStream all = new java.io.ByteArrayOutputStream();
        all.writeBytes(
                ("POST /webhooks/mautic HTTP/1.1\r\nHost: crm\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n"
                                + signed(body, SECRET) + "\r\n\r\n")
                        .getBytes(UTF_8));
        for (int at = 0; at < body.length; at += 10_000) {
            int length = Math.min(10_000, body.length - at);
            all.writeBytes((Integer.toHexString(length) + "\r\n").getBytes(UTF_8));
            all.write(body, at, length);
            all.writeBytes("\r\n".getBytes(UTF_8));
        }
        all.writeBytes("0\r\n\r\n".getBytes(UTF_8));
        return all.toByteArray();
    }

    @Test
    void other_methods_and_paths_get_405_and_404() {
        try (Receiver receiver = world.receiver(SECRET)) {
            Wire wire = new Wire(receiver.port());
            for (String method : List.of("GET", "PUT", "DELETE", "PATCH")) {
                assertThat(Wire.status(
                                wire.raw(Wire.request(method + " /webhooks/mautic", BODY, signed(BODY, SECRET)))))
                        .as(method)
                        .isEqualTo(405);
            }
            assertThat(wire.post("/elsewhere", BODY, signed(BODY, SECRET))).isEqualTo(404);
        }
        assertThat(stored()).isEqualTo("0");
    }

    @Test
    void invalid_http_is_a_client_error_and_never_a_server_error() {
        try (Receiver receiver = world.receiver(SECRET)) {
            Wire wire = new Wire(receiver.port());
            for (String head : List.of(
                    "POST /webhooks/mautic HTTP/9.9\r\nHost: crm\r\n\r\n",
                    "POST /webhooks/mautic HTTP/1.1\r\nHost: crm\r\nTransfer-Encoding: odd\r\nConnection: close\r\n\r\n",
                    "POST /webhooks/mautic HTTP/1.1\r\nHost: crm\r\nContent-Length: -5\r\n\r\n",
                    "POST /webhooks/mautic HTTP/1.1\r\nHost: crm\r\nX: " + "x".repeat(20_000) + "\r\n\r\n",
                    "POST /webhooks/%zz HTTP/1.1\r\nHost: crm\r\nConnection: close\r\n\r\n",
                    "\u0016\u0003\u0001 TLS\r\n\r\n")) {
                assertThat(Wire.status(wire.raw(head.getBytes(UTF_8)))).as(head).isBetween(400, 499);
            }
            String brokenOff = "POST /webhooks/mautic HTTP/1.1\r\nHost: crm\r\nTransfer-Encoding: chunked\r\n"
                    + signed(BODY, SECRET) + "\r\n\r\nnot hexadecimal\r\n";
            assertThat(wire.raw(brokenOff.getBytes(UTF_8)))
                    .as("a body that breaks off")
                    .isEmpty();
        }
    }

    @Test
    void a_delivery_that_cannot_be_stored_gets_no_response() {
        try (Receiver receiver = world.receiver(SECRET)) {
            Wire wire = new Wire(receiver.port());
            world.admin.useHandle(handle -> handle.execute("alter table mautic_sync.inbox rename to away"));

            try (LoggedLines log = LoggedLines.of(DeliveryStore.class)) {
                assertThat(wire.raw(Wire.request("POST /webhooks/mautic", BODY, signed(BODY, SECRET))))
                        .isEmpty();
                assertThat(log.lines())
                        .anyMatch(line ->
                                line.startsWith("MS-401: a delivery could not be stored") && line.contains("MS-113: "));
            }

            assertThat(receiver.counts().unanswered()).isEqualTo(1);
            world.admin.useHandle(handle -> handle.execute("alter table mautic_sync.away rename to inbox"));
            assertThat(wire.post(BODY, signed(BODY, SECRET))).isEqualTo(204);
        }
        assertThat(stored()).isEqualTo("1");
    }

    /** Mautic itself waits for ever, and in its immediate mode a reader's click waits with it. */
    @Test
    void a_hanging_database_does_not_block_senders() {
        Hanging hanging = new Hanging();
        int port = URI.create(world.url.jdbc().substring("jdbc:".length())).getPort();
        try (TcpProxy line = new TcpProxy("127.0.0.1", port, hanging)) {
            DatabaseUrl direct = world.serviceUrl();
            DatabaseUrl through = new DatabaseUrl(
                    direct.jdbc().replaceFirst("//[^/]+/", "//127.0.0.1:" + line.port() + "/"),
                    direct.user(),
                    direct.password());
            try (Database storing = Database.shortTimeout(through, 1, Duration.ofSeconds(1));
                    Receiver receiver = new Receiver(storing.jdbi(), SECRET)) {
                Wire wire = new Wire(receiver.port());
                assertThat(wire.post(BODY, signed(BODY, SECRET))).isEqualTo(204);
                hanging.hang();

                assertThat(wire.raw(Wire.request("POST /webhooks/mautic", BODY, signed(BODY, SECRET))))
                        .isEmpty();

                assertThat(receiver.counts().unanswered()).isEqualTo(1);
                hanging.goOn();
                await().until(() -> wire.post(BODY, signed(BODY, SECRET)) == 204);
            } finally {
                hanging.goOn();
            }
        }
    }

    /** A line on which nothing moves until it may. */
    private static final class Hanging implements TcpProxy.Watcher {
        private final AtomicReference<CountDownLatch> gate = new AtomicReference<>(new CountDownLatch(0));

        void hang() {
            gate.set(new CountDownLatch(1));
        }

        void goOn() {
            gate.get().countDown();
        }

        @Override
        public void before() {
            try {
                gate.get().await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public void after() {}
    }

    @Test
    void a_receiver_without_database_connections_gives_no_response() {
        try (Receiver receiver = world.receiver(SECRET)) {
            world.service.close();

            assertThat(new Wire(receiver.port()).raw(Wire.request("POST /webhooks/mautic", BODY, signed(BODY, SECRET))))
                    .isEmpty();
            assertThat(new Wire(receiver.port()).post(BODY)).isEqualTo(401);
        }
    }

    @Test
    void a_delivery_is_stored_and_acknowledged_if_the_database_answers_after_the_timeout() throws Exception {
        WebhookSettings shortTimeout = new WebhookSettings(
                new InetSocketAddress("127.0.0.1", 0), List.of(SECRET), 200_000, Duration.ofMillis(200));
        ExecutorService client = Executors.newSingleThreadExecutor();
        try (Receiver receiver = world.receiver(shortTimeout);
                Handle lock = world.admin.open()) {
            lock.begin();
            lock.execute("lock table mautic_sync.inbox");
            Future<Integer> answer = client.submit(() -> new Wire(receiver.port()).post(BODY, signed(BODY, SECRET)));
            lock.createQuery("select pg_sleep(1)::text").mapTo(String.class).one();
            lock.commit();
            assertThat(answer.get(10, TimeUnit.SECONDS)).isEqualTo(204);
        } finally {
            client.shutdownNow();
        }
        assertThat(stored()).isEqualTo("1");
    }

    @Test
    void clients_that_stop_in_the_middle_do_not_keep_others_waiting() throws IOException {
        List<Socket> slow = new ArrayList<>();
        WebhookSettings longTimeout = new WebhookSettings(
                new InetSocketAddress("127.0.0.1", 0), List.of(SECRET), 200_000, Duration.ofSeconds(1));
        try (Receiver receiver = world.receiver(longTimeout)) {
            for (int i = 0; i < 100; i++) {
                Socket socket = new Socket("127.0.0.1", receiver.port());
                socket.getOutputStream()
                        .write(("POST /webhooks/mautic HTTP/1.1\r\nHost: crm\r\n" + signed(BODY, SECRET)
                                        + "\r\nContent-Length: 100\r\n\r\nabc")
                                .getBytes(UTF_8));
                slow.add(socket);
            }
            assertThat(new Wire(receiver.port()).post(BODY, signed(BODY, SECRET)))
                    .isEqualTo(204);
            await().atMost(Duration.ofSeconds(20)).until(() -> receiver.counts().unanswered() == 100);
        } finally {
            for (Socket socket : slow) {
                socket.close();
            }
        }
        assertThat(stored()).isEqualTo("1");
    }

    @Test
    void a_failing_wake_up_does_not_fail_the_response() {
        Receiver failing = new Receiver(
                WebhookSettings.of(new InetSocketAddress("127.0.0.1", 0), List.of(SECRET)), world.jdbi, () -> {
                    throw new IllegalStateException("asleep");
                });
        try (failing) {
            assertThat(new Wire(failing.port()).post(BODY, signed(BODY, SECRET)))
                    .isEqualTo(204);
        }
        assertThat(stored()).isEqualTo("1");
    }

    @Test
    void of_the_headers_only_those_of_mautic_are_kept() {
        try (Receiver receiver = world.receiver(SECRET)) {
            new Wire(receiver.port())
                    .post(
                            BODY,
                            signed(BODY, SECRET),
                            "Authorization: Bearer x",
                            "Cookie: a=b",
                            "X-Forwarded-Email: a@example.com",
                            "X-Origin-Base-URL: http://mautic.example.com",
                            "X-Odd: \u00ff\u0080");
        }
        assertThat(world.one("select (headers ->> 'x-origin-base-url') || ' ' || (headers - array['content-type',"
                        + " 'content-length', 'user-agent', 'webhook-signature', 'x-origin-base-url'])::text"
                        + " from mautic_sync.inbox"))
                .isEqualTo("http://mautic.example.com {}");
    }
}
