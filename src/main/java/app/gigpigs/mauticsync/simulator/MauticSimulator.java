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
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A simulated Mautic on the loopback interface. */
public final class MauticSimulator implements AutoCloseable {
    static {
        // Without it every small answer on a kept connection waits for a delayed acknowledgement.
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    private final HttpServer server;
    private final ExecutorService threads;
    private final Time time = new Time();
    private final FieldStore fields;
    private final FieldCalls fieldCalls;
    private final ContactStore contacts = new ContactStore(time);
    private final SegmentStore segments = new SegmentStore(contacts, time);
    private final Faults faults = new Faults();
    private final Tokens tokens;
    private final Exchanges exchanges;
    private final StatsTables tables;
    private final Webhooks webhooks;
    private final ConsentChanges consent;
    private final Removal removal;
    private final Mails mails;
    private final People people;
    private final PublicPages pages;
    private final Api api;
    private volatile Duration latency;
    private volatile int processors = Integer.MAX_VALUE;
    private final AtomicInteger writing = new AtomicInteger();

    private MauticSimulator(SimulatorSettings settings, HttpServer server) {
        this.server = server;
        this.latency = settings.latency();
        this.fields = new FieldStore(settings.fields());
        this.fieldCalls = new FieldCalls(fields, time);
        this.tokens = new Tokens(settings);
        String origin = baseUri().toString();
        WebhookStore webhookStore = new WebhookStore(time);
        ContactJson json = new ContactJson(fields);
        MailJson mailJson = new MailJson(segments);
        DoNotContacts doNotContacts = new DoNotContacts(time);
        this.tables = new StatsTables(contacts, doNotContacts, segments);
        this.webhooks = new Webhooks(webhookStore, time, new WebhookPost(origin), tables.logs);
        Announcer announcer = new Announcer(webhooks, new WebhookJson(fields, contacts, json, mailJson, origin));
        segments.tell(announcer);
        this.consent = new ConsentChanges(doNotContacts, announcer, time);
        this.removal = new Removal(contacts, segments, tables, consent);
        this.mails = new Mails(contacts, tables, announcer, time);
        this.people = new People(mails, contacts, tables, consent);
        this.pages = new PublicPages(mails, people, tables);
        ContactCalls calls =
                new ContactCalls(contacts, new ContactWriter(fields, contacts, consent), json, new SleepingPace());
        EngagementApi engagement = new EngagementApi(
                webhookStore, mails, mailJson, tables, new EngagementApi.Store(contacts, segments, announcer));
        Lists lists = new Lists(fields, fieldCalls, contacts, segments, json);
        Api.Store store = new Api.Store(contacts, segments, json, removal, engagement, fieldCalls);
        this.api = new Api(tokens, faults, calls, lists, store);
        this.exchanges = new Exchanges(faults, tokens, this::handle);
        this.threads = Executors.newCachedThreadPool(work -> {
            Thread thread = new Thread(work, "mautic-simulator");
            thread.setDaemon(true);
            return thread;
        });
        server.setExecutor(threads);
        server.createContext("/", exchanges::serve);
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

    /** Where it is. */
    public URI baseUri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    private Answer handle(Request request, int length) {
        return pages.answer(request).orElseGet(() -> {
            boolean batch = request.path().contains("/batch/");
            writing.addAndGet(batch ? 1 : 0);
            try {
                return api.handle(request, length);
            } finally {
                writing.addAndGet(batch ? -1 : 0);
            }
        });
    }

    /** All contacts as the database has them. */
    public List<SimulatedContact> contacts() {
        return contacts.all().stream().map(MauticSimulator::snapshot).toList();
    }

    /** One contact, or null. */
    public @Nullable SimulatedContact contact(long id) {
        StoredContact contact = contacts.get(id);
        return contact == null ? null : snapshot(contact);
    }

    private static SimulatedContact snapshot(StoredContact contact) {
        return new SimulatedContact(contact.id, contact.values(), contact.doNotContact());
    }

    /** The contacts in a segment; none when there is no such segment. */
    public Set<Long> segmentMembers(String alias) {
        SegmentStore.Stored segment = segments.withAlias(alias);
        return segment == null ? Set.of() : Set.copyOf(segment.members());
    }

    /** The aliases of all segments. */
    public List<String> segmentAliases() {
        return segments.all().values().stream().map(SegmentStore.Stored::alias).toList();
    }

    /** The last requests, oldest first. */
    public List<RecordedRequest> requests() {
        return exchanges.requests();
    }

    /** How many requests came in. */
    public long requestCount() {
        return exchanges.count();
    }

    /** Forgets the requests so far. */
    public void clearRequests() {
        exchanges.clear();
    }

    /** Adds a contact as it stands, as if it had been there before. */
    public long addContact(Map<String, Object> values) {
        return insert(contacts.create(), values);
    }

    /** Adds a contact under that id. */
    public void addContact(long id, Map<String, Object> values) {
        insert(contacts.create(id), values);
    }

    private long insert(StoredContact contact, Map<String, Object> values) {
        contact.put("points", BigDecimal.ZERO);
        values.forEach((alias, value) ->
                contact.put(alias, value instanceof Number number ? new BigDecimal(number.toString()) : value));
        contacts.insert(contact);
        return contact.id;
    }

    /** Adds a do-not-contact entry for e-mail, as Mautic's pages or its mailer do. */
    public void doNotContact(long contactId, int reason) {
        consent.add(present(contactId), DoNotContacts.Reason.email(reason, "set in Mautic"), ConsentChanges.API);
    }

    /** Changes a value as a Mautic user would. */
    public void setValue(long contactId, String alias, @Nullable Object value) {
        StoredContact contact = present(contactId);
        if (contacts.set(contact, alias, value)) {
            consent.announce(contact, List.of(), ConsentChanges.API);
        }
    }

    /** From now on every change of this contact breaks, as after a NUL byte was written to it. */
    public void poison(long contactId) {
        present(contactId).poison();
    }

    /** The person follows the unsubscribe link; an entry that is there stays as it is. */
    public void unsubscribe(long contactId) {
        consent.add(present(contactId), DoNotContacts.Reason.email(1, "User unsubscribed."), ConsentChanges.PERSON);
    }

    /** Deletes a contact. */
    public void deleteContact(long contactId) {
        StoredContact contact = contacts.get(contactId);
        if (contact != null) {
            removal.delete(contact);
        }
    }

    /** Adds a segment; filters as JSON, [] for none. */
    public long addSegment(String name, String alias, String filters) {
        return segments.add(name, alias, filters).id();
    }

    /** A Mautic user takes a segment out of use. */
    public void unpublishSegment(String alias) {
        segments.unpublish(Objects.requireNonNull(segments.withAlias(alias)).id());
    }

    /** Deletes a segment. */
    public void deleteSegment(String alias) {
        segments.all().remove(Objects.requireNonNull(segments.withAlias(alias)).id());
    }

    /** Puts a contact into a segment by hand. */
    public void join(String alias, long contactId) {
        segments.join(Objects.requireNonNull(segments.withAlias(alias)).id(), contactId);
    }

    /** Takes a contact out of a segment by hand. */
    public void leave(String alias, long contactId) {
        segments.leave(Objects.requireNonNull(segments.withAlias(alias)).id(), contactId);
    }

    /** Removes a do-not-contact entry as a Mautic user would. */
    public void clearDoNotContact(long contactId) {
        consent.remove(present(contactId), ConsentChanges.API);
    }

    /** Removes a contact field's definition. */
    public void removeField(String alias) {
        fields.remove(alias);
    }

    /** Adds a contact field of that type. */
    public void addField(String alias, String type) {
        fields.add(alias, alias, type, Field.Shape.text(64));
    }

    /** A Mautic user takes a contact field out of use. */
    public void unpublishField(String alias) {
        fieldCalls.unpublish(alias);
    }

    /** Sets the most characters a text field takes. */
    public void limitField(String alias, int characters) {
        Field field = Objects.requireNonNull(fields.get(alias));
        fields.add(alias, field.label(), field.type(), Field.Shape.text(characters));
    }

    /** No token that was issued is valid any more. */
    public void revokeTokens() {
        tokens.revokeAll();
    }

    /** Decides what time it is; times are kept in whole seconds. */
    public void clock(InstantSource clock) {
        time.follow(clock);
    }

    /** The e-mails and whom they were sent to. */
    public Mails mails() {
        return mails;
    }

    /** What people do with the e-mails they got. */
    public People people() {
        return people;
    }

    /** How events are sent to the hooks, and what is lost on the way. */
    public Webhooks webhooks() {
        return webhooks;
    }

    /** Mautic's command mautic:webhooks:process. Returns how many events left the queues, arrived or not. */
    public int processWebhooks() {
        return webhooks.process();
    }

    /** Hides a row of a statistics table, as if the transaction that wrote it were still open. */
    public void holdBack(String table, long id) {
        tables.named(table).holdBack(id);
    }

    /** The rows of a statistics table that were held back are there from now on. */
    public void commit(String table) {
        tables.named(table).commit();
    }

    /** Failures on order. */
    public Faults faults() {
        return faults;
    }

    /**
     * How many processors the server has, which all calls under way share; each call too many costs some more, as
     * measured on a server of two (one call 50 contacts a second, two 100, four 61, six 48).
     */
    public void processors(int count) {
        processors = count;
    }

    /** Changes the time that each contact takes. */
    public void latency(Duration time) {
        latency = time;
    }

    private StoredContact present(long contactId) {
        return Objects.requireNonNull(contacts.get(contactId), () -> "no contact " + contactId);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    /** Time for each contact, on the server's own thread: the work goes on when the client has gone. */
    private final class SleepingPace implements ContactCalls.Pace {
        @Override
        public void contact() {
            if (!latency.isZero()) {
                double crowd = Math.max(1.0, writing.get() / (double) processors);
                Exchanges.sleep(Duration.ofNanos((long) (latency.toNanos() * crowd * (1 + 0.55 * (crowd - 1)))));
            }
        }

        @Override
        public int batchLimit() {
            return faults.batchLimit();
        }
    }
}
