package app.gigpigs.mauticsync.inbound.webhook;

import static app.gigpigs.mauticsync.inbound.InboundWorld.SECRET;
import static org.assertj.core.api.Assertions.assertThat;

import app.gigpigs.mauticsync.inbound.InboundWorld;
import app.gigpigs.mauticsync.inbound.Receiver;
import app.gigpigs.mauticsync.inbound.event.Event;
import app.gigpigs.mauticsync.inbound.event.EventParser;
import app.gigpigs.mauticsync.inbound.event.Recording;
import app.gigpigs.mauticsync.inbound.inbox.InboxProcessor;
import app.gigpigs.mauticsync.testing.Rows;
import app.gigpigs.mauticsync.testing.SmallCrm;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Mutated bodies and headers, the same for a seed: -Dfuzz.rounds=100000 for many, -Dfuzz.seed=7 for others.
 */
@Tag("slow")
class FuzzTest {
    private static final int ROUNDS = Integer.getInteger("fuzz.rounds", 1500);
    /** To see one round again: the earlier ones are made up, but not sent. */
    private static final int FROM = Integer.getInteger("fuzz.from", 0);

    private static final int PIECE = 1000;
    private static final int PARSED = Integer.getInteger("fuzz.parsed", 20_000);
    private static final long SEED = Long.getLong("fuzz.seed", 1);

    private final InboundWorld world = new InboundWorld();
    private final Random random = new Random(SEED);
    private final List<byte[]> bodies = Recording.all().stream()
            .filter(recording -> recording.body().length() < 20_000)
            .map(Recording::bytes)
            .toList();

    @AfterEach
    void close() {
        world.close();
    }

    private final Map<Integer, Integer> statuses = new TreeMap<>();
    private final List<Long> heap = new ArrayList<>();
    private int signed;
    private int stored;
    private int worked;
    private int unanswered;

    @Test
    void mutated_requests_cause_no_server_error_and_only_signed_ones_are_stored() {
        // A mutated length makes the receiver wait for bytes that never come.
        WebhookSettings shortTimeout = new WebhookSettings(
                new InetSocketAddress("127.0.0.1", 0), List.of(SECRET), 200_000, Duration.ofMillis(250));
        try (Receiver receiver = world.receiver(shortTimeout)) {
            Wire wire = new Wire(receiver.port());
            for (int round = 0; round < ROUNDS; round += PIECE) {
                piece(wire, round, Math.min(ROUNDS, round + PIECE));
            }
        }

        assertThat(statuses.keySet()).allMatch(status -> status < 500);
        assertThat(statuses).containsEntry(204, signed);
        assertThat(stored).isEqualTo(signed);
        assertThat(worked).isEqualTo(signed);
        assertThat(heap.get(heap.size() - 1))
                .as("bytes of heap after each piece: %s", heap)
                .isLessThan(heap.get(0) + 24 * 1024 * 1024);
        report();
    }

    /** Posts, checks that exactly what was signed is stored, processes it, and deletes it. */
    private void piece(Wire wire, int from, int until) {
        List<String> sent = new ArrayList<>();
        for (int round = from; round < until; round++) {
            byte[] body = mutated(bodies.get(random.nextInt(bodies.size())));
            boolean sign = random.nextBoolean();
            byte[] request = sign ? signedRequest(body) : unsignedRequest(body);
            if (round < FROM) {
                continue;
            }
            int status = Wire.status(wire.raw(request));
            if (sign && status == 0) {
                // On a busy machine the receiver with the short timeout may close any connection; Mautic resends.
                unanswered++;
                status = Wire.status(wire.raw(request));
            }
            statuses.merge(status, 1, Integer::sum);
            assertThat(status == 204)
                    .as("round %d of seed %d, answer %d", round, SEED, status)
                    .isEqualTo(sign);
            if (sign) {
                sent.add(md5(body));
                signed++;
            }
        }
        List<String> kept = Rows.of(world.admin, "select md5(body) from mautic_sync.inbox");
        stored += kept.size();
        assertThat(kept).containsExactlyInAnyOrderElementsOf(sent);
        InboxProcessor.Result result = world.run.run();
        assertThat(result.retried())
                .as("no mutation breaks the database's statements")
                .isZero();
        worked += result.processed() + result.dead();
        SmallCrm.execute(world.admin, "truncate mautic_sync.inbox");
        heap.add(usedHeap());
    }

    @Test
    void mutated_bodies_are_parsed_or_reported_as_unreadable() {
        for (int round = 0; round < PARSED; round++) {
            byte[] body = mutated(mutated(bodies.get(random.nextInt(bodies.size()))));
            try {
                for (Event event : EventParser.parse(body, Instant.EPOCH)) {
                    if (event instanceof Event.Recorded recorded) {
                        assertThat(recorded.details().contact().named()
                                        || !recorded.type().startsWith("unsub"))
                                .as("round %d of seed %d: an opt-out names a contact", round, SEED)
                                .isTrue();
                        assertThat(recorded.details().payload()).doesNotContain("\\u0000");
                    }
                }
            } catch (IOException e) {
                assertThat(e).hasMessageStartingWith("the body is not");
            }
        }
    }

    private static long usedHeap() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    /** Only for many rounds. */
    private void report() {
        if (ROUNDS >= 100_000) {
            System.out.println("rounds " + ROUNDS + ", answers " + statuses + ", closed and sent again " + unanswered
                    + ", signed " + signed + ", stored "
                    + stored
                    + ", heap after the first piece " + heap.get(0) + ", after the last " + heap.get(heap.size() - 1)
                    + ", most " + Collections.max(heap) + ", events "
                    + world.one("select count(*) from public.customer_email_engagement"));
        }
    }

    private static String md5(byte[] body) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(body));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private byte[] signedRequest(byte[] body) {
        return Wire.request(
                "POST /webhooks/mautic", body, "Webhook-Signature: " + WebhookSignature.of(body, SECRET), header());
    }

    private byte[] unsignedRequest(byte[] body) {
        List<String> headers = new ArrayList<>(List.of(header(), header()));
        // Of another secret, so that no change of one byte can make it right.
        headers.add("Webhook-Signature: " + WebhookSignature.of(body, "another"));
        byte[] request = Wire.request("POST /webhooks/mautic", body, headers.toArray(String[]::new));
        if (random.nextInt(3) == 0) {
            int head = Math.min(request.length, 200);
            request[random.nextInt(head)] = (byte) random.nextInt(256);
        }
        return request;
    }

    private String header() {
        String value = random.ints(random.nextInt(60), 32, 256)
                .filter(c -> c != 127)
                .mapToObj(c -> String.valueOf((char) c))
                .collect(Collectors.joining());
        return "X-" + "abcdefgh".charAt(random.nextInt(8)) + ": " + value;
    }

    private byte[] mutated(byte[] original) {
        byte[] body = original.clone();
        if (body.length == 0) {
            return body;
        }
        switch (random.nextInt(6)) {
            case 0 -> body = Arrays.copyOf(body, random.nextInt(body.length));
            case 1 -> {
                for (int i = 0; i < 1 + random.nextInt(8); i++) {
                    body[random.nextInt(body.length)] = (byte) random.nextInt(256);
                }
            }
            case 2 -> body = replaced(body, "\"id\":", "\"id\":" + odd() + ",\"was\":");
            case 3 -> body = replaced(body, "\"" + key() + "\":", "\"" + key() + "\":" + odd() + ",\"was\":");
            case 4 -> body = replaced(body, "{", odd() + "{");
            default -> {
                int from = random.nextInt(body.length);
                byte[] piece = Arrays.copyOfRange(body, from, Math.min(body.length, from + random.nextInt(500)));
                body = replaced(body, "null", new String(piece, StandardCharsets.ISO_8859_1));
            }
        }
        return body;
    }

    private String key() {
        List<String> keys = List.of(
                "stat",
                "hit",
                "lead",
                "contact",
                "doNotContact",
                "channel",
                "channelId",
                "reason",
                "new_status",
                "timestamp",
                "lastOpened",
                "dateHit",
                "email",
                "fields",
                "core",
                "value",
                "url",
                "source",
                "subject");
        return keys.get(random.nextInt(keys.size()));
    }

    private String odd() {
        List<String> values = List.of(
                "null",
                "[]",
                "{}",
                "-1",
                "0",
                "1e999",
                "\"\"",
                "\"\\u0000\"",
                "\"\\ud83d\"",
                "true",
                "99999999999999999999999",
                "\"2026-13-45T99:99:99Z\"",
                "\"7\"",
                "[[[]]]",
                "{\"id\":[]}",
                "2147483648");
        return values.get(random.nextInt(values.size()));
    }

    private byte[] replaced(byte[] body, String what, String with) {
        String text = new String(body, StandardCharsets.ISO_8859_1);
        int at = text.isEmpty() ? -1 : text.indexOf(what, random.nextInt(text.length()));
        return at < 0
                ? body
                : (text.substring(0, at) + with + text.substring(at + what.length()))
                        .getBytes(StandardCharsets.ISO_8859_1);
    }
}
