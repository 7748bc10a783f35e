package app.gigpigs.mauticsync.simulator;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A simulated Mautic on the loopback interface. */
public final class MauticSimulator implements AutoCloseable {
    private static final int KEPT_REQUESTS = 20_000;
    private static final int KEPT_BODY = 4_000;

    static {
        // Without it every small answer on a kept connection waits for a delayed acknowledgement.
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    private final HttpServer server;
    private final ExecutorService threads;
    private final Fields fields;
    private final Contacts contacts = new Contacts();
    private final Segments segments = new Segments(contacts);
    private final Faults faults = new Faults();
    private final Tokens tokens;
    private final Api api;
    private final ConcurrentLinkedQueue<RecordedRequest> requests = new ConcurrentLinkedQueue<>();
    private final AtomicLong requestCount = new AtomicLong();
    private volatile Duration latency;
    private volatile int processors = Integer.MAX_VALUE;
    private final AtomicInteger writing = new AtomicInteger();

    private MauticSimulator(SimulatorSettings settings, HttpServer server) {
        this.server = server;
        this.latency = settings.latency();
        this.fields = new Fields(settings.fields());
        this.tokens = new Tokens(settings);
        ContactJson json = new ContactJson(fields);
        ContactCalls calls = new ContactCalls(contacts, new ContactWriter(fields, contacts), json, new SleepingPace());
        Lists lists = new Lists(fields, contacts, segments, json);
        this.api = new Api(tokens, faults, calls, lists, new Api.Store(fields, contacts, segments, json));
        this.threads = Executors.newCachedThreadPool(work -> {
            Thread thread = new Thread(work, "mautic-simulator");
            thread.setDaemon(true);
            return thread;
        });
        server.setExecutor(threads);
        server.createContext("/", this::serve);
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

    private void serve(HttpExchange exchange) throws IOException {
        Request request = Request.of(exchange);
        requestCount.incrementAndGet();
        remember(request, exchange);
        Optional<Fault> fault = faults.due(request.method(), request.path());
        if (fault.isPresent()) {
            fail(exchange, request, fault.get());
        } else {
            answer(exchange, handle(exchange, request));
        }
    }

    private Answer handle(HttpExchange exchange, Request request) {
        boolean batch = request.path().contains("/batch/");
        writing.addAndGet(batch ? 1 : 0);
        try {
            return api.handle(request, exchange.getRequestURI().toString().length());
        } finally {
            writing.addAndGet(batch ? -1 : 0);
        }
    }

    private void fail(HttpExchange exchange, Request request, Fault fault) throws IOException {
        if (fault instanceof Fault.Status status) {
            answer(exchange, Answer.json(status.code(), status.body()));
        } else if (fault instanceof Fault.RateLimited limited) {
            answer(exchange, limited(limited.time()));
        } else if (fault instanceof Fault.TokenRevoked) {
            tokens.revokeAll();
            answer(exchange, handle(exchange, request));
        } else if (fault instanceof Fault.HtmlPage page) {
            answer(exchange, Answer.html(page.code(), "<html><body><h1>" + page.code() + " nginx</h1></body></html>"));
        } else if (fault instanceof Fault.CloseBefore) {
            cut(exchange, 0, 1);
        } else if (fault instanceof Fault.CloseAfter) {
            handle(exchange, request);
            cut(exchange, 0, 1);
        } else if (fault instanceof Fault.CutAnswer) {
            byte[] body = handle(exchange, request).body();
            cut(exchange, body.length / 2, body.length);
        } else if (fault instanceof Fault.Slow slow) {
            sleep(slow.time());
            answer(exchange, handle(exchange, request));
        }
    }

    private static Answer limited(Duration time) {
        long reset = Instant.now().plus(time).getEpochSecond();
        return Answer.json(
                        429,
                        "{\"errors\":[{\"code\":429,\"message\":\"You exceeded the rate limit of 5 API calls per hour.\",\"details\":[]}]}")
                .with("X-RateLimit-Limit", "5")
                .with("X-RateLimit-Remaining", "0")
                .with("X-RateLimit-Reset", String.valueOf(reset));
    }

    /** Promises a body and breaks off: the client sees a broken connection. */
    private static void cut(HttpExchange exchange, int sent, int promised) throws IOException {
        if (sent > 0) {
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, promised);
            exchange.getResponseBody().write(new byte[sent]);
            exchange.getResponseBody().flush();
        }
        exchange.close();
    }

    private static void answer(HttpExchange exchange, Answer answer) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", answer.contentType());
        exchange.getResponseHeaders().set("Cache-Control", "no-cache, private");
        answer.headers().forEach((name, value) -> exchange.getResponseHeaders().set(name, value));
        exchange.sendResponseHeaders(answer.status(), answer.body().length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(answer.body());
        }
    }

    private void remember(Request request, HttpExchange exchange) {
        String body = new String(request.body(), StandardCharsets.UTF_8);
        String query = exchange.getRequestURI().getRawQuery();
        requests.add(new RecordedRequest(
                Instant.now(),
                request.method(),
                request.path(),
                query == null ? "" : query,
                body.length() > KEPT_BODY ? body.substring(0, KEPT_BODY) : body));
        while (requests.size() > KEPT_REQUESTS) {
            requests.poll();
        }
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
        Segments.Stored segment = segments.withAlias(alias);
        return segment == null ? Set.of() : Set.copyOf(segment.members());
    }

    /** The aliases of all segments. */
    public List<String> segmentAliases() {
        return segments.all().values().stream().map(Segments.Stored::alias).toList();
    }

    /** The last requests, oldest first. */
    public List<RecordedRequest> requests() {
        return List.copyOf(requests);
    }

    /** How many requests came in. */
    public long requestCount() {
        return requestCount.get();
    }

    /** Forgets the requests so far. */
    public void clearRequests() {
        requests.clear();
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
        present(contactId)
                .addDoNotContact(new DoNotContactEntry(contacts.nextEntryId(), "email", reason, "set in Mautic"));
    }

    /** Changes a value as a Mautic user would. */
    public void setValue(long contactId, String alias, @Nullable Object value) {
        contacts.set(present(contactId), alias, value);
    }

    /** From now on every change of this contact breaks, as after a NUL byte was written to it. */
    public void poison(long contactId) {
        present(contactId).poison();
    }

    /** The person follows the unsubscribe link; an entry that is there stays as it is. */
    public void unsubscribe(long contactId) {
        present(contactId)
                .addDoNotContact(new DoNotContactEntry(contacts.nextEntryId(), "email", 1, "User unsubscribed."));
    }

    /** Deletes a contact. */
    public void deleteContact(long contactId) {
        contacts.delete(contactId);
        segments.forget(contactId);
    }

    /** Adds a segment; filters as JSON, [] for none. */
    public long addSegment(String name, String alias, String filters) {
        return segments.add(name, alias, filters).id();
    }

    /** Deletes a segment. */
    public void deleteSegment(String alias) {
        segments.all().remove(Objects.requireNonNull(segments.withAlias(alias)).id());
    }

    /** Puts a contact into a segment by hand. */
    public void join(String alias, long contactId) {
        Objects.requireNonNull(segments.withAlias(alias)).members().add(contactId);
    }

    /** Takes a contact out of a segment by hand. */
    public void leave(String alias, long contactId) {
        Objects.requireNonNull(segments.withAlias(alias)).members().remove(contactId);
    }

    /** Removes a do-not-contact entry as a Mautic user would. */
    public void clearDoNotContact(long contactId) {
        present(contactId).removeDoNotContact("email");
    }

    /** Removes a contact field's definition. */
    public void removeField(String alias) {
        fields.remove(alias);
    }

    /** Adds a contact field of that type. */
    public void addField(String alias, String type) {
        fields.add(alias, alias, type, Field.Shape.text(64));
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

    private static void sleep(Duration time) {
        try {
            TimeUnit.NANOSECONDS.sleep(time.toNanos());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
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
                sleep(Duration.ofNanos((long) (latency.toNanos() * crowd * (1 + 0.55 * (crowd - 1)))));
            }
        }

        @Override
        public int batchLimit() {
            return faults.batchLimit();
        }
    }
}
