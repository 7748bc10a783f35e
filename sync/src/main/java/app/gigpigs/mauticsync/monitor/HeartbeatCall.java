package app.gigpigs.mauticsync.monitor;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;

/** Calls a watcher outside, which notices when the calls stop. */
final class HeartbeatCall implements AlertChannel {
    private final URI url;
    private final Calls calls;

    HeartbeatCall(URI url, Calls calls) {
        this.url = url;
        this.calls = calls;
    }

    @Override
    public String name() {
        return "SYNC_HEARTBEAT_URL";
    }

    /** What it says does not matter. */
    @Override
    public void send(Alert alert) throws IOException {
        calls.make(name(), HttpRequest.newBuilder(url).GET());
    }
}
