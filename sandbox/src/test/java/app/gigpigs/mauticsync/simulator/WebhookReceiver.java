package app.gigpigs.mauticsync.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;

/** Receives webhooks and answers them as configured. */
final class WebhookReceiver implements AutoCloseable {
    /** Closes the connection without an answer. */
    static final int NO_RESPONSE = 0;

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final HttpServer server;
    private final List<Post> posts = new CopyOnWriteArrayList<>();
    private final Semaphore arrived = new Semaphore(0);
    private volatile CountDownLatch released = new CountDownLatch(0);
    private volatile IntSupplier status = () -> 200;

    WebhookReceiver() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        server.createContext("/", this::take);
        server.start();
    }

    /** A request as it came. */
    record Post(Headers headers, byte[] body) {
        JsonNode json() {
            try {
                return MAPPER.readTree(body);
            } catch (IOException e) {
                throw new AssertionError(new String(body, StandardCharsets.UTF_8), e);
            }
        }
    }

    /** An event with the name it came under. */
    record Event(String trigger, JsonNode payload) {}

    URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/hook");
    }

    /** Answers from now on, {@link #NO_RESPONSE} for none. */
    void answers(int... statuses) {
        Iterator<Integer> next = Arrays.stream(statuses).iterator();
        status = () -> next.hasNext() ? next.next() : statuses[statuses.length - 1];
    }

    /** Answers nothing until it is released. */
    void waitsForRelease() {
        released = new CountDownLatch(1);
    }

    void release() {
        released.countDown();
    }

    void awaitDelivery() throws InterruptedException {
        if (!arrived.tryAcquire(10, TimeUnit.SECONDS)) {
            throw new AssertionError("no webhook came");
        }
    }

    private void take(HttpExchange exchange) throws IOException {
        int answer = status.getAsInt();
        Headers headers = exchange.getRequestHeaders();
        byte[] body = exchange.getRequestBody().readAllBytes();
        posts.add(new Post(headers, body));
        arrived.release();
        try {
            released.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (answer != NO_RESPONSE) {
            exchange.sendResponseHeaders(answer, -1);
        }
        exchange.close();
    }

    List<Post> posts() {
        return List.copyOf(posts);
    }

    void clear() {
        posts.clear();
    }

    /** All events that came, in their order. */
    List<Event> events() {
        List<Event> events = new ArrayList<>();
        posts.forEach(post -> post.json()
                .properties()
                .forEach(group -> group.getValue().forEach(payload -> events.add(new Event(group.getKey(), payload)))));
        return events;
    }

    List<JsonNode> events(String trigger) {
        return events().stream()
                .filter(event -> event.trigger().equals(trigger))
                .map(Event::payload)
                .toList();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
