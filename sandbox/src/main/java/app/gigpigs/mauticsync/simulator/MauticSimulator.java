package app.gigpigs.mauticsync.simulator;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** A simulated Mautic on the loopback interface. */
public final class MauticSimulator implements AutoCloseable {
    static {
        // Without this every small answer on a kept connection waits for a delayed acknowledgement.
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    private final HttpServer server;
    private final ExecutorService threads;
    private final SimulatedInstance mautic;

    private MauticSimulator(SimulatorSettings settings, HttpServer server) {
        this.server = server;
        this.mautic = new SimulatedInstance(settings, baseUri().toString());
        this.threads = Executors.newCachedThreadPool(work -> {
            Thread thread = new Thread(work, "mautic-simulator");
            thread.setDaemon(true);
            return thread;
        });
        server.setExecutor(threads);
        server.createContext("/", mautic.exchanges::serve);
        server.start();
    }

    /** Starts one; it listens when this returns. */
    public static MauticSimulator start(SimulatorSettings settings) {
        try {
            InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), settings.port());
            return new MauticSimulator(settings, HttpServer.create(address, 100));
        } catch (IOException e) {
            throw new UncheckedIOException("the simulator cannot listen on port " + settings.port(), e);
        }
    }

    /** Its address. */
    public URI baseUri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** All contacts as stored. */
    public List<SimulatedContact> contacts() {
        return mautic.contacts.all().stream().map(MauticSimulator::snapshot).toList();
    }

    /** One contact, or null. */
    public @Nullable SimulatedContact contact(long id) {
        StoredContact contact = mautic.contacts.get(id);
        return contact == null ? null : snapshot(contact);
    }

    private static SimulatedContact snapshot(StoredContact contact) {
        return new SimulatedContact(contact.id, contact.values(), contact.doNotContact());
    }

    /** The contacts in a segment; none when there is no such segment. */
    public Set<Long> segmentMembers(String alias) {
        SegmentStore.Stored segment = mautic.segments.withAlias(alias);
        return segment == null ? Set.of() : Set.copyOf(segment.members());
    }

    /** The aliases of all segments. */
    public List<String> segmentAliases() {
        return mautic.segments.all().values().stream()
                .map(SegmentStore.Stored::alias)
                .toList();
    }

    /** The last requests, oldest first. */
    public List<RecordedRequest> requests() {
        return mautic.exchanges.requests();
    }

    /** How many requests were received. */
    public long requestCount() {
        return mautic.exchanges.count();
    }

    /** Forgets the requests so far. */
    public void clearRequests() {
        mautic.exchanges.clear();
    }

    /** Adds a contact without any of the API's checks, as if it had existed before. */
    public long addContact(Map<String, Object> values) {
        return insert(mautic.contacts.create(), values);
    }

    /** Adds a contact with that id. */
    public void addContact(long id, Map<String, Object> values) {
        insert(mautic.contacts.create(id), values);
    }

    private long insert(StoredContact contact, Map<String, Object> values) {
        contact.put("points", BigDecimal.ZERO);
        values.forEach((alias, value) ->
                contact.put(alias, value instanceof Number number ? new BigDecimal(number.toString()) : value));
        mautic.contacts.insert(contact);
        return contact.id;
    }

    /** Adds a do-not-contact entry for e-mail, as Mautic's pages or its mailer do. */
    public void doNotContact(long contactId, int reason) {
        doNotContact(contactId, reason, "set in Mautic");
    }

    /** The same with that comment. */
    public void doNotContact(long contactId, int reason, String comment) {
        mautic.consent.add(present(contactId), DoNotContacts.Reason.email(reason, comment), ConsentChanges.API);
    }

    /** Changes a value as a Mautic user would. */
    public void setValue(long contactId, String alias, @Nullable Object value) {
        StoredContact contact = present(contactId);
        if (mautic.contacts.set(contact, alias, value)) {
            mautic.consent.announce(contact, List.of(), ConsentChanges.API);
        }
    }

    /** From now on every change of this contact fails, as after a NUL byte was written to it. */
    public void poison(long contactId) {
        present(contactId).poison();
    }

    /** The person follows the unsubscribe link; an existing entry stays as it is. */
    public void unsubscribe(long contactId) {
        mautic.consent.add(
                present(contactId), DoNotContacts.Reason.email(1, "User unsubscribed."), ConsentChanges.PERSON);
    }

    /** Deletes a contact. */
    public void deleteContact(long contactId) {
        StoredContact contact = mautic.contacts.get(contactId);
        if (contact != null) {
            mautic.removal.delete(contact);
        }
    }

    /** Adds a segment; filters as JSON, [] for none. */
    public long addSegment(String name, String alias, String filters) {
        return mautic.segments.add(name, alias, filters).id();
    }

    /** A Mautic user unpublishes a segment. */
    public void unpublishSegment(String alias) {
        mautic.segments.unpublish(
                Objects.requireNonNull(mautic.segments.withAlias(alias)).id());
    }

    /** Deletes a segment. */
    public void deleteSegment(String alias) {
        mautic.segments
                .all()
                .remove(Objects.requireNonNull(mautic.segments.withAlias(alias)).id());
    }

    /** Adds a contact to a segment by hand. */
    public void join(String alias, long contactId) {
        mautic.segments.join(
                Objects.requireNonNull(mautic.segments.withAlias(alias)).id(), contactId);
    }

    /** Removes a contact from a segment by hand. */
    public void leave(String alias, long contactId) {
        mautic.segments.leave(
                Objects.requireNonNull(mautic.segments.withAlias(alias)).id(), contactId);
    }

    /** Removes a do-not-contact entry as a Mautic user would. */
    public void clearDoNotContact(long contactId) {
        mautic.consent.remove(present(contactId), ConsentChanges.API);
    }

    /** Removes a contact field's definition. */
    public void removeField(String alias) {
        mautic.fields.remove(alias);
    }

    /** Adds a contact field of that type. */
    public void addField(String alias, String type) {
        mautic.fields.add(alias, alias, type, Field.Shape.text(64));
    }

    /** A Mautic user unpublishes a contact field. */
    public void unpublishField(String alias) {
        mautic.fieldCalls.unpublish(alias);
    }

    /** Sets the maximum length of a text field. */
    public void limitField(String alias, int characters) {
        Field field = Objects.requireNonNull(mautic.fields.get(alias));
        mautic.fields.add(alias, field.label(), field.type(), Field.Shape.text(characters));
    }

    /** A token whose time is over. */
    public String expiredToken() {
        return mautic.tokens.expired();
    }

    /** Makes all tokens invalid. */
    public void revokeTokens() {
        mautic.tokens.revokeAll();
    }

    /** Sets the clock; times are stored in whole seconds. */
    public void clock(InstantSource clock) {
        mautic.time.follow(clock);
    }

    /** The e-mails and their recipients. */
    public Mails mails() {
        return mautic.mails;
    }

    /** The campaigns. */
    public Campaigns campaigns() {
        return mautic.campaigns;
    }

    /** What recipients do with their e-mails. */
    public People people() {
        return mautic.people;
    }

    /** How events are sent to webhooks, and which are lost. */
    public Webhooks webhooks() {
        return mautic.webhooks;
    }

    /** Mautic's command mautic:webhooks:process. Returns how many events left the queues, delivered or not. */
    public int processWebhooks() {
        return mautic.webhooks.process();
    }

    /** Hides a row of a statistics table, as if the transaction that wrote it were still open. */
    public void holdBack(String table, long id) {
        mautic.tables.named(table).holdBack(id);
    }

    /** Shows the rows of a statistics table that were held back. */
    public void commit(String table) {
        mautic.tables.named(table).commit();
    }

    /** Failures to inject. */
    public Faults faults() {
        return mautic.faults;
    }

    /**
     * How many processors the server has. All running calls share them; each call beyond that number slows all down, as
     * measured on a server with two (one call 50 contacts a second, two 100, four 61, six 48).
     */
    public void processors(int count) {
        mautic.pace.processors(count);
    }

    /** Changes the time that each contact takes. */
    public void latency(Duration time) {
        mautic.pace.latency(time);
    }

    private StoredContact present(long contactId) {
        return Objects.requireNonNull(mautic.contacts.get(contactId), () -> "no contact " + contactId);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
