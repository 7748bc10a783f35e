package app.gigpigs.mauticsync.inbound.ses;

import static org.assertj.core.api.Assertions.assertThat;

import app.gigpigs.mauticsync.inbound.InboundWorld;
import app.gigpigs.mauticsync.testing.LoggedLines;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SesWebhookTest {
    private static final Signer SNS = Signer.with("sns");
    private static final String BOUNCE = SesMessages.bounce("Permanent", "General", "m-1", "a@example.com");
    private static final String STORED = "204";

    private static InboundWorld crm;

    private SesWorld world;

    @BeforeAll
    static void open() {
        crm = new InboundWorld();
    }

    @AfterAll
    static void closeAll() {
        crm.close();
    }

    @BeforeEach
    void start() {
        crm.empty();
        world = new SesWorld(crm, Signer.TOPIC);
    }

    @AfterEach
    void stop() {
        world.close();
    }

    private static ObjectNode bounce() {
        return SNS.notification("id-1", BOUNCE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "2"})
    void a_message_with_a_correct_signature_is_stored_before_it_is_answered(String version) {
        assertThat(world.post(SNS.sign(bounce(), version))).isEqualTo(STORED);

        assertThat(world.stored()).isEqualTo("1");
        assertThat(crm.one("select message_id || ' ' || (headers->>'sns-topic') from mautic_sync.inbox"))
                .isEqualTo("id-1 " + Signer.TOPIC.text());
        assertThat(world.called).containsExactly(SNS.url());
    }

    @ParameterizedTest
    @ValueSource(strings = {"Message", "MessageId", "Subject", "Timestamp"})
    void a_notification_with_an_altered_field_is_rejected(String field) {
        for (String version : List.of("1", "2")) {
            ObjectNode message = SNS.sign(bounce(), version);

            message.put(field, message.path(field).asText().replace('a', 'b').replace('0', '1') + " ");

            assertThat(world.post(message)).isEqualTo("403 the signature is not correct");
        }
        assertThat(world.stored()).isEqualTo("0");
    }

    @Test
    void a_notification_of_another_topic_is_rejected_whether_it_is_altered_or_signed() {
        ObjectNode altered = bounce().put("TopicArn", Signer.TOPIC.text() + "2");

        assertThat(world.post(altered)).isEqualTo("403 the topic is not one of SYNC_SES_TOPICS");
        assertThat(world.post(SNS.sign(altered, "2"))).isEqualTo("403 the topic is not one of SYNC_SES_TOPICS");
        assertThat(world.called).isEmpty();
        try (SesWorld both = new SesWorld(crm, TopicArn.parse(Signer.TOPIC.text() + "2"), Signer.TOPIC)) {
            assertThat(both.post(bounce().put("TopicArn", Signer.TOPIC.text() + "2")))
                    .isEqualTo("403 the signature is not correct");
        }
        assertThat(world.stored()).isEqualTo("0");
    }

    @Test
    void a_message_that_is_given_another_type_is_rejected() {
        ObjectNode notification = bounce();
        notification
                .put("Type", "UnsubscribeConfirmation")
                .put("Token", "x")
                .put("SubscribeURL", Signer.subscribeUrl());
        ObjectNode confirmation = SNS.confirmation("SubscriptionConfirmation", Signer.subscribeUrl());
        ObjectNode unsubscription = SNS.confirmation("UnsubscribeConfirmation", Signer.subscribeUrl());

        assertThat(world.post(notification)).isEqualTo("403 the signature is not correct");
        assertThat(world.post(confirmation.put("Type", "Notification"))).isEqualTo("403 the signature is not correct");
        assertThat(world.post(unsubscription.put("Type", "SubscriptionConfirmation")))
                .isEqualTo("403 the signature is not correct");
        assertThat(world.post(bounce().put("Type", "notification"))).isEqualTo("400 Type is not one of SNS");
        assertThat(world.called).containsExactly(SNS.url());
        assertThat(world.stored()).isEqualTo("0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Message", "MessageId", "SubscribeURL", "Timestamp", "Token"})
    void a_confirmation_with_an_altered_field_is_rejected_and_confirms_nothing(String field) {
        for (String type : List.of("SubscriptionConfirmation", "UnsubscribeConfirmation")) {
            ObjectNode message = SNS.confirmation(type, Signer.subscribeUrl());

            message.put(field, message.path(field).asText() + "0");

            assertThat(world.post(message)).isEqualTo("403 the signature is not correct");
        }
        assertThat(world.called).containsExactly(SNS.url());
        assertThat(world.stored()).isEqualTo("0");
    }

    @Test
    void nothing_depends_on_a_field_that_is_not_signed() {
        ObjectNode message = bounce();
        message.put("UnsubscribeURL", "https://evil.example/")
                .put("Token", "x")
                .put("SubscribeURL", "https://evil.example/");
        message.putObject("MessageAttributes").put("TopicArn", "other");
        ObjectNode subscription = SNS.confirmation("SubscriptionConfirmation", Signer.subscribeUrl());
        subscription.put("UnsubscribeURL", "https://evil.example/").put("Subject", "anything");

        assertThat(world.post(message)).isEqualTo(STORED);
        assertThat(world.post(subscription)).isEqualTo(STORED);

        assertThat(world.called).containsExactly(SNS.url(), Signer.subscribeUrl());
        assertThat(crm.one("select string_agg(message_id, ' ' order by id) from mautic_sync.inbox"))
                .isEqualTo("id-1 165545c9-2a5c-472c-8df2-7ff2be2b3b1b");
    }

    @Test
    void a_notification_may_have_no_subject() {
        ObjectNode message = bounce();
        message.remove("Subject");

        assertThat(world.post(SNS.sign(message, "2"))).isEqualTo(STORED);
        assertThat(world.post(message.put("Subject", ""))).isEqualTo("403 the signature is not correct");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Message",
                "MessageId",
                "Timestamp",
                "TopicArn",
                "Signature",
                "SignatureVersion",
                "SigningCertURL"
            })
    void a_message_without_one_of_its_fields_is_rejected(String field) {
        ObjectNode missing = bounce();
        missing.remove(field);

        assertThat(world.post(missing)).startsWith("400 ");
        assertThat(world.post(bounce().putNull(field))).startsWith("400 ");
        assertThat(world.post(bounce().put(field, 1))).startsWith("400 ");
        assertThat(world.called).isEmpty();
    }

    @Test
    void text_cannot_move_from_one_field_into_another() {
        String subject = "A\nTimestamp\n2026-11-20T08:00:00.000Z";

        assertThat(world.post(SNS.sign(bounce().put("Subject", subject), "2")))
                .isEqualTo("400 a field has a line break");
    }

    @ParameterizedTest
    @CsvSource({"3", "0", "''", "1.0", "SHA1"})
    void an_unknown_version_of_the_signature_is_rejected(String version) {
        assertThat(world.post(bounce().put("SignatureVersion", version))).isEqualTo("403 the signature is not correct");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "AAAA", "not base64!", "====="})
    void a_signature_that_is_none_is_rejected(String signature) {
        assertThat(world.post(bounce().put("Signature", signature))).isEqualTo("403 the signature is not correct");
    }

    @Test
    void a_signature_of_version_1_is_none_of_version_2() {
        assertThat(world.post(bounce().put("SignatureVersion", "2"))).isEqualTo("403 the signature is not correct");
    }

    @ParameterizedTest
    @CsvSource({
        "expired, 403 the certificate has expired",
        "early, 403 the certificate is not valid yet",
        "other-name, 403 the certificate is not one of SNS",
        "foreign, 403 the certificate's issuer is not trusted",
        "amazon, 204",
        "opt-in, 204"
    })
    void the_certificate_decides(String alias, String outcome) {
        assertThat(world.post(Signer.with(alias).sign(bounce(), "2"))).isEqualTo(outcome);
        assertThat(world.stored()).isEqualTo(outcome.equals(STORED) ? "1" : "0");
    }

    @Test
    void a_chain_that_comes_with_the_certificate_has_to_end_in_a_trusted_authority() {
        for (String alias : List.of("sns", "foreign", "amazon")) {
            world.files.put(Signer.with(alias).url(), Signer.with(alias).pemWithChain());
        }

        assertThat(world.post(SNS.sign(bounce(), "2"))).isEqualTo(STORED);
        assertThat(world.post(Signer.with("foreign").sign(bounce(), "2")))
                .isEqualTo("403 the certificate's issuer is not trusted");
        assertThat(world.post(Signer.with("amazon").sign(bounce(), "2")))
                .isEqualTo("403 the certificate's issuer is not trusted");
    }

    @Test
    void a_certificate_that_expires_while_it_is_kept_is_not_trusted_any_more() {
        assertThat(world.post(bounce())).isEqualTo(STORED);

        world.now = Signer.certificate("sns").getNotAfter().toInstant().plusSeconds(1);

        assertThat(world.post(SNS.notification("id-2", BOUNCE))).isEqualTo("403 the certificate has expired");
        assertThat(world.called).containsExactly(SNS.url());
    }

    static Stream<String> foreignHosts() {
        String path = "/SimpleNotificationService-sns.pem";
        return Stream.of(
                        "http://sns.eu-central-1.amazonaws.com",
                        "HTTPS://sns.eu-central-1.amazonaws.com",
                        "https://SNS.eu-central-1.amazonaws.com",
                        "https://sns.eu-central-1.AmazonAWS.com",
                        "https://sns.eu-central-1.amazonaws.com:443",
                        "https://sns.eu-central-1.amazonaws.com:8443",
                        "https://user@sns.eu-central-1.amazonaws.com",
                        "https://user:password@sns.eu-central-1.amazonaws.com",
                        "https://sns.eu-central-1.amazonaws.com@evil.example",
                        "https://sns.eu-central-1.amazonaws.com.evil.example",
                        "https://sns.eu-central-1.amazonaws.com.",
                        "https://sns.eu-central-1.amazonaws.com.cn",
                        "https://sns.us-east-1.amazonaws.com",
                        "https://sns.amazonaws.com",
                        "https://sns.eu-central-1.amazonaws.com\\@evil.example",
                        "https://evil.example\\.sns.eu-central-1.amazonaws.com",
                        "https://sns.eu-central-1.amazonaws.com%2f@evil.example",
                        "https://xsns.eu-central-1.amazonaws.com",
                        "https://sns-eu-central-1.amazonaws.com",
                        "https://sns.eu-central-1.amazonaws.co",
                        "https://sns.eu-central-1.arnazonaws.com",
                        "https://s\u043Es.eu-central-1.amazonaws.com",
                        "https://bucket.s3.eu-central-1.amazonaws.com",
                        " https://sns.eu-central-1.amazonaws.com",
                        "//sns.eu-central-1.amazonaws.com",
                        "file://sns.eu-central-1.amazonaws.com",
                        "")
                .map(host -> host + path);
    }

    @ParameterizedTest
    @MethodSource("foreignHosts")
    void a_certificate_is_fetched_from_the_host_of_the_topics_region_alone(String url) {
        world.files.put(url, SNS.pem());

        assertThat(world.post(bounce().put("SigningCertURL", url)))
                .isEqualTo("403 SigningCertURL is not at https://sns.eu-central-1.amazonaws.com");
        assertThat(world.called).isEmpty();
        assertThat(world.stored()).isEqualTo("0");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "",
                "/x.pem?x=1",
                "/x.pem#x",
                "/../x.pem",
                "/%2e%2e/x.pem",
                "/a/x.pem",
                "//evil.example/x.pem",
                "/x.PEM",
                "/x.pem/",
                "/;x.pem",
                "/?Action=ConfirmSubscription&x.pem"
            })
    void at_that_host_only_a_certificate_is_fetched(String path) {
        assertThat(world.post(bounce().put("SigningCertURL", "https://sns.eu-central-1.amazonaws.com" + path)))
                .isEqualTo("403 SigningCertURL is not at https://sns.eu-central-1.amazonaws.com");
        assertThat(world.called).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("foreignHosts")
    void a_subscription_is_confirmed_at_the_host_of_the_topics_region_alone(String certificate) {
        String url = certificate.replace(
                "/SimpleNotificationService-sns.pem",
                "/?Action=ConfirmSubscription&TopicArn=" + Signer.TOPIC.text() + "&Token=1");
        world.files.put(url, new byte[] {1});

        assertThat(world.post(SNS.confirmation("SubscriptionConfirmation", url)))
                .isEqualTo("403 SubscribeURL does not confirm the topic at https://sns.eu-central-1.amazonaws.com");
        assertThat(world.called).containsExactly(SNS.url());
        assertThat(world.stored()).isEqualTo("0");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/?Action=DeleteTopic&TopicArn=arn:aws:sns:eu-central-1:123456789012:ses-feedback",
                "/?Action=ConfirmSubscription&TopicArn=arn:aws:sns:eu-central-1:123456789012:other",
                "/?Action=ConfirmSubscription&Action=DeleteTopic&TopicArn=arn:aws:sns:eu-central-1:123456789012:ses-feedback",
                "/?TopicArn=arn:aws:sns:eu-central-1:123456789012:ses-feedback",
                "/x?Action=ConfirmSubscription&TopicArn=arn:aws:sns:eu-central-1:123456789012:ses-feedback",
                "/?Action=ConfirmSubscription",
                "/"
            })
    void at_that_host_only_the_own_subscription_is_confirmed(String path) {
        assertThat(world.post(
                        SNS.confirmation("SubscriptionConfirmation", "https://sns.eu-central-1.amazonaws.com" + path)))
                .startsWith("403 SubscribeURL does not confirm");
        assertThat(world.called).containsExactly(SNS.url());
    }

    @Test
    void a_confirmation_that_amazon_does_not_take_is_tried_again_by_amazon() {
        world.files.remove(Signer.subscribeUrl());
        ObjectNode message = SNS.confirmation("SubscriptionConfirmation", Signer.subscribeUrl());

        assertThat(world.post(message)).isEqualTo("503 the subscription could not be confirmed: status 302");
        assertThat(world.stored()).isEqualTo("0");
    }

    @Test
    void the_end_of_a_subscription_is_noted_and_nothing_is_called() {
        try (LoggedLines log = LoggedLines.of(SesWebhook.class)) {
            assertThat(world.post(SNS.confirmation("UnsubscribeConfirmation", Signer.subscribeUrl())))
                    .isEqualTo(STORED);
            assertThat(log.lines()).anyMatch(line -> line.startsWith("MS-408: somebody ended the subscription of"));
        }

        assertThat(world.called).containsExactly(SNS.url());
        assertThat(crm.run.run().processed()).isEqualTo(1);
        assertThat(crm.events()).isEmpty();
    }

    @Test
    void a_certificate_that_cannot_be_fetched_makes_amazon_try_again() {
        world.files.remove(SNS.url());

        assertThat(world.post(bounce())).isEqualTo("503 the certificate could not be fetched: status 302");
        world.files.put(SNS.url(), SNS.pem());
        assertThat(world.post(bounce())).isEqualTo(STORED);
    }

    @Test
    void messages_that_name_ever_more_certificates_do_not_make_us_call_amazon_without_end() {
        for (int i = 0; i < 30; i++) {
            assertThat(world.post(bounce().put(
                                    "SigningCertURL",
                                    "https://sns.eu-central-1.amazonaws.com/SimpleNotificationService-" + i + ".pem")))
                    .startsWith("503 ");
        }

        assertThat(world.called).hasSize(20);
        world.now = world.now.plusSeconds(601);
        assertThat(world.post(bounce())).isEqualTo(STORED);
    }

    @Test
    void a_file_that_is_no_certificate_is_rejected() {
        world.files.put(SNS.url(), "<html>".getBytes(java.nio.charset.StandardCharsets.UTF_8));

        assertThat(world.post(bounce())).isEqualTo("403 the file has no certificate");
    }

    @Test
    void raw_delivery_is_rejected_with_the_reason() {
        assertThat(world.post(BOUNCE))
                .startsWith("400 raw message delivery is on")
                .contains("Switch raw message delivery off");
        assertThat(world.post(SesMessages.other(SesMessages.EVENT, "Delivery")))
                .startsWith("400 raw message delivery is on");
        assertThat(world.post(bounce().toString(), "x-amz-sns-rawdelivery", "true"))
                .startsWith("400 raw message delivery is on");
        assertThat(world.called).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "'', 400 the body is not a JSON object",
        "[], 400 the body is not a JSON object",
        "{}, 400 Type is not one of SNS",
        "'{', 400 the body is not JSON (JsonEOFException)",
        "'{} {}', 400 the body is not JSON (MismatchedInputException)",
        "'{\"Type\":1}', 400 Type is not one of SNS"
    })
    void what_is_no_message_of_sns_is_rejected(String body, String outcome) {
        assertThat(world.post(body)).isEqualTo(outcome);
    }

    @Test
    void a_field_that_is_there_twice_is_rejected() {
        String body = bounce().toString();

        assertThat(world.post("{\"Message\":\"x\"," + body.substring(1)))
                .isEqualTo("400 the body is not JSON (JsonParseException)");
    }

    @Test
    void a_body_of_a_megabyte_is_rejected_and_one_of_the_longest_message_is_not() {
        // Before its body is read, so that a client that is still sending may only see the end of the connection.
        assertThat(world.head(1_000_000)).startsWith("HTTP/1.1 413");

        String longest = BOUNCE.replace("user unknown", "\\\"".repeat(260_000 / 2 - BOUNCE.length()));
        assertThat(world.post(SNS.notification("id-2", longest))).isEqualTo(STORED);
    }

    @Test
    void without_a_topic_there_is_no_endpoint() {
        try (SesWorld off = new SesWorld(crm)) {
            assertThat(off.post(bounce())).startsWith("404");
            assertThat(off.called).isEmpty();
        }
    }

    @Test
    void the_same_message_is_stored_once_also_by_two_processes() throws ExecutionException, InterruptedException {
        try (SesWorld second = new SesWorld(crm, Signer.TOPIC)) {
            Callable<String> one = () -> world.post(bounce());
            Callable<String> other = () -> second.post(bounce());
            ExecutorService both = Executors.newFixedThreadPool(4);
            try {
                for (Future<String> answer : both.invokeAll(List.of(one, other, one, other, one, other))) {
                    assertThat(answer.get()).isEqualTo(STORED);
                }
            } finally {
                both.shutdown();
            }
        }

        assertThat(world.stored()).isEqualTo("1");
        assertThat(crm.run.run().events())
                .as(() -> crm.one("select last_error from mautic_sync.inbox"))
                .isEqualTo(1);
        assertThat(world.post(bounce())).isEqualTo(STORED);
        assertThat(world.stored()).isEqualTo("1");
    }

    @Test
    void an_old_message_is_taken_for_amazon_tries_for_hours_and_a_dead_letter_queue_keeps_for_days() {
        assertThat(world.post(SNS.sign(bounce().put("Timestamp", "2020-01-01T00:00:00.000Z"), "2")))
                .isEqualTo(STORED);
    }

    @Test
    void what_does_not_concern_the_crm_is_answered_and_not_stored() {
        for (String kind :
                List.of("Delivery", "Send", "Open", "Click", "Reject", "Rendering Failure", "DeliveryDelay", "New")) {
            assertThat(world.post(SNS.notification(kind, SesMessages.other(SesMessages.EVENT, kind))))
                    .isEqualTo(STORED);
            assertThat(world.post(SNS.notification(kind, SesMessages.other(SesMessages.NOTIFICATION, kind))))
                    .isEqualTo(STORED);
        }
        assertThat(world.post(
                        SNS.notification("v", "Successfully validated SNS topic for Amazon SES event publishing.")))
                .isEqualTo(STORED);
        assertThat(world.post(SNS.notification(
                        "v", "{\"notificationType\":\"AmazonSnsSubscriptionSucceeded\",\"message\":\"x\"}")))
                .isEqualTo(STORED);

        assertThat(world.stored()).isEqualTo("0");
    }

    @Test
    void a_message_that_cannot_be_stored_makes_amazon_try_again() {
        crm.admin.useHandle(handle -> handle.execute("alter table mautic_sync.inbox rename to away"));
        try {
            assertThat(world.post(bounce())).isEqualTo("503 the message could not be stored");
        } finally {
            crm.admin.useHandle(handle -> handle.execute("alter table mautic_sync.away rename to inbox"));
        }
        try (SesWorld later = new SesWorld(crm, Signer.TOPIC)) {
            assertThat(later.post(bounce())).isEqualTo(STORED);
        }
    }
}
