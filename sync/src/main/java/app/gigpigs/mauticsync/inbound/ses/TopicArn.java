package app.gigpigs.mauticsync.inbound.ses;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of an SNS topic. Its region says which host of Amazon a message of the topic may refer to. Pure.
 *
 * @param text the whole name
 * @param region such as eu-central-1
 */
public record TopicArn(String text, String region) {
    private static final Pattern ARN =
            Pattern.compile("arn:(aws|aws-cn|aws-us-gov):sns:([a-z]{2}(?:-[a-z]{2,12}){1,2}-[0-9]{1,2}):[0-9]{12}:"
                    + "[A-Za-z0-9_-]{1,256}");

    /**
     * Reads a name.
     *
     * @throws IllegalArgumentException that goes on after the name of a setting
     */
    public static TopicArn parse(String text) {
        Matcher arn = ARN.matcher(text);
        if (!arn.matches()) {
            throw new IllegalArgumentException("is \"" + text
                    + "\"; write the topic's ARN, such as arn:aws:sns:eu-central-1:123456789012:ses-feedback");
        }
        String region = arn.group(2);
        if (arn.group(1).equals("aws-cn") != region.startsWith("cn-")) {
            throw new IllegalArgumentException("is \"" + text + "\"; its partition and its region do not fit");
        }
        return new TopicArn(text, region);
    }

    /** The region's own SNS host, the only one that is ever called. */
    String host() {
        return "sns." + region + "." + domain();
    }

    private String domain() {
        return region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
    }

    /** The names that the certificate of the region's signatures may have; they differ by the age of the region. */
    Set<String> signers() {
        return new HashSet<>(List.of(
                "sns." + domain(),
                host(),
                "sns-" + region + "." + domain(),
                "sns-signing." + region + "." + domain(),
                // Both regions of GovCloud sign as this one.
                region.startsWith("us-gov-") ? "sns-us-gov-west-1.amazonaws.com" : host()));
    }
}
