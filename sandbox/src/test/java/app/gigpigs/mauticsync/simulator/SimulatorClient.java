package app.gigpigs.mauticsync.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Calls a simulator's API and pages. */
final class SimulatorClient {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final MauticSimulator mautic;
    private final String login;

    SimulatorClient(MauticSimulator mautic, SimulatorSettings settings) {
        this.mautic = mautic;
        this.login = "Basic "
                + Base64.getEncoder()
                        .encodeToString((SimulatorSettings.USER + ":" + settings.clientSecret())
                                .getBytes(StandardCharsets.UTF_8));
    }

    /** The answer to a call that succeeds. */
    JsonNode call(String method, String path, Object body) throws Exception {
        HttpResponse<String> answer = send(method, path, MAPPER.writeValueAsString(body));
        assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 201);
        return MAPPER.readTree(answer.body());
    }

    JsonNode get(String path) throws Exception {
        return MAPPER.readTree(send("GET", path, "").body());
    }

    HttpResponse<String> send(String method, String path, String body) throws Exception {
        URI uri = URI.create(mautic.baseUri() + path.replace("[", "%5B").replace("]", "%5D"));
        HttpRequest request = HttpRequest.newBuilder(uri)
                .header("Authorization", login)
                .header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build();
        return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
    }
}
