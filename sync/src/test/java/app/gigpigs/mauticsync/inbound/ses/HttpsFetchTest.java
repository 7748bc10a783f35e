package app.gigpigs.mauticsync.inbound.ses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpsFetchTest {
    private final Fetch fetch = new HttpsFetch();
    private final List<String> asked = new ArrayList<>();

    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    /** The path is the status, and how long the body is. */
    private void answer(HttpExchange exchange) throws IOException {
        asked.add(exchange.getRequestURI().getPath());
        String[] path = exchange.getRequestURI().getPath().split("/");
        byte[] body = "x".repeat(Integer.parseInt(path[2])).getBytes(StandardCharsets.US_ASCII);
        exchange.getResponseHeaders().add("Location", url("/200/5").toString());
        exchange.sendResponseHeaders(Integer.parseInt(path[1]), body.length == 0 ? -1 : 0);
        try (exchange) {
            exchange.getResponseBody().write(body);
        } catch (IOException e) {
            // Who asked has read enough.
            asked.add("cut");
        }
    }

    private URI url(String path) {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
    }

    @Test
    void a_body_within_the_limit_is_read() throws IOException {
        assertThat(fetch.get(url("/200/65536"))).hasSize(65_536);
    }

    @ParameterizedTest
    @ValueSource(strings = {"301", "302", "303", "307", "308"})
    void no_redirect_is_followed(String status) {
        assertThatThrownBy(() -> fetch.get(url("/" + status + "/0")))
                .isInstanceOf(IOException.class)
                .hasMessage("status " + status);
        assertThat(asked).containsExactly("/" + status + "/0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"201", "403", "404", "500", "503"})
    void only_status_200_is_an_answer(String status) {
        assertThatThrownBy(() -> fetch.get(url("/" + status + "/5"))).hasMessage("status " + status);
    }

    @ParameterizedTest
    @ValueSource(ints = {65_537, 50_000_000})
    void a_body_that_is_too_long_is_not_read_to_its_end(int length) {
        assertThatThrownBy(() -> fetch.get(url("/200/" + length)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("longer than 65536 bytes");
    }

    @Test
    void a_host_that_does_not_answer_is_an_io_exception() throws IOException {
        int closed;
        try (ServerSocket free = new ServerSocket(0)) {
            closed = free.getLocalPort();
        }

        assertThatThrownBy(() -> fetch.get(URI.create("http://127.0.0.1:" + closed + "/")))
                .isInstanceOf(IOException.class);
    }
}
