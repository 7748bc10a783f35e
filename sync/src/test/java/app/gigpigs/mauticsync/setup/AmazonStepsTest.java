package app.gigpigs.mauticsync.setup;

import static org.assertj.core.api.Assertions.assertThat;

import app.gigpigs.mauticsync.inbound.ses.SesSettings;
import app.gigpigs.mauticsync.inbound.ses.TopicArn;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AmazonStepsTest {
    private static final TopicArn TOPIC = TopicArn.parse("arn:aws:sns:eu-central-1:123456789012:ses-feedback");
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private static List<String> lines(String url, TopicArn... topics) {
        return AmazonSteps.lines(new DoctorConfig.Receiving(
                Optional.ofNullable(url), List.of(), new SesSettings(List.of(topics)), Duration.ZERO));
    }

    /** What is between the quotes of the shell, after this text. */
    private static JsonNode json(List<String> lines, String start) throws IOException {
        String line =
                lines.stream().filter(each -> each.contains(start)).findFirst().orElseThrow();
        String rest = line.substring(line.indexOf('\'') + 1);
        return MAPPER.readTree(rest.substring(0, rest.indexOf('\'')));
    }

    @Test
    void without_a_topic_there_is_nothing_to_create() {
        assertThat(lines(null)).isEmpty();
    }

    @Test
    void the_commands_are_for_the_topic_and_for_the_endpoint_beside_mautics_webhook() throws IOException {
        List<String> lines = lines("https://sync.example.com:8443/webhooks/mautic", TOPIC);

        assertThat(lines)
                .anyMatch(line -> line.contains("aws sns create-topic --region eu-central-1 --name ses-feedback"
                        + " --attributes SignatureVersion=2"))
                .anyMatch(line -> line.contains("--notification-endpoint https://sync.example.com:8443/webhooks/ses "));
        assertThat(json(lines, "set-topic-attributes")
                        .at("/Statement/0/Principal/Service")
                        .asText())
                .isEqualTo("ses.amazonaws.com");
        JsonNode queue = json(lines, "create-queue");
        assertThat(queue.path("MessageRetentionPeriod").asText()).isEqualTo("1209600");
        assertThat(MAPPER.readTree(queue.path("Policy").asText())
                        .at("/Statement/0/Resource")
                        .asText())
                .isEqualTo("arn:aws:sqs:eu-central-1:123456789012:ses-feedback-undelivered");
    }

    @Test
    void the_subscription_retries_for_as_long_as_sns_allows_and_then_keeps_the_message() throws IOException {
        JsonNode attributes = json(lines(null, TOPIC), "sns subscribe");

        assertThat(attributes.path("RawMessageDelivery").asText()).isEqualTo("false");
        JsonNode retries =
                MAPPER.readTree(attributes.path("DeliveryPolicy").asText()).path("healthyRetryPolicy");
        int most = retries.path("numRetries").asInt()
                * retries.path("maxDelayTarget").asInt();
        assertThat(most).isBetween(3000, 3600);
        assertThat(retries.path("numRetries").asInt()).isLessThanOrEqualTo(100);
        assertThat(MAPPER.readTree(attributes.path("RedrivePolicy").asText())
                        .path("deadLetterTargetArn")
                        .asText())
                .isEqualTo("arn:aws:sqs:eu-central-1:123456789012:ses-feedback-undelivered");
    }

    @Test
    void in_china_the_names_are_china_s() {
        assertThat(String.join("\n", lines(null, TopicArn.parse("arn:aws-cn:sns:cn-north-1:123456789012:x"))))
                .contains("arn:aws-cn:sqs:cn-north-1:123456789012:x-undelivered", "https://your-host/webhooks/ses");
    }
}
