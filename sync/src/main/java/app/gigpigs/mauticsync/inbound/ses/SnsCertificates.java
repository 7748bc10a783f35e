package app.gigpigs.mauticsync.inbound.ses;

import app.gigpigs.mauticsync.text.ForeignText;
import java.io.IOException;
import java.net.URI;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The certificates of SNS, each fetched once. Anybody can send a message that names a certificate, so how many are fetched
 * within some time has a limit, and so has how many are kept. Thread-safe.
 */
final class SnsCertificates {
    private static final int MOST_KEPT = 50;
    private static final int MOST_FETCHES = 20;
    private static final Duration PERIOD = Duration.ofMinutes(10);

    private final Fetch fetch;
    private final CertificateTrust trust;
    private final InstantSource clock;
    private final Map<URI, List<X509Certificate>> kept = new ConcurrentHashMap<>();
    private final Deque<Instant> fetches = new ArrayDeque<>();

    SnsCertificates(Fetch fetch, CertificateTrust trust, InstantSource clock) {
        this.fetch = fetch;
        this.trust = trust;
        this.clock = clock;
    }

    /** The answer to the question for a key. */
    sealed interface Answer {
        /** The key that the topic's messages are signed with. */
        record Key(PublicKey key) implements Answer {}

        /** It can never be trusted. */
        record Rejected(String reason) implements Answer {}

        /** It could not be fetched now. */
        record Unavailable(String reason) implements Answer {}
    }

    /** The key in the certificate at this URL. Whether it may be trusted is decided each time: a certificate expires. */
    Answer key(String url, TopicArn topic) {
        Optional<URI> allowed = SnsUrls.certificate(url, topic);
        if (allowed.isEmpty()) {
            return new Answer.Rejected("SigningCertURL is not at https://" + topic.host());
        }
        List<X509Certificate> chain;
        try {
            chain = chain(allowed.get());
        } catch (IOException e) {
            return new Answer.Unavailable("the certificate could not be fetched: " + ForeignText.line(e.getMessage()));
        }
        return trust.fault(chain, topic, clock.instant())
                .<Answer>map(Answer.Rejected::new)
                .orElseGet(() -> new Answer.Key(chain.get(0).getPublicKey()));
    }

    private List<X509Certificate> chain(URI url) throws IOException {
        List<X509Certificate> known = kept.get(url);
        return known == null ? fetched(url) : known;
    }

    /** One at a time: the first messages of a burst all need the same certificate. */
    private synchronized List<X509Certificate> fetched(URI url) throws IOException {
        List<X509Certificate> known = kept.get(url);
        if (known != null) {
            return known;
        }
        Instant now = clock.instant();
        while (!fetches.isEmpty() && fetches.getFirst().isBefore(now.minus(PERIOD))) {
            fetches.removeFirst();
        }
        if (fetches.size() >= MOST_FETCHES) {
            throw new IOException(MOST_FETCHES + " were tried within " + PERIOD.toMinutes() + " minutes");
        }
        fetches.addLast(now);
        List<X509Certificate> chain = CertificateTrust.read(fetch.get(url));
        if (kept.size() >= MOST_KEPT) {
            kept.clear();
        }
        kept.put(url, chain);
        return chain;
    }
}
