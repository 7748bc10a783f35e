package app.gigpigs.mauticsync.simulator;

import java.time.Duration;

/**
 * How a simulator starts.
 *
 * @param port 0 for any free one
 * @param latency time for each written contact; about 20 ms on the measured server
 * @param fields the custom fields
 * @param version the Mautic that is simulated
 */
public record SimulatorSettings(int port, Duration latency, FieldSet fields, Client client, MauticVersion version) {
    /** A Mautic user for basic authentication; the password is the client secret. */
    public static final String USER = "simulator";

    /** A client with client credentials. */
    public record Client(String id, String secret) {}

    /** Any port, as fast as possible, with the CRM's fields; Mautic 5.1, or the system property mautic.version. */
    public static SimulatorSettings defaults() {
        return new SimulatorSettings(
                0,
                Duration.ZERO,
                FieldSet.CRM_FIELDS,
                new Client("1_simulator", "simulator-secret"),
                MauticVersion.named(System.getProperty("mautic.version", "5.1")).orElseThrow());
    }

    public SimulatorSettings withPort(int other) {
        return new SimulatorSettings(other, latency, fields, client, version);
    }

    public SimulatorSettings withLatency(Duration other) {
        return new SimulatorSettings(port, other, fields, client, version);
    }

    public SimulatorSettings withFields(FieldSet other) {
        return new SimulatorSettings(port, latency, other, client, version);
    }

    public SimulatorSettings withVersion(MauticVersion other) {
        return new SimulatorSettings(port, latency, fields, client, other);
    }

    public String clientId() {
        return client.id();
    }

    public String clientSecret() {
        return client.secret();
    }
}
