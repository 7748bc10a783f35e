package app.gigpigs.mauticsync.mautic;

import java.net.URI;
import java.time.Duration;

/**
 * Which Mautic, and as whom.
 *
 * @param url where Mautic is; a path before /api and /oauth is kept
 * @param credentials never shown
 * @param requestTimeout for a whole call, body included; a batch of 200 took 24 s on a busy server of two cores
 */
public record MauticSettings(URI url, Credentials credentials, Duration requestTimeout) {}
