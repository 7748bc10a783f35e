package app.gigpigs.mauticsync.simulator;

import java.time.Duration;

/**
 * How a simulator starts.
 *
 * @param port 0 for any free one
 * @param latency time for each written contact; about 20 ms on the measured server
 * @param fields the custom fields
 */
public record SimulatorSettings(int port, Duration latency, FieldSet fields, String clientId, String clientSecret) {
    /** A Mautic user for basic authentication; the password is the client secret. */
    public static final String USER = "simulator";

    /** Any port, as fast as possible, with the CRM's fields. */
    public static SimulatorSettings defaults() {
        return new SimulatorSettings(0, Duration.ZERO, FieldSet.CRM_FIELDS, "1_simulator", "simulator-secret");
    }

    public SimulatorSettings withPort(int other) {
        return new SimulatorSettings(other, latency, fields, clientId, clientSecret);
    }

    public SimulatorSettings withLatency(Duration other) {
        return new SimulatorSettings(port, other, fields, clientId, clientSecret);
    }

    public SimulatorSettings withFields(FieldSet other) {
        return new SimulatorSettings(port, latency, other, clientId, clientSecret);
    }
}
