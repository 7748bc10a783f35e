package app.gigpigs.mauticsync.mautic;

import java.net.URI;
import java.time.Duration;

/**
 * Which Mautic, and as whom.
 *
 * @param url where Mautic is; a path before /api and /oauth is kept
 * @param clientId of OAuth2 credentials with the client credentials grant
 * @param clientSecret their secret, never shown
 * @param requestTimeout for a whole call, body included; a batch of 200 took 24 s on a busy server of two cores
 */
public record MauticSettings(URI url, String clientId, String clientSecret, Duration requestTimeout) {
    @Override
    public String toString() {
        return "MauticSettings[url=" + url + ", clientId=" + clientId + ", requestTimeout=" + requestTimeout + "]";
    }
}
