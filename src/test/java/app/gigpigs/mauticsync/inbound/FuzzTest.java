package app.gigpigs.mauticsync.inbound;

import static app.gigpigs.mauticsync.inbound.InboundWorld.SECRET;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Mutated bodies and headers, the same for a seed: -Dfuzz.rounds=100000 for many, -Dfuzz.seed=7 for others.
 */
class FuzzTest {
    private static final int ROUNDS = Integer.getInteger("fuzz.rounds", 3000);
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

    @Test
    void no_error_is_answered_no_signed_delivery_is_lost_and_nothing_unsigned_is_stored() {
        int signed = 0;
        // A mutated length makes the receiver wait for bytes that never come.
        ReceiverSettings impatient = new ReceiverSettings(
                new InetSocketAddress("127.0.0.1", 0), List.of(SECRET), 200_000, Duration.ofMillis(250));
        try (WebhookEndpoint receiver = world.receiver(impatient)) {
            Wire wire = new Wire(receiver.port());
            for (int round = 0; round < ROUNDS; round++) {
                byte[] body = mutated(bodies.get(random.nextInt(bodies.size())));
                boolean sign = random.nextBoolean();
                int status = Wire.status(wire.raw(sign ? signedRequest(body) : unsignedRequest(body)));
                assertThat(status).as("round " + round + " of seed " + SEED).isLessThan(500);
                if (sign) {
                    assertThat(status).as("round " + round + " of seed " + SEED).isEqualTo(204);
                    signed++;
                } else {
                    assertThat(status / 100)
                            .as("round " + round + " of seed " + SEED)
                            .isNotEqualTo(2);
                }
            }
        }
        assertThat(world.one("select count(*) from mautic_sync.inbox")).isEqualTo(String.valueOf(signed));

        InboxRun.Result result = world.run.run();

        assertThat(result.applied() + result.parked()).isEqualTo(signed);
        assertThat(result.retried())
                .as("no mutation breaks the database's statements")
                .isZero();
        assertThat(world.inbox.counts()).containsEntry(Inbox.State.PENDING, 0L);
    }

    private byte[] signedRequest(byte[] body) {
        return Wire.request(
                "POST /webhooks/mautic", body, "Webhook-Signature: " + Signature.of(body, SECRET), header());
    }

    private byte[] unsignedRequest(byte[] body) {
        List<String> headers = new ArrayList<>(List.of(header(), header()));
        String right = Signature.of(body, SECRET);
        char[] wrong = right.toCharArray();
        wrong[random.nextInt(wrong.length - 2)] ^= 1;
        headers.add("Webhook-Signature: " + new String(wrong));
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
        int at = text.indexOf(what, random.nextInt(text.length()));
        return at < 0
                ? body
                : (text.substring(0, at) + with + text.substring(at + what.length()))
                        .getBytes(StandardCharsets.ISO_8859_1);
    }
}
