package app.gigpigs.mauticsync.inbound.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import app.gigpigs.mauticsync.inbound.webhook.RejectedDeliveries.Cause;
import app.gigpigs.mauticsync.testing.LoggedLines;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class RejectedDeliveriesTest {
    private Instant now = Instant.parse("2026-03-01T12:00:00Z");
    private final RejectedDeliveries rejected = new RejectedDeliveries(() -> now);

    @Test
    void the_first_one_is_logged_at_once_with_its_cause_and_the_others_are_counted() {
        try (LoggedLines log = LoggedLines.of(RejectedDeliveries.class)) {
            rejected.add(Cause.OTHER_SECRET);
            for (int i = 0; i < 1000; i++) {
                now = now.plusMillis(500);
                rejected.add(Cause.UNSIGNED);
            }
            assertThat(log.lines())
                    .singleElement()
                    .satisfies(
                            line -> assertThat(line)
                                    .startsWith(
                                            "MS-405: 1 delivery was rejected: the signature is not made with MAUTIC_WEBHOOK_SECRET"));

            now = now.plusSeconds(101);
            rejected.add(Cause.UNSIGNED);
            assertThat(log.lines()).hasSize(2);
            assertThat(log.lines().get(1))
                    .startsWith("MS-405: 1001 deliveries were rejected: without a usable header Webhook-Signature");
        }
        assertThat(rejected.count()).isEqualTo(1002);
        assertThat(rejected.last()).contains(now);
    }
}
