package app.gigpigs.mauticsync.setup;

import app.gigpigs.mauticsync.inbound.ses.SesWebhook;
import app.gigpigs.mauticsync.inbound.ses.TopicArn;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a person has to create in AWS, as commands of its command line. This program has no login there. Pure. */
public final class AmazonSteps {
    private static final int SECONDS_OF_14_DAYS = 1_209_600;
    /** SNS takes at most 100 retries, and at most 3600 seconds for all of them. */
    private static final String RETRIES =
            "{\\\"healthyRetryPolicy\\\":{\\\"numRetries\\\":100,\\\"minDelayTarget\\\":30,"
                    + "\\\"maxDelayTarget\\\":35,\\\"backoffFunction\\\":\\\"linear\\\"}}";

    private AmazonSteps() {}

    /** The lines to print; none without a topic. */
    public static List<String> lines(DoctorConfig.Receiving receiving) {
        List<String> lines = new ArrayList<>();
        receiving.ses().topics().forEach(topic -> lines.addAll(lines(topic, endpoint(receiving.url()))));
        return lines;
    }

    /** Beside Mautic's webhook, where that is known. */
    private static String endpoint(Optional<String> webhook) {
        return webhook.map(URI::create)
                        .map(url -> url.getScheme() + "://" + url.getRawAuthority())
                        .orElse("https://your-host")
                + SesWebhook.PATH;
    }

    private static List<String> lines(TopicArn topic, String endpoint) {
        String[] parts = topic.text().split(":", -1);
        String account = parts[4];
        String queue = parts[5] + "-undelivered";
        String region = " --region " + topic.region();
        String queueArn = parts[0] + ":" + parts[1] + ":sqs:" + topic.region() + ":" + account + ":" + queue;
        return List.of(
                "In AWS, for the topic " + topic.text() + " (docs/deploy.md says why):",
                "  1. The topic, and SES' right to publish to it:",
                "     aws sns create-topic" + region + " --name " + parts[5] + " --attributes SignatureVersion=2",
                "     aws sns set-topic-attributes" + region + " --topic-arn " + topic.text()
                        + " --attribute-name Policy --attribute-value '"
                        + policy("ses.amazonaws.com", "sns:Publish", topic.text(), "AWS:SourceAccount", account) + "'",
                "  2. A dead-letter queue, which keeps for 14 days what could not be delivered within an hour:",
                "     aws sqs create-queue" + region + " --queue-name " + queue + " --attributes '{"
                        + "\"MessageRetentionPeriod\":\"" + SECONDS_OF_14_DAYS + "\",\"Policy\":\""
                        + policy("sns.amazonaws.com", "sqs:SendMessage", queueArn, "aws:SourceArn", topic.text())
                                .replace("\"", "\\\"")
                        + "\"}'",
                "  3. While serve runs, the subscription, which serve confirms by itself:",
                "     aws sns subscribe" + region + " --topic-arn " + topic.text()
                        + " --protocol https --notification-endpoint " + endpoint + " --attributes '{"
                        + "\"RawMessageDelivery\":\"false\",\"DeliveryPolicy\":\"" + RETRIES
                        + "\",\"RedrivePolicy\":\"{\\\"deadLetterTargetArn\\\":\\\"" + queueArn + "\\\"}\"}'",
                "  4. In SES, the sender's identity: bounces and complaints to this topic, with the original headers;",
                "     or an event destination of the configuration set, with the events bounce and complaint.");
    }

    private static String policy(String service, String action, String resource, String key, String value) {
        return "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"Service\":\""
                + service
                + "\"},\"Action\":\"" + action + "\",\"Resource\":\"" + resource
                + "\",\"Condition\":{\"StringEquals\":{\""
                + key + "\":\"" + value + "\"}}}]}";
    }
}
