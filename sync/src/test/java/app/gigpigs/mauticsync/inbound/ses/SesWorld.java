package app.gigpigs.mauticsync.inbound.ses;

import app.gigpigs.mauticsync.http.HttpPort;
import app.gigpigs.mauticsync.http.Limits;
import app.gigpigs.mauticsync.http.Threads;
import app.gigpigs.mauticsync.inbound.InboundWorld;
import app.gigpigs.mauticsync.inbound.inbox.DeliveryStore;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;

/** The endpoint for Amazon's messages, with an Amazon of our own: certificates by URL, and a list of what was called. */
final class SesWorld implements AutoCloseable {
    final InboundWorld crm;
    final Map<String, byte[]> files = new ConcurrentHashMap<>();
    final List<String> called = new ArrayList<>();
    Instant now = Instant.now();

    private final DeliveryStore store;
    private final ExecutorService threads = Threads.of("ses", 4);
    private final HttpPort port;
    private final HttpClient client = HttpClient.newHttpClient();

    SesWorld(InboundWorld crm, TopicArn... topics) {
        this.crm = crm;
        this.store = new DeliveryStore(crm.jdbi);
        for (String alias : List.of("sns", "expired", "early", "other-name", "foreign", "amazon", "opt-in")) {
            files.put(Signer.with(alias).url(), Signer.with(alias).pem());
        }
        files.put(Signer.subscribeUrl(), "<ConfirmSubscriptionResponse/>".getBytes(StandardCharsets.UTF_8));
        SesWebhook ses = new SesWebhook(
                new SesSettings(List.of(topics)),
                new SnsTrust(this::fetch, Signer.trust(), () -> now),
                store,
                crm.wakes::incrementAndGet);
        port = new HttpPort(
                        new InetSocketAddress("127.0.0.1", 0),
                        Limits.of(Duration.ofSeconds(10), 1_000_000),
                        ses.routes(threads))
                .start();
    }

    private byte[] fetch(URI url) throws IOException {
        synchronized (called) {
            called.add(url.toString());
        }
        byte[] file = files.get(url.toString());
        if (file == null) {
            throw new IOException("status 302");
        }
        return file;
    }

    int port() {
        return port.port();
    }

    /** The status and the body of the answer. */
    String post(JsonNode message) {
        return post(message.toString());
    }

    String post(String body, String... headers) {
        try {
            HttpResponse<String> response = client.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + "/webhooks/ses"))
                            .header("Content-Type", "text/plain; charset=UTF-8")
                            .headers(headers.length == 0 ? new String[] {"x-amz-sns-topic-arn", "unsigned"} : headers)
                            .POST(HttpRequest.BodyPublishers.ofString(body))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            return (response.statusCode() + " " + response.body()).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** What comes back for a head that announces a body of this length. */
    String head(int length) {
        try (Socket socket = new Socket("127.0.0.1", port())) {
            socket.getOutputStream()
                    .write(("POST /webhooks/ses HTTP/1.1\r\nHost: crm\r\nContent-Length: " + length + "\r\n\r\n")
                            .getBytes(StandardCharsets.UTF_8));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How many messages are stored. */
    String stored() {
        return crm.one("select count(*)::text from mautic_sync.inbox where source = 'ses'");
    }

    @Override
    public void close() {
        port.close();
        threads.shutdownNow();
        store.close();
    }
}
