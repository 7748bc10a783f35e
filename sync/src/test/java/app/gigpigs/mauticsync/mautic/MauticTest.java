package app.gigpigs.mauticsync.mautic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import app.gigpigs.mauticsync.simulator.Fault;
import app.gigpigs.mauticsync.simulator.MauticSimulator;
import app.gigpigs.mauticsync.simulator.SimulatorSettings;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MauticTest {
    private final MauticSimulator simulator = MauticSimulator.start(SimulatorSettings.defaults());
    private final List<Duration> pauses = new ArrayList<>();
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final Mautic mautic = client(simulator.baseUri(), Duration.ofSeconds(5));

    private Mautic client(URI url, Duration timeout) {
        SimulatorSettings settings = SimulatorSettings.defaults();
        return new Mautic(
                new MauticSettings(url, new Credentials.Client(settings.clientId(), settings.clientSecret()), timeout),
                (time, why) -> pauses.add(time),
                () -> now);
    }

    @AfterEach
    void close() {
        mautic.close();
        simulator.close();
    }

    private long tokens() {
        return simulator.requests().stream()
                .filter(request -> request.path().equals("/oauth/v2/token"))
                .count();
    }

    @Test
    void one_token_serves_many_threads_and_is_renewed_shortly_before_it_expires() throws Exception {
        // Threads of their own: java.net.http completes its answers on the common pool, which blocked tasks would fill.
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            for (Future<?> read : threads.invokeAll(Collections.nCopies(32, mautic.segments()::all))) {
                read.get();
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(tokens()).isEqualTo(1);

        now = now.plus(Duration.ofMinutes(59)).plusSeconds(1);
        mautic.segments().all();
        assertThat(tokens()).isEqualTo(2);
    }

    @Test
    void a_token_that_is_no_longer_accepted_is_renewed_once() {
        mautic.segments().all();
        simulator.revokeTokens();

        mautic.segments().all();

        assertThat(tokens()).isEqualTo(2);
    }

    @Test
    void a_second_401_in_a_row_ends_the_call() {
        for (int i = 0; i < 2; i++) {
            simulator
                    .faults()
                    .next("GET", "/api/segments", new Fault.Status(401, "{\"errors\":[{\"message\":\"no\"}]}"));
        }

        assertThatThrownBy(mautic.segments()::all)
                .isInstanceOf(MauticRejected.class)
                .hasMessageContaining("Authorization header");
        assertThat(tokens()).isEqualTo(2);
    }

    @Test
    void reads_are_retried_with_longer_delays_while_mautic_returns_errors() {
        simulator.faults().next("GET", "/api/segments", new Fault.Status(500, "{}"));
        simulator.faults().next("GET", "/api/segments", new Fault.Status(503, "{}"));

        assertThat(mautic.segments().all()).isEmpty();

        assertThat(pauses).containsExactly(Duration.ofSeconds(1), Duration.ofSeconds(2));
    }

    @Test
    void an_email_is_read_with_name_and_subject_and_a_deleted_one_is_empty() {
        simulator.faults().next("GET", "/api/emails/1", new Fault.Status(200, """
                        {"email":{"isPublished":true,"id":1,"name":"T1","subject":"Hi {contactfield=firstname}","lists":[]}}
                        """));
        simulator.faults().next("GET", "/api/emails/2", new Fault.Status(404, """
                        {"errors":[{"message":"Item was not found.","code":404,"type":null}]}
                        """));
        simulator.faults().next("GET", "/api/emails/3", new Fault.Status(403, """
                        {"errors":[{"message":"You do not have access to the requested area/action.","code":403,"type":null}]}
                        """));

        assertThat(mautic.emails().byId(1)).contains(new Email(1, "T1", "Hi {contactfield=firstname}"));
        assertThat(mautic.emails().byId(2)).isEmpty();
        assertThatThrownBy(() -> mautic.emails().byId(3))
                .isInstanceOf(MauticRejected.class)
                .hasMessageContaining("lacks the permission \"Emails: view own and others'\"");
    }

    @Test
    void a_missing_entity_is_recognised_in_any_language() {
        Fault removed = new Fault.Status(
                404, "{\"errors\":[{\"code\":404,\"message\":\"Eintrag wurde nicht gefunden\",\"details\":[]}]}");
        simulator
                .faults()
                .next("GET", "/api/emails/7", removed)
                .next("GET", "/api/contacts/7/segments", removed)
                .next("POST", "/api/contacts/7/dnc/email/add", removed)
                .next("POST", "/api/contacts/7/dnc/email/remove", removed)
                .next("POST", "/api/segments/1/contact/7/remove", removed)
                .next("DELETE", "/api/contacts/7/delete", removed);

        assertThat(mautic.emails().byId(7)).isEmpty();
        assertThat(mautic.segments().ofContact(7)).isEmpty();
        assertThat(mautic.contacts().addDoNotContact(7, 3, "a test")).isFalse();
        assertThat(mautic.contacts().removeDoNotContact(7)).isFalse();
        assertThat(mautic.segments().removeContact(1, 7)).isFalse();
        assertThat(mautic.contacts().delete(7)).isFalse();
    }

    @Test
    void a_missing_segment_is_not_a_missing_contact() {
        simulator.addContact(7, Map.of("email", "a@example.com"));

        assertThatThrownBy(() -> mautic.segments().removeContact(99, 7))
                .hasMessage("Mautic has no segment 99 any more");
    }

    @Test
    void an_unknown_path_is_not_a_missing_contact() {
        simulator
                .faults()
                .next("DELETE", "/api/contacts/7/delete", new Fault.HtmlPage(404))
                .next("POST", "/api/contacts/7/dnc/email/add", new Fault.HtmlPage(404));

        assertThatThrownBy(() -> mautic.contacts().delete(7)).hasMessageContaining("Mautic answered 404");
        assertThatThrownBy(() -> mautic.contacts().addDoNotContact(7, 3, "a test"))
                .hasMessageContaining("Mautic answered 404");
    }

    @Test
    void batch_writes_are_never_repeated() {
        simulator.faults().next("POST", "/api/contacts/batch/new", new Fault.CloseAfter());

        assertThat(mautic.batches().create(List.of(Map.of("email", "a@example.com"))))
                .isInstanceOf(BatchResult.Unknown.class);

        assertThat(simulator.requests().stream()
                        .filter(request -> request.path().endsWith("/batch/new")))
                .hasSize(1);
        assertThat(simulator.contacts()).hasSize(1);
    }

    @Test
    void a_stalled_response_times_out() {
        simulator.faults().next("POST", "/api/contacts/batch/new", new Fault.Slow(Duration.ofSeconds(30)));
        try (Mautic shortTimeout = client(simulator.baseUri(), Duration.ofSeconds(2))) {
            shortTimeout.segments().all();
            assertThat(shortTimeout.batches().create(List.of(Map.of("email", "a@example.com"))))
                    .isInstanceOf(BatchResult.Unknown.class);
        }
    }

    @Test
    void an_unreachable_server_is_known_to_have_received_nothing() {
        try (Mautic unreachable = client(URI.create("http://127.0.0.1:1"), Duration.ofSeconds(2))) {
            assertThat(unreachable.batches().create(List.of(Map.of("email", "a@example.com"))))
                    .isInstanceOf(BatchResult.NotSent.class);
        }
    }

    @Test
    void items_that_would_hit_the_wrong_contact_are_not_sent() {
        assertThatThrownBy(() -> mautic.batches().edit(List.of(Map.of("lastname", "x"))))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> mautic.batches().edit(List.of(Map.of("id", 1), Map.of("id", 1))))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(simulator.requests()).isEmpty();
    }

    @Test
    void long_lists_of_values_are_split_so_that_every_request_line_fits() {
        List<String> emails = new ArrayList<>(IntStream.range(0, 300)
                .mapToObj(i -> UUID.randomUUID() + "." + "x".repeat(60) + "@example.com")
                .toList());
        emails.add("plus+sign%percent@example.com");
        emails.forEach(email -> simulator.addContact(Map.of("email", email)));

        assertThat(mautic.contacts().withEmails(emails)).hasSize(301);
    }

    @Test
    void all_members_of_a_large_segment_are_read() {
        long segment = simulator.addSegment("Big", "big", "[]");
        for (int i = 1; i <= 10_050; i++) {
            simulator.join("big", i);
        }

        assertThat(mautic.segments().members(segment)).hasSize(10_050);
    }

    @Test
    void an_error_of_the_statistics_api_is_an_error_although_it_is_a_200() {
        simulator
                .faults()
                .next(
                        "GET",
                        "/api/stats/lead_lists_leads",
                        new Fault.Status(200, "{\"errors\":[{\"message\":\"Unknown column\"}]}"));

        assertThatThrownBy(() -> mautic.segments().members(1))
                .isInstanceOf(MauticRejected.class)
                .hasMessageContaining("Unknown column");
    }

    @Test
    void text_that_would_break_a_call_is_replaced() {
        BatchResult result =
                mautic.batches().create(List.of(Map.of("email", "a@example.com", "firstname", "n\0ul \ud83d lone 👍")));

        assertThat(result).isInstanceOf(BatchResult.Answered.class);
        assertThat(simulator.contacts().get(0).text("firstname")).isEqualTo("nul \ufffd lone 👍");
    }

    @Test
    void the_secret_is_not_in_the_settings_text() {
        assertThat(new MauticSettings(simulator.baseUri(), new Credentials.Client("id", "hush"), Duration.ZERO)
                        .toString())
                .doesNotContain("hush");
    }
}
