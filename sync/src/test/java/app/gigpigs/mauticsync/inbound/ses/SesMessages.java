package app.gigpigs.mauticsync.inbound.ses;

import java.util.Arrays;
import java.util.stream.Collectors;

/** What SES puts into the messages of SNS, with all fields that its documentation names. */
public final class SesMessages {
    /** As the feedback notifications of an identity name the kind of message. */
    static final String NOTIFICATION = "notificationType";

    /** As the events of a configuration set do. */
    static final String EVENT = "eventType";

    private SesMessages() {}

    /** A bounce as a feedback notification, without the mail's headers. */
    public static String bounce(String type, String subType, String mail, String... recipients) {
        return bounceIn(
                NOTIFICATION, type, subType, mail(mail, "2026-11-20T07:59:00.000Z", "", recipients), recipients);
    }

    static String bounceIn(String shape, String type, String subType, String mail, String... recipients) {
        return """
                {"%s":"Bounce","bounce":{"feedbackId":"feedback-of-%s","bounceType":"%s","bounceSubType":"%s",
                  "bouncedRecipients":[%s],"timestamp":"2026-11-20T08:00:00.123Z",
                  "remoteMtaIp":"192.0.2.9","reportingMTA":"dsn; a1.smtp-out.eu-central-1.amazonses.com"},
                 "mail":%s}
                """.formatted(
                shape,
                mail.replaceAll("(?s).*\"messageId\":\"([^\"]*)\".*", "$1"),
                type,
                subType,
                Arrays.stream(recipients)
                        .map(each -> "{\"emailAddress\":\"" + each + "\",\"action\":\"failed\",\"status\":\"5.1.1\","
                                + "\"diagnosticCode\":\"smtp; 550 5.1.1 <" + each + ">: user unknown\"}")
                        .collect(Collectors.joining(",")),
                mail);
    }

    static String complaint(String shape, String kind, String mail, String... recipients) {
        return """
                {"%s":"Complaint","complaint":{"feedbackId":"complaint-%s","complaintSubType":null,
                  "complainedRecipients":[%s],"timestamp":"2026-11-20T09:00:00.000Z",
                  "userAgent":"ExampleCorp Feedback Loop (V0.01)"%s,"arrivalDate":"2026-11-20T08:59:00.000Z"},
                 "mail":%s}
                """.formatted(
                        shape,
                        mail,
                        Arrays.stream(recipients)
                                .map(each -> "{\"emailAddress\":\"" + each + "\"}")
                                .collect(Collectors.joining(",")),
                        kind.isEmpty() ? "" : ",\"complaintFeedbackType\":\"" + kind + "\"",
                        mail(mail, "2026-11-20T07:59:00.000Z", "", recipients));
    }

    static String subscription(String preferences, String recipient) {
        return """
                {"eventType":"Subscription","mail":%s,
                 "subscription":{"contactList":"News","timestamp":"2026-11-20T10:00:00.000Z",
                  "source":"UnsubscribeHeader","newTopicPreferences":%s,"oldTopicPreferences":{"unsubscribeAll":false}}}
                """.formatted(mail("m-9", "2026-11-20T07:59:00.000Z", "", recipient), preferences);
    }

    /** Another kind of event, such as a delivery. */
    static String other(String shape, String kind) {
        return "{\"" + shape + "\":\"" + kind + "\",\"mail\":"
                + mail("m-1", "2026-11-20T07:59:00.000Z", "", "a@example.com") + ",\""
                + kind.toLowerCase(java.util.Locale.ROOT) + "\":{\"recipients\":[\"a@example.com\"]}}";
    }

    /** @param headers the mail's headers as JSON objects, or empty when they are not repeated */
    static String mail(String messageId, String sent, String headers, String... recipients) {
        String to = Arrays.stream(recipients).map(each -> "\"" + each + "\"").collect(Collectors.joining(","));
        return """
                {"timestamp":"%s","messageId":"%s","source":"News <news@example.org>",
                 "sourceArn":"arn:aws:ses:eu-central-1:123456789012:identity/example.org","sourceIp":"192.0.2.7",
                 "callerIdentity":"mautic","sendingAccountId":"123456789012","destination":[%s]%s,
                 "tags":{"ses:configuration-set":["news"]}}
                """.formatted(
                        sent,
                        messageId,
                        to,
                        headers.isEmpty()
                                ? ""
                                : ",\"headersTruncated\":false,\"headers\":[" + headers
                                        + ",{\"name\":\"To\",\"value\":\"Jane <jane@example.com>\"}],"
                                        + "\"commonHeaders\":{\"from\":[\"news@example.org\"],\"subject\":\"Hello\"}");
    }

    static String header(String name, String value) {
        return "{\"name\":\"" + name + "\",\"value\":\"" + value + "\"}";
    }
}
