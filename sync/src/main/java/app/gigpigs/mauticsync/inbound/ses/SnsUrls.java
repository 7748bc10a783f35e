package app.gigpigs.mauticsync.inbound.ses;

import java.net.URI;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The only two kinds of URL that a message may have us call. The text itself is compared, before anything parses
 * it: parsers differ in what they make of user info, ports, upper case and backslashes. Pure.
 */
final class SnsUrls {
    private static final Pattern CERTIFICATE = Pattern.compile("/[A-Za-z0-9_-]{1,200}\\.pem");
    private static final Pattern CONFIRMATION = Pattern.compile("/\\?[A-Za-z0-9_.:%&=+~-]{1,4000}");

    private SnsUrls() {}

    /** The URL of a certificate at the host of the topic's region. */
    static Optional<URI> certificate(String url, TopicArn topic) {
        return at(topic, url, CERTIFICATE);
    }

    /** The URL that confirms a subscription to this topic, at the host of its region. */
    static Optional<URI> confirmation(String url, TopicArn topic) {
        return at(topic, url, CONFIRMATION).filter(uri -> confirms(uri, topic));
    }

    private static Optional<URI> at(TopicArn topic, String url, Pattern rest) {
        String host = "https://" + topic.host();
        boolean allowed = url.startsWith(host)
                && rest.matcher(url.substring(host.length())).matches();
        return allowed ? Optional.of(URI.create(url)) : Optional.empty();
    }

    /** Amazon's host has other actions, too. */
    private static boolean confirms(URI url, TopicArn topic) {
        boolean action = false;
        boolean arn = false;
        for (String parameter : url.getQuery().split("&", -1)) {
            if (parameter.startsWith("Action=")) {
                action = parameter.equals("Action=ConfirmSubscription");
            } else if (parameter.startsWith("TopicArn=")) {
                arn = parameter.equals("TopicArn=" + topic.text());
            }
        }
        return action && arn;
    }
}
