package app.gigpigs.mauticsync.monitor;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.util.Map;

/** Posts JSON with one field, text, as Slack and others take it. */
final class WebhookChannel implements AlertChannel {
    private final URI url;
    private final URI mautic;
    private final Calls calls;

    WebhookChannel(URI url, URI mautic, Calls calls) {
        this.url = url;
        this.mautic = mautic;
        this.calls = calls;
    }

    @Override
    public String name() {
        return "SYNC_ALERT_URL";
    }

    @Override
    public void send(Alert alert) throws IOException {
        String json =
                new ObjectMapper().writeValueAsString(Map.of("text", alert.subject() + "\n" + alert.text(mautic)));
        calls.make(
                name(),
                HttpRequest.newBuilder(url)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(json)));
    }
}
