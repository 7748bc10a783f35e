package app.gigpigs.mauticsync.inbound.ses;

import app.gigpigs.mauticsync.failure.ErrorCode;
import app.gigpigs.mauticsync.failure.Failure;
import app.gigpigs.mauticsync.http.Answer;
import app.gigpigs.mauticsync.http.Endpoint;
import app.gigpigs.mauticsync.http.Headers;
import app.gigpigs.mauticsync.http.Route;
import app.gigpigs.mauticsync.inbound.inbox.DeliveryStore;
import app.gigpigs.mauticsync.text.ForeignText;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Receives Amazon's messages about bounces and complaints. As with Mautic's webhooks, a message with a correct signature
 * is on disk before it is answered, and is processed later.
 *
 * <p>SNS keeps a message for a retry when the status is 5xx, and drops it at once when it is 4xx. So what can never be
 * accepted is 4xx, with the reason in the body, and what may be accepted later is 503. A message is not rejected for its
 * age: retries take hours, and a dead-letter queue is delivered again after days. It counts once all the same.
 */
public final class SesWebhook implements Endpoint {
    /** Where SNS sends its messages. */
    public static final String PATH = "/webhooks/ses";

    private static final Logger LOG = LoggerFactory.getLogger(SesWebhook.class);
    /** A message has at most 256 KiB; as a text within JSON it may be twice as long. */
    private static final int MOST_BYTES = 600_000;

    private final SesSettings settings;
    private final SnsCertificates certificates;
    private final Fetch fetch;
    private final DeliveryStore store;
    private final Runnable wake;

    /** @param wake wakes the worker after each stored message; must return at once */
    public SesWebhook(SesSettings settings, SnsTrust sns, DeliveryStore store, Runnable wake) {
        this.settings = settings;
        this.certificates = new SnsCertificates(sns.fetch(), sns.trust(), sns.clock());
        this.fetch = sns.fetch();
        this.store = store;
        this.wake = wake;
    }

    /**
     * Where it answers; nowhere without a topic.
     *
     * @param threads where messages are stored, and where a certificate is waited for
     */
    public List<Route> routes(Executor threads) {
        return settings.topics().isEmpty() ? List.of() : List.of(new Route("POST", PATH, MOST_BYTES, this, threads));
    }

    /** Raw messages have no signature, so the body is not worth reading. */
    @Override
    public Optional<Answer> beforeBody(Headers headers) {
        return headers.only("x-amz-sns-rawdelivery").filter("true"::equals).map(raw -> answer(400, SnsMessage.RAW));
    }

    @Override
    public Answer answer(Headers headers, byte[] body) {
        SnsMessage.Body read = SnsMessage.read(body);
        return read instanceof SnsMessage.Body.Whole whole
                ? verify(whole.message())
                : answer(400, ((SnsMessage.Body.Unreadable) read).reason());
    }

    @Override
    public void tooLong() {
        warn("a message to " + PATH + " was longer than " + MOST_BYTES + " bytes, which no message of SNS is");
    }

    /** The topic first: it decides from which host a certificate may be fetched, and whether one is fetched at all. */
    private Answer verify(SnsMessage message) {
        Optional<TopicArn> topic = settings.topic(message.get("TopicArn"));
        if (topic.isEmpty()) {
            return answer(403, "the topic is not one of SYNC_SES_TOPICS");
        }
        SnsCertificates.Answer answer = certificates.key(message.proof().certificate(), topic.get());
        if (answer instanceof SnsCertificates.Answer.Unavailable unavailable) {
            return answer(503, unavailable.reason());
        }
        if (answer instanceof SnsCertificates.Answer.Rejected rejected) {
            return answer(403, rejected.reason());
        }
        return SnsSignature.matches(message, ((SnsCertificates.Answer.Key) answer).key())
                ? accept(message, topic.get())
                : answer(403, "the signature is not correct");
    }

    private Answer accept(SnsMessage message, TopicArn topic) {
        return switch (message.type()) {
            case NOTIFICATION -> store(message, SesBody.of(message.get("Message")));
            case SUBSCRIPTION -> confirm(message, topic);
            case UNSUBSCRIPTION -> {
                warn("somebody ended the subscription of " + topic.text()
                        + ": bounces and complaints do not arrive any more");
                yield store(message, Optional.of(SesBody.of(message.type())));
            }
        };
    }

    private Answer confirm(SnsMessage message, TopicArn topic) {
        Optional<URI> url = SnsUrls.confirmation(message.get("SubscribeURL"), topic);
        if (url.isEmpty()) {
            return answer(403, "SubscribeURL does not confirm the topic at https://" + topic.host());
        }
        try {
            fetch.get(url.get());
        } catch (IOException e) {
            return answer(503, "the subscription could not be confirmed: " + ForeignText.line(e.getMessage()));
        }
        LOG.info("the subscription of {} is confirmed", topic.text());
        return store(message, Optional.of(SesBody.of(message.type())));
    }

    private Answer store(SnsMessage message, Optional<byte[]> body) {
        if (body.isPresent()) {
            if (!store.store(inbox -> inbox.addOnce(message.get("MessageId"), body.get(), about(message)))) {
                return answer(503, "the message could not be stored");
            }
            wake();
        }
        return Answer.status(204);
    }

    /** Signed fields alone: they are the evidence of where a delivery came from. */
    private static Map<String, String> about(SnsMessage message) {
        return Map.of(
                "sns-type", message.type().sns(),
                "sns-message-id", message.get("MessageId"),
                "sns-topic", message.get("TopicArn"),
                "sns-timestamp", message.get("Timestamp"));
    }

    /** The message is stored. No failure from here on may prevent the response. */
    private void wake() {
        try {
            wake.run();
        } catch (RuntimeException e) {
            LOG.warn(Failure.of(e).with("the inbox worker could not be woken: ").line());
        }
    }

    private static Answer answer(int status, String reason) {
        warn("a message to " + PATH + " was answered with " + status + ": " + reason);
        return Answer.text(status, reason);
    }

    private static void warn(String message) {
        LOG.warn(new Failure(ErrorCode.SES_REJECTED, message).line());
    }
}
