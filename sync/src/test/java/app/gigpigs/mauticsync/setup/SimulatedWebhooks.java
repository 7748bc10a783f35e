package app.gigpigs.mauticsync.setup;

import app.gigpigs.mauticsync.simulator.MauticSimulator;
import app.gigpigs.mauticsync.simulator.SimulatorSettings;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Changes of Mautic's webhooks by another person, through Mautic's own API. */
final class SimulatedWebhooks {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private SimulatedWebhooks() {}

    /** Replaces a webhook's settings. */
    static void edit(MauticSimulator mautic, long id, String body) {
        call(mautic, "PUT", "/api/hooks/" + id + "/edit", body);
    }

    static void create(MauticSimulator mautic, String path, String body) {
        call(mautic, "POST", path, body);
    }

    static void delete(MauticSimulator mautic, long id) {
        call(mautic, "DELETE", "/api/hooks/" + id + "/delete", "");
    }

    static String json(MauticSimulator mautic, long id) {
        return call(mautic, "GET", "/api/hooks/" + id, "");
    }

    private static String call(MauticSimulator mautic, String method, String path, String body) {
        String login =
                SimulatorSettings.USER + ":" + SimulatorSettings.defaults().clientSecret();
        HttpRequest request = HttpRequest.newBuilder(URI.create(mautic.baseUri() + path))
                .header(
                        "Authorization",
                        "Basic " + Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8)))
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build();
        try {
            HttpResponse<String> answer = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() >= 300) {
                throw new AssertionError(answer.body());
            }
            return new ObjectMapper().readTree(answer.body()).toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
