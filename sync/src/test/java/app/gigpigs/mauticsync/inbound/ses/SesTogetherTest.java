package app.gigpigs.mauticsync.inbound.ses;

import static org.assertj.core.api.Assertions.assertThat;

import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.inbound.InboundWorld;
import app.gigpigs.mauticsync.inbound.inbox.InboxProcessorTest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Messages of Amazon and deliveries of Mautic about the same mails, processed by several workers at a time. */
class SesTogetherTest {
    private static final int PEOPLE = 20;

    private final InboundWorld crm = new InboundWorld();

    @AfterEach
    void close() {
        crm.close();
    }

    private static String entry(int person) {
        return InboxProcessorTest.unsubscribe(100 + person, "p" + person + "@example.com")
                .replace("\"unsubscribed\"", "\"bounced\"")
                .replace("\"reason\":1", "\"reason\":2")
                .replace("2026-11-25T00:00:00", "2026-11-20T08:01:00");
    }

    @Test
    void each_mail_counts_once() throws InterruptedException, ExecutionException {
        List<CustomerId> people = new ArrayList<>();
        for (int i = 1; i <= PEOPLE; i++) {
            people.add(crm.customer(i, "p" + i + "@example.com"));
            String address = "p" + i + "@example.com";
            crm.store(entry(i));
            for (String feedback : List.of("one", "two")) {
                String message = SesMessages.bounce("Transient", "MailboxFull", "m-" + i, address)
                        .replace("feedback-of", feedback);
                crm.inbox.addOnce(feedback + i, SesBody.of(message).orElseThrow(), Map.of());
            }
        }

        ExecutorService workers = Executors.newFixedThreadPool(4);
        try {
            Callable<Integer> work = () -> crm.run.run().processed();
            int processed = 0;
            for (Future<Integer> done : workers.invokeAll(List.of(work, work, work, work))) {
                processed += done.get();
            }
            assertThat(processed).isEqualTo(3 * PEOPLE);
        } finally {
            workers.shutdown();
        }

        assertThat(people).allSatisfy(person -> assertThat(crm.bounces(person)).isEqualTo("1 true"));
        assertThat(crm.events()).hasSize(PEOPLE);
    }

    @Test
    void a_stored_message_has_one_item_for_each_recipient() {
        String message = SesMessages.bounce("Permanent", "General", "m-1", "a@example.com", "b@example.com");

        String body = new String(SesBody.of(message).orElseThrow(), StandardCharsets.UTF_8);

        assertThat(body).startsWith("{\"Bounce\":[{\"recipient\":").contains("a@example.com", "b@example.com");
        assertThat(body.split("\"recipient\"", -1)).hasSize(3);
        assertThat(body.substring(body.lastIndexOf("\"recipient\""))).doesNotContain("a@example.com");
    }
}
