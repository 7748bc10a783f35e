package app.gigpigs.mauticsync.mautic;

import java.time.InstantSource;

/**
 * Mautic's REST API, one part for each kind of thing that Mautic has. Thread-safe. Reads, segment changes and
 * do-not-contact entries are repeated on a transient failure; batch writes never are, see {@link BatchResult}.
 *
 * <p>Every call throws {@link MauticUnavailable} or {@link MauticRejected} when it is impossible as a whole.
 */
public final class Mautic implements AutoCloseable {
    private final Http http;
    private final Session session;
    private final ApiCalls calls;

    /** Connects to nothing yet. */
    public Mautic(MauticSettings settings, Waiting waiting, InstantSource clock) {
        this.http = new Http(settings.requestTimeout(), waiting);
        this.session = new Session(settings, http, new Retries(waiting, clock), clock);
        this.calls = new ApiCalls(session);
    }

    /** Contacts: looking them up, do-not-contact entries, deletion. */
    public ContactApi contacts() {
        return new ContactApi(calls);
    }

    /** The batch calls that write contacts. */
    public ContactBatches batches() {
        return new ContactBatches(session);
    }

    /** Segments and their members. */
    public SegmentApi segments() {
        return new SegmentApi(calls);
    }

    /** Contact fields. */
    public FieldApi fields() {
        return new FieldApi(calls);
    }

    /** E-mails. */
    public EmailApi emails() {
        return new EmailApi(calls);
    }

    /** Campaigns. */
    public CampaignApi campaigns() {
        return new CampaignApi(calls);
    }

    /** Webhooks. */
    public WebhookApi webhooks() {
        return new WebhookApi(calls);
    }

    /** The rows of Mautic's own tables. */
    public StatsApi stats() {
        return new StatsApi(calls);
    }

    /** Version, clock and latest event of this Mautic. */
    public Probe probe() {
        return new Probe(session, calls);
    }

    /** The version that the latest answer named; makes no call. */
    public MauticRelease release() {
        return session.release();
    }

    /** How many HTTP requests were sent so far, those for tokens included. */
    public long requestsSent() {
        return http.requests();
    }

    @Override
    public void close() {
        // java.net.http keeps nothing that outlives its last call; closable so that owners treat it as a resource.
    }
}
